"""Every reader on a few odd inputs of each kind; `python -m tests.fuzz_readers` feeds them 21,000."""

from itertools import islice

import pytest

from tests.fuzz_readers import SHARES
from tests.reader_inputs import (
    inputs,
    sound_book,
    sound_bundle,
    sound_csv,
    sound_day,
    sound_dbf,
    sound_profile,
)
from tests.reader_targets import REFUSED, UNDERSTOOD, Desk, Given

EACH = 2
"""Inputs of each share: with 40 shares some 80."""
pytestmark = pytest.mark.filterwarnings("ignore")  # as the command line has it


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    return Desk(tmp_path_factory.mktemp("desk"))


@pytest.mark.parametrize("reader", SHARES)
def test_an_odd_input_is_understood_or_refused_in_a_line_that_tells_no_secret(desk, reader):
    ends = [desk.take(given) for given in islice(inputs(reader, seed=8), EACH * SHARES[reader])]
    assert set(ends) <= {UNDERSTOOD, REFUSED}
    assert REFUSED in ends or reader == "bundle"  # whose faults are told, not raised


SOUND = {
    "roster": ("fuzzed.xlsx", lambda: sound_book("roster", is_shared=True)),
    "schedule": ("fuzzed.csv", lambda: sound_csv("schedule")),
    "log": ("fuzzed.xlsx", lambda: sound_book("log", is_shared=False)),
    "awards": ("fuzzed.csv", lambda: sound_csv("awards")),
    "corrections": ("fuzzed.csv", lambda: sound_csv("corrections")),
    "feedback": ("platform.dbf", lambda: sound_dbf("platform")),
    "decisions": ("fuzzed.csv", lambda: sound_csv("decisions")),
    "students": ("fuzzed.xlsx", lambda: sound_book("students", is_shared=True)),
    "campaign": ("fuzzed.toml", lambda: sound_day()["campaign.toml"]),
    "profile": ("fuzzed.toml", lambda: sound_profile("graduate.toml")),
    "bundle": ("fuzzed.zip", sound_bundle),
}
"""What every mutation begins with."""


@pytest.mark.parametrize("reader", SOUND)
def test_what_is_mutated_was_sound(desk, reader):
    name, content = SOUND[reader]
    assert desk.take(Given(reader, "sound", name, content())) == UNDERSTOOD
