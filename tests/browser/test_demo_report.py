"""The report of a demo day, as the program itself writes it."""

import csv
import os
import subprocess
import sys

import pytest

from tests.axe import grave_faults


@pytest.mark.long
def test_the_report_of_a_demo_day_shows_everybody(page, tmp_path):
    asked = [
        sys.executable,
        "-m",
        "flows",
        "demo",
        str(tmp_path / "day"),
        "--students",
        "45",
        "--megapixels",
        "0.9",
    ]
    subprocess.run(
        asked, check=True, timeout=300, capture_output=True, env={**os.environ, "REGPACK_WORKERS": "2"}
    )
    (report,) = (tmp_path / "day" / "out" / "audit").glob("*/report.html")
    captures = lines(report.with_name("captures.csv"))
    bare = {line["row"] for line in lines(report.with_name("enrolments.csv"))} - {
        line["row"] for line in captures
    }
    page.goto(report.as_uri())
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator(".cell").count() == len(captures) + len(bare)
    page.select_option("#by-state", "rejected")
    page.locator(".cell").first.click()
    assert page.locator("#detail .found li").count() > 0
    assert grave_faults(page) == []


def lines(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
