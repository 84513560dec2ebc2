"""The ledger's key, and who is found by it: what a thief of the ledger does not learn."""

import sys

import polars as pl
import pytest
from click.testing import CliRunner

from flows.cli import cli
from flows.ledger_key import holders_of, key_file, numbers_meant, open_keyed, read_key
from flows.past import NO_PAST, read_past
from flows.sources import read_campaign
from outputs.ledger import open_ledger
from outputs.ledger_cases import open_by_hand
from outputs.ledger_decisions import add_decisions
from outputs.ledger_rows import SEALED, SealedBundle
from schemas.audit import IDENTITIES
from schemas.corrections import CORRECTIONS
from schemas.decisions import DECISIONS
from schemas.errors import InputError
from schemas.feedback import COMPLAINT, OPENED
from tests.campaign_builders import a_campaign
from tests.run_frames import a_run, capture, capture_day, enrolment

CAMPAIGN = "demo-2020"
DOCUMENTS = {
    2: ("居民身份证", "110101199801310002"), 3: ("居民身份证", "36010219980101123X"),
    4: ("护照", "E12345678"), 5: (None, "H0123456701"), 6: ("居民身份证", "110101199801310002"),
    7: (None, None),
}  # fmt: skip
NAMES = ("张&三", "学生2")


@pytest.fixture
def key(tmp_path, monkeypatch):
    """The file of a key that is not there yet."""
    path = tmp_path / "settings" / "ledger.key"
    monkeypatch.delenv("REGPACK_LEDGER_KEY")
    monkeypatch.setenv("REGPACK_LEDGER_KEY_FILE", str(path))
    return path


@pytest.fixture
def file_url(tmp_path):
    return f"sqlite:///{tmp_path}/out/ledger.db"


def a_day():
    lines = [{"row": row, "document_type": kind, "document_no": no} for row, (kind, no) in DOCUMENTS.items()]
    return capture_day()._replace(identities=pl.DataFrame(lines, schema=IDENTITIES))


def record(url, frames=None):
    with open_keyed(url) as ledger, ledger.recording(frames or a_day(), inputs={}):
        pass


def found(url, *numbers):
    with open_ledger(url) as ledger:
        return holders_of(ledger, url, CAMPAIGN, numbers).rows()


def test_a_document_finds_its_enrolments(ledger_url):
    record(ledger_url)
    assert found(ledger_url, "110101199801310002") == [
        ("110101199801310002", "401019000002"), ("110101199801310002", "401019000006"),
    ]  # fmt: skip
    assert found(ledger_url, "３60102 19980101123x", "e12345678", "H01234567(01)", "E0") == [
        ("３60102 19980101123x", "401019000003"), ("e12345678", "401019000004"),
        ("H01234567(01)", "401019000005"),
    ]  # fmt: skip
    with open_ledger(ledger_url) as ledger:
        assert numbers_meant(ledger, ledger_url, CAMPAIGN, "E12345678") == ("401019000004",)
        assert numbers_meant(ledger, ledger_url, CAMPAIGN, "401019000004") == ("401019000004",)
        assert numbers_meant(ledger, ledger_url, CAMPAIGN, "nobody") == ("nobody",)


def test_a_ledger_without_key_finds_nobody_and_is_read_all_the_same(ledger_url):
    with open_ledger(ledger_url) as ledger, ledger.recording(a_day(), inputs={}):
        pass
    assert found(ledger_url, "E12345678") == []
    record(ledger_url, a_run([enrolment(4, "missing")], run="20201201-090000")._replace(
        identities=a_day().identities))  # fmt: skip
    assert found(ledger_url, "E12345678") == [("E12345678", "401019000004")]


def said_of_everybody(ledger):
    """A run with corrections and a bundle whose photos bear ID numbers; then a decision and a case."""
    number = DOCUMENTS[3][1]
    line = {"file": "roster.xlsx", "row": 3, "student_no": "401019000003", "item": "name",
            "column": "姓名", "before": NAMES[0], "after": NAMES[1], "by": "李老师",
            "why": f"见 {number}", "line": 2}  # fmt: skip
    corrected = pl.DataFrame([line], schema=CORRECTIONS)
    sealed = {"student_no": "401019000003", "record_sha256": "r", "photo_sha256": "p", "position": 1,
              "photo_name": f"{number}.jpg"}  # fmt: skip
    bundle = SealedBundle("demo-2020-001", 1, "zip", None, pl.DataFrame([sealed], schema=SEALED))
    with ledger.recording(a_day()._replace(corrections=corrected), inputs={}, sealed=[bundle]):
        pass
    waiver = {"decided_at": "2020-11-20", "kind": "waive", "student_no": "401019000003", "code": "P320",
              "by_whom": "李老师", "because": f"本人 {number} 到场"}  # fmt: skip
    columns = {name: kind for name, kind in DECISIONS.items() if name != "decision_id"}
    with ledger.transaction() as connection:
        add_decisions(connection, CAMPAIGN, pl.DataFrame([waiver], schema=columns))
    case = {"kind": COMPLAINT, "student_no": "401019000003", "code": "R185", "due_on": "2021-01-05",
            "said": f"{number} 说闭眼了"}  # fmt: skip
    opened = pl.DataFrame([case], schema=dict.fromkeys(OPENED, pl.String))
    open_by_hand(ledger, CAMPAIGN, opened, opened_at="2020-11-21")


def test_a_thief_reads_nobodys_number_and_nobodys_name(file_url, tmp_path):
    """In the file and in what SQLite keeps beside it, after everything that may be recorded."""
    with open_keyed(file_url) as ledger:
        said_of_everybody(ledger)
        files = sorted((tmp_path / "out").iterdir())
        kept = b"".join(path.read_bytes() for path in files)
    assert [path.name for path in files] == ["ledger.db", "ledger.db-shm", "ledger.db-wal"]
    for told in ("401019000003", "3601**********123X", "李老师", "说闭眼了", "3601**********123X.jpg"):
        assert told.encode() in kept, told
    for secret in (*NAMES, *(number for _, number in DOCUMENTS.values() if number)):
        assert secret.encode() not in kept, secret


def test_the_first_run_makes_a_key_that_only_its_user_reads(file_url, key):
    record(file_url)
    assert len(bytes.fromhex(key.read_text())) == 32
    if sys.platform != "win32":
        assert key.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in key.parent.iterdir()] == [key.name]
    assert read_key(file_url) == bytes.fromhex(key.read_text())
    assert found(file_url, "E12345678") != []


def test_the_key_lies_among_the_users_settings_unless_told_otherwise(monkeypatch):
    monkeypatch.delenv("REGPACK_LEDGER_KEY_FILE", raising=False)
    assert key_file().name == "ledger.key"
    assert "regpack" in key_file().parent.name.lower()


@pytest.mark.parametrize(
    "text", ["ab" * 32, "AB" * 40 + "\n", "q83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4k="]
)
def test_keys_are_hexadecimal_or_base64(file_url, key, text, monkeypatch):
    monkeypatch.setenv("REGPACK_LEDGER_KEY", text)
    assert len(read_key(file_url)) >= 32


@pytest.mark.parametrize("text", ["ab" * 31, "a secret", "口令" * 20])
def test_what_is_no_key_is_refused_without_being_shown(file_url, key, text, monkeypatch):
    monkeypatch.setenv("REGPACK_LEDGER_KEY", text)
    with pytest.raises(InputError) as unfit:
        read_key(file_url)
    assert text not in unfit.value.say("zh")
    assert "32 字节" in unfit.value.say("zh")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such mode")
def test_a_key_that_others_may_read_is_refused(file_url, key):
    record(file_url)
    key.chmod(0o640)
    with pytest.raises(InputError) as open_to_others:
        record(file_url)
    assert f"chmod 600 {key}" in open_to_others.value.say("zh")


def test_a_key_beside_the_ledger_is_refused(file_url, key, tmp_path, monkeypatch):
    monkeypatch.setenv("REGPACK_LEDGER_KEY_FILE", str(tmp_path / "out" / ".." / "out" / "ledger.key"))
    with pytest.raises(InputError, match="beside the ledger"):
        open_keyed(file_url)
    assert not (tmp_path / "out" / "ledger.key").exists()


def test_another_key_and_a_lost_key_are_told_at_once(ledger_url, key, monkeypatch):
    record(ledger_url)
    kept = key.read_text()
    key.write_text("ab" * 32)
    with pytest.raises(InputError) as other:
        open_keyed(ledger_url)
    assert "台账的密钥不是原来那把" in other.value.say("zh")
    key.unlink()
    with pytest.raises(InputError) as lost:
        open_keyed(ledger_url)
    assert "找不到台账的密钥文件" in lost.value.say("zh")
    assert not key.exists()
    monkeypatch.setenv("REGPACK_LEDGER_KEY", kept)
    assert found(ledger_url, "E12345678") != []


def test_a_run_with_another_key_stops_before_any_work(tmp_path, monkeypatch):
    loaded = read_campaign(a_campaign(tmp_path))
    monkeypatch.setenv("REGPACK_LEDGER_KEY", "short")
    with pytest.raises(InputError):
        read_past(loaded)
    assert not loaded.out.exists()
    monkeypatch.setenv("REGPACK_LEDGER_KEY", "ab" * 32)
    assert read_past(loaded) is NO_PAST
    record(loaded.ledger_url)
    monkeypatch.setenv("REGPACK_LEDGER_KEY", "cd" * 32)
    with pytest.raises(InputError, match="not the key of this ledger"):
        read_past(loaded)


def test_the_audit_takes_an_id_number_for_a_student(tmp_path):
    loaded = read_campaign(a_campaign(tmp_path))
    no = "110101199801310002"
    shot = capture("A/1.jpg", "used", row=2, student_no="401019000002")
    day = a_run([enrolment(2, "accepted", capture_path="A/1.jpg")], [shot], campaign="test-day")
    identities = pl.DataFrame([(2, "居民身份证", no)], schema=IDENTITIES, orient="row")
    record(loaded.ledger_url, day._replace(identities=identities))
    asked = ["audit", str(loaded.path), "--format", "csv", "--student"]
    told = CliRunner().invoke(cli, [*asked, no])
    assert (told.exit_code, told.stderr) == (0, "")
    assert told.stdout == CliRunner().invoke(cli, [*asked, "401019000002"]).stdout
    unknown = CliRunner().invoke(cli, [*asked, "110101199801310010"])
    assert unknown.exit_code == 2
    assert "1101**********0010" in unknown.stderr
