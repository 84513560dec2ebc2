"""What the log had tidied is told with the cell that it was read from."""

import pytest

from flows.inputs import read_inputs
from flows.post_capture import sheet_findings
from flows.sources import read_campaign
from tests.campaign_builders import LOG, a_campaign, write_campaign

NUMBER = "110101199801310002"


@pytest.mark.parametrize(
    ("number", "codes"), [(NUMBER, []), (f"'{NUMBER}", ["L223"]), (f"{NUMBER[:-1]}２", ["L223"])]
)
def test_a_tidied_number_is_told_once_with_its_line(tmp_path, number, codes):
    campaign = a_campaign(tmp_path)
    (tmp_path / "log.csv").write_text(LOG.replace(NUMBER, number), encoding="utf-8")
    loaded = read_campaign(campaign)
    found = said_of(loaded)
    assert found["code"].to_list() == codes
    assert found.select("input", "sheet_row", "column").rows() == [("capture_log", 2, "document_no")] * len(
        codes
    )
    assert not found["seen"].str.contains(NUMBER[4:14]).any()


def test_a_day_without_a_log_has_nothing_to_tidy(tmp_path):
    a_campaign(tmp_path)
    loaded = read_campaign(write_campaign(tmp_path, {"inputs": {"capture_log": None}}))
    assert said_of(loaded).is_empty()


def said_of(loaded):
    """What is said of a campaign's sheets."""
    inputs = read_inputs(loaded)
    return sheet_findings(inputs.corrected, inputs.log, loaded.profile.severities)
