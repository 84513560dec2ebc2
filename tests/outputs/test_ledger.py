"""The ledger on real databases: what is recorded stays, what failed was never there, nobody is named."""

import sys

import polars as pl
import pytest
from sqlalchemy import MetaData, select, text

from outputs.ledger import open_ledger
from outputs.ledger_rows import SEALED, SealedBundle
from outputs.ledger_tables import RUN_ENROLMENTS
from schemas.capture import PAST_PICTURES, PICTURES
from schemas.errors import InputError
from schemas.numbers import REMEMBERED
from tests.run_frames import a_run, capture, capture_day, enrolment, finding

CAMPAIGN = "demo-2020"
INPUTS = {"roster": "aa", "schedule": "bb"}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "out" / "ledger.db"


@pytest.fixture
def ledger(ledger_url):
    with open_ledger(ledger_url) as ledger:
        yield ledger


def a_bundle(number=1, students=("401019000002",), digest="r", supplements=None):
    records = [
        {"student_no": no, "record_sha256": f"{digest}-{no}", "photo_sha256": "p", "capture_sha256": "c"}
        for no in students
    ]
    return SealedBundle(
        f"{CAMPAIGN}-{number:03}", number, "zip", supplements, pl.DataFrame(records, schema=SEALED)
    )


def with_numbers(bundle, *numbers, school="10403", **changes):
    """The bundle with diploma numbers that were issued to students a, b …"""
    facts = {"kind": "diploma", "level_name": "硕士研究生", "conclusion": "结业", "is_issued": True} | changes
    lines = [{"number": number, "student_no": "ab"[at]} | facts for at, number in enumerate(numbers)]
    return bundle._replace(numbers=pl.DataFrame(lines, schema=REMEMBERED), school_code=school)


def record(ledger, frames, *sealed):
    with ledger.recording(frames, inputs=INPUTS, sealed=sealed):
        pass


def makeup_day():
    """Row 3 has come again and is accepted; row 4 is still missing."""
    return a_run(
        [enrolment(3, "accepted", capture_path="C/1.jpg", bundle="demo-2020-002"), enrolment(4, "missing")],
        [capture("C/1.jpg", "used", row=3, student_no="401019000003")],
        [finding("L201", row=4, student_no="401019000004")],
        run="20201201-090000", kind="makeup",
    )  # fmt: skip


def dump(ledger):
    """Every row of every table."""
    with ledger.transaction() as connection:
        tables = MetaData()
        tables.reflect(connection)
        return {
            f"{name} {tuple(row)}"
            for name, rows in tables.tables.items()
            for row in connection.execute(rows.select())
        }


def test_everybody_recorded_is_found_again(ledger):
    frames = capture_day()
    record(ledger, frames)
    assert ledger.states(CAMPAIGN).height == frames.enrolments.height
    assert ledger.findings(CAMPAIGN).height == frames.findings.height
    run = ledger.runs(CAMPAIGN).row(0, named=True)
    assert run["expected"] == run["accepted"] + run["rejected"] + run["missing"] + run["locked"] == 5
    assert run["captures"] == 6
    assert ledger.inputs(CAMPAIGN)["sha256"].to_list() == ["aa", "bb"]


def test_a_second_run_only_adds(ledger):
    record(ledger, capture_day(), a_bundle())
    before = dump(ledger)
    record(ledger, makeup_day(), a_bundle(2, ["401019000003"], supplements="demo-2020-001"))
    after = dump(ledger)
    assert before < after


def test_states_are_those_of_the_latest_run_that_knew_the_student(ledger):
    record(ledger, capture_day())
    record(ledger, makeup_day())
    states = {no: (run, state) for no, run, state in ledger.states(CAMPAIGN).iter_rows()}
    assert states["401019000003"] == ("20201201-090000", "accepted")
    assert states["401019000007"] == ("20201105-183000", "rejected")
    assert len(states) == 6


def test_the_story_tells_every_run_in_order(ledger):
    record(ledger, capture_day())
    record(ledger, makeup_day())
    story = ledger.story(CAMPAIGN, "401019000003")
    assert story.select("run", "kind", "state", "bundle").rows() == [
        ("20201105-183000", "post-capture", "rejected", None),
        ("20201201-090000", "makeup", "accepted", "demo-2020-002"),
    ]
    shots = ledger.captures_of(CAMPAIGN, "401019000003")
    assert shots["capture_path"].to_list() == ["A/0003.jpg", "C/1.jpg"]
    assert shots["evidence"].to_list() == ["读卡后 3 秒拍摄"] * 2
    assert shots["taken_at"].dtype == pl.Datetime("ms")


def test_findings_narrow_to_run_reason_and_student(ledger):
    record(ledger, capture_day())
    record(ledger, makeup_day())
    assert ledger.findings(CAMPAIGN, reason="L201").height == 2
    assert ledger.findings(CAMPAIGN, reason="L201", run="20201201-090000").height == 1
    found = ledger.findings(CAMPAIGN, student="401019000003")
    assert found["code"].to_list() == ["P320", "R114"]
    assert found["unit_name"].to_list() == ["文学院"] * 2
    assert ledger.findings("another").is_empty()


def test_sealed_gives_the_latest_record_of_every_student(ledger):
    record(ledger, capture_day(), a_bundle(1, ["a", "b"]))
    record(ledger, makeup_day(), a_bundle(2, ["b", "c"], digest="new", supplements="demo-2020-001"))
    latest = ledger.sealed(CAMPAIGN)
    assert latest.select("student_no", "bundle", "record_sha256").rows() == [
        ("a", "demo-2020-001", "r-a"),
        ("b", "demo-2020-002", "new-b"),
        ("c", "demo-2020-002", "new-c"),
    ]
    assert ledger.bundles(CAMPAIGN)["sealed"].to_list() == [2, 2]
    assert ledger.bundles(CAMPAIGN)["supplements"].to_list() == [None, "demo-2020-001"]


def test_certificate_numbers_are_a_schools_whatever_the_campaign(ledger):
    record(ledger, capture_day(), with_numbers(a_bundle(), "1", "2"))
    record(ledger, capture_day(campaign="another"), with_numbers(a_bundle(), "3", is_issued=False))
    told = ledger.numbers("10403")
    assert dict(told.schema) == REMEMBERED
    assert told.select("number", "student_no", "conclusion", "is_issued", "bundle").rows() == [
        ("1", "a", "结业", True, "demo-2020-001"), ("2", "b", "结业", True, "demo-2020-001"),
        ("3", "a", "结业", False, "demo-2020-001"),
    ]  # fmt: skip
    assert ledger.numbers("10404").is_empty()


@pytest.mark.parametrize(
    "second",
    [
        with_numbers(a_bundle(), "2", kind="diploma", level_name="博士研究生"),
        with_numbers(a_bundle(), "3"),
        with_numbers(a_bundle(), "2", is_issued=False),
    ],
    ids=["the same number", "a second number", "a number of the school's own"],
)
def test_a_number_is_recorded_once_and_an_enrolment_has_one(ledger, second):
    """Two runs of different campaigns at once: the later one fails whole."""
    record(ledger, capture_day(), with_numbers(a_bundle(), "1", "2"))
    before = dump(ledger)
    with pytest.raises(InputError) as twice:
        record(ledger, capture_day(campaign="another"), second)
    assert "证书编号已有记录" in twice.value.say("zh")
    assert dump(ledger) == before


def test_what_differs_may_be_recorded_beside(ledger):
    record(ledger, capture_day(), with_numbers(a_bundle(), "1"))
    for number, changes in {
        "2": {"kind": "degree"},
        "3": {"level_name": "博士研究生"},
        "4": {"is_issued": False},
    }.items():
        record(ledger, capture_day(campaign=number), with_numbers(a_bundle(), number, **changes))
    record(ledger, capture_day(campaign="5"), with_numbers(a_bundle(), "1", school="10404"))
    assert ledger.numbers("10403")["number"].to_list() == ["1", "2", "3", "4"]


def test_bundles_are_numbered_per_campaign_from_one(ledger):
    assert (ledger.next_bundle_number(CAMPAIGN), ledger.last_bundle(CAMPAIGN)) == (1, None)
    record(ledger, capture_day(), a_bundle())
    assert (ledger.next_bundle_number(CAMPAIGN), ledger.last_bundle(CAMPAIGN)) == (2, "demo-2020-001")
    assert ledger.next_bundle_number("another") == 1


def test_an_empty_ledger_gives_empty_frames_with_their_columns(ledger):
    assert ledger.sealed(CAMPAIGN).columns == ["student_no", "bundle", *list(SEALED)[1:4]]
    assert ledger.states(CAMPAIGN).schema == {"student_no": pl.String, "run": pl.String, "state": pl.String}
    assert ledger.runs(CAMPAIGN).is_empty()


def test_a_bundle_that_is_not_put_in_place_is_not_recorded(ledger, tmp_path):
    with (
        pytest.raises(FileNotFoundError),
        ledger.recording(capture_day(), inputs=INPUTS, sealed=[a_bundle()]),
    ):
        (tmp_path / "staged").rename(tmp_path / "bundle")
    assert ledger.runs(CAMPAIGN).is_empty()
    assert ledger.next_bundle_number(CAMPAIGN) == 1


def test_a_run_is_recorded_once(ledger):
    record(ledger, capture_day())
    with pytest.raises(InputError) as twice:
        record(ledger, capture_day())
    assert "已有记录" in twice.value.say("zh")
    assert ledger.runs(CAMPAIGN).height == 1


def test_nobody_is_named_in_the_file(ledger):
    record(ledger, capture_day(), a_bundle())
    kept = "\n".join(dump(ledger))
    assert "401019000003" in kept
    for secret in ("张&三", "学生2", "360102199801011234", "E12345678", "𬭬"):
        assert secret not in kept, secret


def test_measured_values_stay_and_personal_ones_go(ledger):
    record(ledger, capture_day())
    seen = dict(ledger.findings(CAMPAIGN).select("column", "seen").drop_nulls("column").iter_rows())
    assert seen["crown_px"] == "31.2"
    assert seen["document_no"] is None
    assert seen["name"] is None


def test_paths_with_id_numbers_stay_apart_but_unread(ledger):
    record(ledger, capture_day())
    paths = ledger.findings(CAMPAIGN)["capture_path"].drop_nulls().to_list()
    assert "A/3601**********1234.jpg" in paths
    assert "B/E1*****78.jpg" in paths
    assert "A/0003.jpg" in paths


def test_enrolments_carry_the_digest_of_their_capture(ledger):
    record(ledger, capture_day())
    with ledger.transaction() as connection:
        who = RUN_ENROLMENTS.c
        kept = connection.scalar(select(who.capture_sha256).where(who.row == 3))
    assert kept == capture("A/0003.jpg", "used")["sha256"]


def test_the_file_is_wal_keyed_and_closed_to_others(path):
    with open_ledger(f"sqlite:///{path}") as ledger, ledger.transaction() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    if sys.platform != "win32":
        assert path.stat().st_mode & 0o777 == 0o600


def test_reopening_keeps_everything(ledger_url):
    for _ in range(2):
        with open_ledger(ledger_url) as ledger:
            if ledger.runs(CAMPAIGN).is_empty():
                record(ledger, capture_day())
            assert ledger.runs(CAMPAIGN).height == 1


def test_a_ledger_that_must_exist_is_not_made(path):
    with pytest.raises(InputError) as none:
        open_ledger(f"sqlite:///{path}", must_exist=True)
    assert "没有运行过" in none.value.say("zh")
    assert not path.parent.exists()


def test_a_broken_file_is_an_input_error(tmp_path):
    broken = tmp_path / "ledger.db"
    broken.write_bytes(b"this is no database, but long enough to look at" * 50)
    with pytest.raises(InputError) as error:
        open_ledger(f"sqlite:///{broken}")
    assert str(broken) in error.value.say("zh")


def test_a_ledger_that_breaks_while_open_is_an_input_error(ledger):
    record(ledger, capture_day())
    with ledger.transaction() as connection:
        connection.execute(text("DROP VIEW current_enrolments"))
    with pytest.raises(InputError) as error:
        ledger.states(CAMPAIGN)
    assert "读写失败" in error.value.say("zh")


def test_a_folder_in_the_way_is_an_input_error(tmp_path):
    with pytest.raises(InputError):
        open_ledger(f"sqlite:///{tmp_path}")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://clerk:secret@127.0.0.1:1/none",
        "postgresql+nosuchdriver://clerk:secret@127.0.0.1:1/none",
        "mysql://clerk:secret@127.0.0.1/none",
        "clerk:secret@127.0.0.1/none",
    ],
)
def test_an_address_that_does_not_answer_is_said_without_its_password(url):
    with pytest.raises(InputError) as error:
        open_ledger(url)
    for said in (error.value.say("zh"), str(error.value), repr(error.value)):
        assert "secret" not in said


def hashed(run, **hashes):
    """The run with these hashes of its captures, by path."""
    shas = dict(run.captures.select("capture_path", "sha256").iter_rows())
    lines = [{"sha256": shas[path], "frame_hash": each} for path, each in hashes.items()]
    return run._replace(pictures=pl.DataFrame(lines, schema=PICTURES))


def test_pictures_are_those_used_or_sealed_in_any_campaign(ledger):
    first = hashed(capture_day(), **{"A/0002.jpg": "aa", "A/0007.jpg": "bb"})
    record(ledger, first, a_bundle())
    record(ledger, hashed(makeup_day(), **{"C/1.jpg": "cc"}))
    pictures = ledger.pictures("another")
    assert dict(pictures.schema) == PAST_PICTURES
    assert pictures["is_final"].all()
    used = pictures.drop_nulls("camera_name").select("student_no", "frame_hash").unique().sort(pl.all())
    assert used.rows() == [
        ("401019000002", "aa"), ("401019000003", None), ("401019000003", "cc"),
    ]  # fmt: skip
    sealed = ledger.pictures(CAMPAIGN).filter("is_final")
    assert sealed.select("student_no", "capture_sha256", "photo_sha256").rows() == [
        ("401019000002", "c", "p")
    ]


def test_a_picture_that_comes_again_keeps_its_hash(ledger):
    record(ledger, hashed(capture_day(), **{"A/0002.jpg": "aa"}))
    again = hashed(capture_day(run="20201106-183000"), **{"A/0002.jpg": "aa", "A/0003.jpg": "bb"})
    record(ledger, again)
    used = ledger.pictures(CAMPAIGN)
    assert used["frame_hash"].unique().sort().to_list() == ["aa", "bb"]
