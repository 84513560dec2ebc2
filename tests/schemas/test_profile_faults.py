"""Which severities a profile may change."""

import pytest

from schemas.profile_faults import ALWAYS_BLOCK, profile_faults
from schemas.reasons import Severity
from tests.builders import the_profile


def faults_of(code, severity):
    profile = the_profile().model_copy(update={"severities": {code: Severity(severity)}})
    return [fault.place for fault in profile_faults(profile)]


@pytest.mark.parametrize(("code", "severity"), [("P320", "warn"), ("R106", "block"), ("L201", "block")])
def test_a_profile_may_change_a_severity(code, severity):
    assert faults_of(code, severity) == []


@pytest.mark.parametrize("code", ALWAYS_BLOCK)
@pytest.mark.parametrize("severity", ["warn", "info"])
def test_what_must_block_is_not_softened(code, severity):
    assert code.severity == "block"
    assert faults_of(code.value, severity) == [f"severities.{code.value}"]


TABLE_FAULTS = [
    ({"files": ("csv",)}, "files"),
    ({"files": ("xml", "csv", "csv")}, "files"),
    ({"files": ("xml", "dbf")}, "columns[2].max_bytes"),
    ({"files": ("xml", "dbf")}, "columns[3].max_bytes"),
    ({"files": ("xml", "dbf")}, "columns[4].code"),
    ({"files": ("xml", "dbf")}, "columns[5].code"),
]


@pytest.mark.parametrize(("changes", "place"), TABLE_FAULTS)
def test_a_table_says_what_its_files_can_hold(changes, place):
    images = the_profile().tables[0]
    widths = {"KSH": 254, "XM": 255, "ZP": None, "LONGERTHAN10": 1, "A_B": 1}
    columns = [
        images.columns[0].model_copy(update={"code": code, "max_bytes": width})
        for code, width in widths.items()
    ]
    table = images.model_copy(update={"columns": tuple(columns), "unique": (), **changes})
    profile = the_profile().model_copy(update={"tables": (table,)})
    places = [fault.place for fault in profile_faults(profile)]
    assert f"images.{place}" in places
    assert len(places) == (4 if "dbf" in changes["files"] else 1)


@pytest.mark.parametrize("name", ["pace_s", "pace_turns_min", "silent_min"])
@pytest.mark.parametrize(("value", "places"), [(1, []), (0, ["timetable.{}"]), (-1, ["timetable.{}"])])
def test_what_a_timetable_is_held_against_is_above_nothing(name, value, places):
    rules = the_profile().timetable
    changed = rules.model_copy(update={name: getattr(rules, name).model_copy(update={"value": value})})
    profile = the_profile().model_copy(update={"timetable": changed})
    assert [fault.place for fault in profile_faults(profile)] == [place.format(name) for place in places]
