"""From a school's sheets to validated, rejected and written records: regpack against pandas.

Both read the same two CSV files, hold the same rules of roster and diploma table, list what is rejected
and write the others as XML and CSV, each in a process of its own. Both must reject the very rows that have a
fault, and regpack's XML must be valid, or there is no figure; pandas cannot write the attributes that the XSD
asks for.
"""

import tempfile
import time
import tomllib
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import polars as pl
from lxml import etree

from benchmarks import by_pandas
from benchmarks.memory import status_mb
from benchmarks.people import FAULTY, Sheets, write_sheets
from flows.demo.school import school
from flows.demo.sheets import campaign_toml
from flows.profiles import read_profile
from flows.tabular import Headers, read_table
from outputs.csv_table import CsvTable
from outputs.writer import write
from outputs.xml_table import XmlTable
from outputs.xsd import render_xsd
from schemas.audit import FINDINGS
from schemas.campaign import Campaign
from schemas.profile import Profile
from schemas.reasons import Severity
from transforms.assessment import accepted_rows
from transforms.people import roster_findings
from transforms.reconcile import enrolment_states
from transforms.records import Records, clean_awards, record_findings, settle_awards, subjects
from transforms.roster import clean_roster

TABLE = "diploma"
COMPARED = (10_000, 100_000, 1_000_000)
"""Rows for both ways: pandas needs some ten times the memory of 100,000 for a million."""
SCALES = (10_000, 100_000, 1_000_000)
NO_PHOTOS = pl.DataFrame(
    schema={"row": pl.UInt32, "photo_sha256": pl.String, "captured_at": pl.Datetime("ms")}
)


class Cost(NamedTuple):
    """What a way took: seconds by the clock and of the processor, its peak memory, the rows it rejected."""

    wall_s: float
    processor_s: float
    memory_mb: float
    rejected: frozenset[int]


def main(compared: tuple[int, ...] = COMPARED, scales: tuple[int, ...] = SCALES) -> None:
    """Print a line for each way and number of rows; the ratio is of pandas' time to regpack's."""
    print("\nRecords: roster and awards (CSV) to validated, rejected and written diploma XML and CSV")
    print(
        f"{'rows':>10}  {'way':10}{'time':>9}{'processor':>11}{'memory':>10}{'rows/s':>11}{'pandas is':>16}"
    )
    with tempfile.TemporaryDirectory(prefix="regpack-bench-") as root:
        for count in sorted({*compared, *scales}):
            sheets = write_sheets(Path(root), count)
            costs = {name: measured(name, sheets) for name in WAYS if name == "regpack" or count in compared}
            for name, cost in costs.items():
                _print(count, name, cost, costs["regpack"])


def _print(count: int, name: str, cost: Cost, ours: Cost) -> None:
    spent = f"{cost.wall_s:>7.2f} s{cost.processor_s:>9.2f} s"
    ratio = "" if cost is ours else f"{cost.wall_s / ours.wall_s:>11.1f} x time"
    speed = f"{cost.memory_mb:>7.0f} MB{count / cost.wall_s:>11,.0f}"
    print(f"{count:>10,}  {name:10}{spent}{speed}{ratio}", flush=True)


def measured(name: str, sheets: Sheets) -> Cost:
    """One way over the sheets, in a process of its own. ValueError where it rejects others than planted."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
        cost = alone.submit(_measured, name, sheets).result()
    if {row - 1 for row in cost.rejected} != set(range(FAULTY, max(cost.rejected, default=0) + 1, FAULTY)):
        raise ValueError(f"{name} rejected other rows than those with a fault")
    return cost


def _measured(name: str, sheets: Sheets) -> Cost:
    campaign, profile = plan()
    with tempfile.TemporaryDirectory(dir=sheets.roster.parent) as folder:
        begun, processor = time.perf_counter(), time.process_time()
        rejected = WAYS[name](sheets, Path(folder), campaign, profile)
        spent = time.perf_counter() - begun, time.process_time() - processor
        memory = status_mb("VmHWM")
        if name == "regpack":
            refuse_invalid(Path(folder) / f"{TABLE}.xml", profile)
    return Cost(*spent, memory, frozenset(rejected))


@cache
def plan() -> tuple[Campaign, Profile]:
    """The demo's campaign, and the default profile with the diploma table alone."""
    campaign = Campaign.model_validate(tomllib.loads(campaign_toml(school())))
    profile = read_profile("graduate", beside=Path())
    tables = tuple(table for table in profile.tables if table.name == TABLE)
    return campaign, profile.model_copy(update={"tables": tables})


def by_regpack(sheets: Sheets, folder: Path, campaign: Campaign, profile: Profile) -> set[int]:
    """What a run does with roster and awards; the roster's rows that were rejected."""
    names = profile.headers
    headers = {kind: Headers(getattr(names, kind), names.required[kind]) for kind in sheets._fields}
    roster = clean_roster(read_table(sheets.roster, headers["roster"]).lazy()).collect()
    awards = clean_awards(read_table(sheets.awards, headers["awards"]).lazy()).collect()
    usable, of_awards = settle_awards(awards, roster, profile.severities)
    known = subjects(roster, usable, NO_PHOTOS, campaign=campaign, naming=profile.naming)
    people = roster_findings(roster, campaign, profile, captured_on=school().held_on)
    found = pl.concat(
        [part.select(list(FINDINGS)) for part in (people, of_awards, record_findings(known, profile))]
    )
    accepted = accepted_rows(enrolment_states(roster, found))
    (table,) = profile.tables
    records = Records(known, accepted, profile.tables).written()[TABLE].drop("row")
    for writer in (XmlTable(table), CsvTable(table)):
        write(writer, records, folder)
    found.write_csv(folder / "rejects.csv", include_bom=True, line_terminator="\r\n")
    return set(found.filter(pl.col("severity") == Severity.BLOCK)["row"].drop_nulls())


def refuse_invalid(document: Path, profile: Profile) -> None:
    """Hold an XML against its table's XSD, record by record. ValueError where it is not valid."""
    (table,) = profile.tables
    schema = etree.XMLSchema(etree.fromstring(render_xsd(table)))
    try:
        for _, element in etree.iterparse(document, schema=schema, tag="record"):
            element.clear()
            above = element.getparent()
            while above is not None and element.getprevious() is not None:
                del above[0]
    except etree.XMLSyntaxError as error:
        raise ValueError(f"not valid: {error.msg}") from None


WAYS: dict[str, Callable[[Sheets, Path, Campaign, Profile], set[int]]] = {
    "regpack": by_regpack, "pandas": by_pandas.run,
}  # fmt: skip
