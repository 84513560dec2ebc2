"""A ledger on a real PostgreSQL server that goes away and comes back; what is said of it meanwhile."""

from uuid import uuid4

import pytest

from outputs.ledger import open_ledger
from schemas.errors import InputError
from tests import ledgers
from tests.outputs.test_ledger import CAMPAIGN, record
from tests.run_frames import capture_day


@pytest.fixture
def url(postgresql_cluster):
    with ledgers.schema(postgresql_cluster.url, f"t{uuid4().hex}") as url:
        yield url


def test_a_server_that_was_gone_is_used_again(postgresql_cluster, url):
    with open_ledger(url) as ledger:
        record(ledger, capture_day())
        postgresql_cluster.stop("fast")
        for attempt in (lambda: ledger.runs(CAMPAIGN), lambda: record(ledger, capture_day(run="2"))):
            with pytest.raises(InputError) as gone:
                attempt()
            assert "台账读写失败" in gone.value.say("zh")
            assert "数据库服务" in gone.value.say("zh")
        with pytest.raises(InputError, match="cannot be opened"):
            open_ledger(url)
        postgresql_cluster.start()
        assert ledger.runs(CAMPAIGN).height == 1
        record(ledger, capture_day(run="2"))
        assert ledger.runs(CAMPAIGN).height == 2


def test_a_server_that_was_restarted_between_two_commands_is_not_noticed(postgresql_cluster, url):
    with open_ledger(url) as ledger:
        record(ledger, capture_day())
        postgresql_cluster.stop("fast")
        postgresql_cluster.start()
        assert ledger.runs(CAMPAIGN).height == 1


def test_a_server_that_goes_while_a_run_is_recorded_keeps_nothing_of_it(postgresql_cluster, url):
    with open_ledger(url) as ledger:
        with (
            pytest.raises(InputError, match="cannot be read or written"),
            ledger.recording(capture_day(), inputs={}),
        ):
            postgresql_cluster.stop("fast")
        postgresql_cluster.start()
        assert ledger.runs(CAMPAIGN).is_empty()
        record(ledger, capture_day())


@pytest.mark.parametrize(
    "given", ["clerk:secret@127.0.0.1:1/none", "127.0.0.1:1/none?user=clerk&password=secret"]
)
def test_a_password_is_never_said(given):
    with pytest.raises(InputError) as closed:
        open_ledger(f"postgresql+psycopg://{given}")
    for said in (closed.value.say("zh"), str(closed.value), repr(closed.value), closed.value.where):
        assert "secret" not in said
        assert "127.0.0.1" in closed.value.where
