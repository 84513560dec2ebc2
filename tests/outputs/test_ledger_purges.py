"""What a purge may do to a ledger, on both databases: erase what is personal, and nothing else or later."""

from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import text

from outputs.ledger import open_ledger
from outputs.ledger_purges import (
    ERASED,
    Purge,
    begin_purge,
    digests_of_others,
    end_purge,
    erase,
    last_purge,
    scrub,
)
from outputs.ledger_tables import METADATA
from schemas.errors import InputError
from schemas.purge import TABLES
from tests.outputs.test_ledger import CAMPAIGN, INPUTS, a_bundle, record
from tests.run_frames import capture_day

NAME = "欧阳沧澜"
ORDER = Purge("2027-07-01T08:00:00Z", "王老师", None, "2027-06-30")


def a_day(campaign=CAMPAIGN, **changes):
    """A day on which a folder of captures is called after somebody."""
    day, path = capture_day(**changes), pl.col("capture_path").str.replace("^[AB]/", f"{NAME}/")
    return day._replace(
        captures=day.captures.with_columns(path, evidence=pl.lit(f"文件名 {NAME}")),
        findings=day.findings.with_columns(path, waived=pl.lit(f"{NAME} 已核实")),
        enrolments=day.enrolments.with_columns(path),
        summary=day.summary.model_copy(update={"campaign": campaign}),
    )


@pytest.fixture
def ledger(ledger_url):
    with open_ledger(ledger_url) as ledger:
        ledger.use_key(bytes(32))
        record(ledger, a_day(), a_bundle())
        yield ledger


def begun(ledger, campaign=CAMPAIGN):
    begin_purge(ledger, campaign, ORDER)
    return last_purge(ledger, campaign).purge_id


def changed(ledger, sql):
    with ledger.transaction() as connection:
        return connection.execute(text(sql)).rowcount


def everything(ledger):
    """All text of all tables."""
    with ledger.transaction() as connection:
        return str([connection.execute(table.select()).all() for table in METADATA.tables.values()])


def test_what_is_personal_goes_and_what_proves_something_stays(ledger):
    sealed, states, findings = ledger.sealed(CAMPAIGN), ledger.states(CAMPAIGN), ledger.findings(CAMPAIGN)
    assert NAME in everything(ledger)
    number = begun(ledger)
    erase(ledger, CAMPAIGN, number)
    assert NAME not in everything(ledger)
    assert ledger.sealed(CAMPAIGN).equals(sealed)
    assert ledger.states(CAMPAIGN).equals(states)
    assert ledger.findings(CAMPAIGN).drop("capture_path").equals(findings.drop("capture_path"))
    shots = ledger.captures_of(CAMPAIGN, "401019000002")
    assert shots["capture_path"].to_list() == [sha[:16] for sha in shots["sha256"]]
    assert ledger.students_of(CAMPAIGN, ["x"]).is_empty()
    told = last_purge(ledger, CAMPAIGN)
    assert told.rows["run_captures"] == 6
    erase(ledger, CAMPAIGN, number)
    assert last_purge(ledger, CAMPAIGN) == told


def test_what_may_be_erased_is_guarded_before_and_after_a_purge(ledger):
    assert {table.name for table in ERASED} == set(TABLES)
    erasing = "UPDATE run_captures SET evidence = NULL"
    with pytest.raises(InputError):
        changed(ledger, erasing)
    number = begun(ledger)
    erase(ledger, CAMPAIGN, number)
    end_purge(ledger, number, ended_at="2027-07-01T08:01:00Z", certificate_sha256="c")
    with pytest.raises(InputError):
        changed(ledger, erasing)


def test_a_purge_that_goes_on_may_change_nothing_else(ledger):
    begun(ledger)
    before = everything(ledger)
    for sql in (
        "UPDATE run_enrolments SET student_no = NULL", "UPDATE run_captures SET sha256 = 'x'",
        "UPDATE run_captures SET evidence = '改写'", "UPDATE bundle_records SET photo_sha256 = 'x'",
        "DELETE FROM run_findings", "UPDATE purges SET by_whom = 'x'", "DELETE FROM purges",
    ):  # fmt: skip
        with pytest.raises(InputError):
            changed(ledger, sql)
    assert everything(ledger) == before


def test_another_campaign_is_not_touched_and_what_it_needs_is_told(ledger):
    with ledger.recording(a_day("other", run="20201106-183000-000"), inputs=INPUTS):
        pass
    number = begun(ledger)
    needed = digests_of_others(ledger, CAMPAIGN)
    assert {needed[digest] for digest in INPUTS.values()} == {"other"}
    erase(ledger, CAMPAIGN, number)
    with ledger.transaction() as connection:
        left = connection.execute(text(f"SELECT count(*) FROM run_captures WHERE evidence LIKE '%{NAME}%'"))
        assert left.scalar_one() == 6
        with pytest.raises(InputError):
            changed(ledger, "UPDATE run_captures SET evidence = NULL")
    begun(ledger, "other")
    assert digests_of_others(ledger, CAMPAIGN) == {}


def test_no_byte_of_a_ledger_in_a_file_holds_what_was_erased(tmp_path: Path):
    path = tmp_path / "ledger.db"
    with open_ledger(f"sqlite:///{path}") as ledger:
        record(ledger, a_day(), a_bundle())
        assert NAME.encode() in bytes_of(path)
        erase(ledger, CAMPAIGN, begun(ledger))
        scrub(ledger)
        assert NAME.encode() not in bytes_of(path)
    assert b"401019000002" in bytes_of(path)


def bytes_of(path: Path) -> bytes:
    """A ledger's file with those beside it."""
    return b"".join(each.read_bytes() for each in sorted(path.parent.glob(f"{path.name}*")))


def test_no_table_of_a_server_holds_what_was_erased(postgresql, postgresql_cluster):
    files = postgresql_cluster.folder / "data" / "base"
    with open_ledger(postgresql) as ledger:
        record(ledger, a_day(), a_bundle())
        written(ledger)
        assert NAME.encode() in b"".join(each.read_bytes() for each in files.rglob("*") if each.is_file())
        erase(ledger, CAMPAIGN, begun(ledger))
        scrub(ledger)
        written(ledger)
    assert NAME.encode() not in b"".join(each.read_bytes() for each in files.rglob("*") if each.is_file())


def written(ledger):
    """Have the server write all to its files."""
    with ledger.alone() as connection:
        connection.execute(text("CHECKPOINT"))
