"""A ledger of any age becomes today's and loses nothing; one of a newer program is left alone."""

import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, inspect, make_url, text
from sqlalchemy.exc import DBAPIError

from outputs.ledger import open_ledger
from outputs.ledger_engine import engine_at, prepare_file
from outputs.ledger_revisions import HEAD, MIGRATIONS, REVISIONS, upgrade
from outputs.ledger_tables import METADATA
from schemas.errors import InputError
from tests.outputs.test_ledger import CAMPAIGN, record
from tests.run_frames import capture_day

FIRST = {
    "runs": {
        "campaign": CAMPAIGN, "run": "20201105-183000-000", "kind": "post-capture",
        "profile": "graduate 1", "started_at": "2020-11-05T18:30:00Z", "finished_at": "2020-11-05T18:31:00Z",
        "expected": 1, "accepted": 1, "rejected": 0, "missing": 0, "ineligible": 0, "locked": 0,
        "captures": 1, "sealed": 1, "bundle": "demo-2020-001",
    },
    "run_inputs": {"run_id": 1, "input": "roster", "sha256": "aa"},
    "run_enrolments": {
        "run_id": 1, "row": 2, "student_no": "401019000002", "unit_name": "文学院", "state": "accepted",
        "codes": "R106", "capture_sha256": "c", "photo_sha256": "p", "bundle": "demo-2020-001",
    },
    "run_captures": {
        "run_id": 1, "position": 0, "capture_path": "A/0002.jpg", "camera_name": "A",
        "taken_at": "2020-11-05 09:00:00.000000", "sha256": "c", "state": "used", "row": 2,
        "student_no": "401019000002", "evidence": "读卡后 3 秒拍摄", "codes": None,
    },
    "frame_hashes": {"sha256": "c", "frame_hash": "ff"},
    "run_findings": {
        "run_id": 1, "position": 0, "row": 2, "student_no": "401019000002", "capture_path": None,
        "code": "R106", "severity": "warn", "column": "name", "seen": None, "limit": None,
    },
    "bundles": {
        "campaign": CAMPAIGN, "name": "demo-2020-001", "number": 1, "run_id": 1,
        "archive_sha256": "zip", "sealed": 1, "supplements": None,
    },
    "bundle_records": {
        "bundle_id": 1, "student_no": "401019000002", "record_sha256": "r", "photo_sha256": "p",
        "capture_sha256": "c",
    },
    "certificate_numbers": {
        "school_code": "10403", "kind": "diploma", "number": "1",
        "student_no": "401019000002", "level_name": "硕士", "conclusion": "毕业", "is_issued": True,
        "bundle_id": 1,
    },
}  # fmt: skip
"""A row in every table that a ledger of revision 0001 had."""


def tables_of(connection):
    found = MetaData()
    found.reflect(connection)
    return found.tables


def filled_at(engine, revision):
    """A ledger of this revision with the rows of FIRST."""
    with engine.begin() as connection:
        upgrade(connection, revision)
        tables = tables_of(connection)
        for name, row in FIRST.items():
            columns = ", ".join(f'"{column}"' for column in row)
            values = ", ".join(f":{column}" for column in row)
            connection.execute(text(f"INSERT INTO {tables[name]} ({columns}) VALUES ({values})"), row)


def rows_of(engine):
    """What stands in the tables of 0001, with their columns of then."""
    with engine.begin() as connection:
        tables = tables_of(connection)
        return {
            name: [dict(row._mapping) for row in connection.execute(tables[name].select())] for name in FIRST
        }


@pytest.fixture
def engine(ledger_url):
    if ledger_url.startswith("sqlite"):
        prepare_file(make_url(ledger_url), must_exist=False)
    engine = engine_at(make_url(ledger_url))
    yield engine
    engine.dispose()


def test_there_is_one_line_of_revisions_and_its_end_is_head():
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    script = ScriptDirectory.from_config(config)
    assert script.get_heads() == [HEAD]
    assert tuple(sorted(each.revision for each in script.walk_revisions())) == REVISIONS


def test_no_fact_is_changed_or_removed(engine, ledger_url):
    """Every table has a row, whoever made the table, or the database is not asked."""
    filled_at(engine, "0001")
    open_ledger(ledger_url).close()
    for table in METADATA.sorted_tables:
        with engine.connect() as connection:
            if table.name not in FIRST:
                continue
            first = table.c[0].name
            for change in (f"DELETE FROM {table}", f'UPDATE {table} SET "{first}" = "{first}"'):
                with pytest.raises(DBAPIError, match="only added"):
                    connection.exec_driver_sql(change)
                connection.rollback()
            assert connection.scalar(text(f"SELECT count(*) FROM {table}")) == 1


def test_every_table_is_guarded(engine, ledger_url):
    open_ledger(ledger_url).close()
    guards = {
        "sqlite": "SELECT tbl_name, count(*) FROM sqlite_master WHERE type = 'trigger' GROUP BY tbl_name",
        "postgresql": "SELECT event_object_table, count(*) FROM information_schema.triggers"
        " WHERE trigger_schema = current_schema() GROUP BY event_object_table",
    }
    with engine.connect() as connection:
        found = dict(tuple(row) for row in connection.exec_driver_sql(guards[engine.dialect.name]))
    assert found == {table.name: 2 for table in METADATA.sorted_tables}


def test_a_new_ledger_has_the_tables_declared(engine, ledger_url):
    open_ledger(ledger_url).close()
    with engine.begin() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
        told = inspect(connection)
        for table in METADATA.sorted_tables:
            indices = {index.name for index in table.indexes}
            assert indices <= {index["name"] for index in told.get_indexes(table.name)}


@pytest.mark.parametrize("revision", REVISIONS)
def test_an_older_ledger_keeps_every_row(engine, ledger_url, revision):
    filled_at(engine, revision)
    before = rows_of(engine)
    with open_ledger(ledger_url) as ledger:
        assert ledger.story(CAMPAIGN, "401019000002")["state"].to_list() == ["accepted"]
        record(ledger, capture_day(run="20201106-183000"))
    after = rows_of(engine)
    for name, rows in before.items():
        kept = [row | now for row, now in zip(rows, after[name], strict=False)]
        assert kept[0] == after[name][0], name


@pytest.mark.parametrize("lost", [(), ("frame_hashes", "certificate_numbers")])
def test_a_ledger_from_before_revisions_is_taken_over(engine, ledger_url, lost):
    filled_at(engine, "0001")
    with engine.begin() as connection:
        for table in ("alembic_version", *lost):
            connection.execute(text(f"DROP TABLE {table}"))
    with open_ledger(ledger_url) as ledger:
        assert ledger.sealed(CAMPAIGN)["record_sha256"].to_list() == ["r"]
        assert ledger.numbers("10403").height == (0 if lost else 1)


def test_a_ledger_of_a_newer_program_is_left_alone(engine, ledger_url):
    open_ledger(ledger_url).close()
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(InputError) as newer:
        open_ledger(ledger_url)
    assert "台账由更新版本的 regpack 写成" in newer.value.say("zh")
    assert "9999" in newer.value.say("en")


def test_a_ledger_of_today_is_opened_without_alembic(ledger_url, monkeypatch):
    open_ledger(ledger_url).close()
    monkeypatch.setitem(sys.modules, "alembic", None)
    with open_ledger(ledger_url) as ledger:
        assert ledger.runs(CAMPAIGN).is_empty()


def test_programs_that_open_a_new_ledger_at_once_all_succeed(ledger_url):
    start = Barrier(4)

    def opened():
        start.wait()
        with open_ledger(ledger_url) as ledger:
            return ledger.runs(CAMPAIGN).height

    with ThreadPoolExecutor(start.parties) as programs:
        answers = [programs.submit(opened) for _ in range(start.parties)]
    assert [answer.result() for answer in answers] == [0] * start.parties


def test_a_change_that_fails_half_way_changes_nothing(engine, ledger_url):
    """A view is in the way of the first revision; what it made before that goes again."""
    with engine.begin() as connection:
        connection.execute(text("CREATE VIEW run_findings AS SELECT 1 AS one"))
    with pytest.raises(InputError) as broken:
        open_ledger(ledger_url)
    assert "台账打不开" in broken.value.say("zh")
    with engine.begin() as connection:
        assert tables_of(connection) == {}
