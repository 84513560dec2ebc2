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
