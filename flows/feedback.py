"""Feedback in order: a list is read, matched and remembered; what is open and overdue is gathered."""

from datetime import date
from pathlib import Path
from typing import NamedTuple

import polars as pl

from flows.inputs import ID_DIGITS, read_roster
from flows.ledger_key import holders_of
from flows.settings import now, today
from flows.sources import LoadedCampaign
from flows.tabular import Headers, read_table
from outputs import ledger_cases
from outputs.ledger import Ledger
from outputs.ledger_cases import ListRead
from outputs.staging import digest_of
from schemas.errors import InputError
from schemas.feedback import COMPLAINT, DOUBTS, LIST_HEADERS, LIST_ONE_OF, LIST_REQUIRED, PLATFORM, CaseKind
from schemas.words import Text
from transforms import feedback
from transforms.feedback import identified, students_in, tidied
from transforms.validation import masked


class Reading(NamedTuple):
    """What reading a list came to; `doubts` has row, student_no, document_no and doubt, ID numbers masked."""

    kind: CaseKind
    file: Path
    is_known: bool
    lines: int
    students: int
    registered: int
    opened: int
    ended: int
    doubts: pl.DataFrame


class Standing(NamedTuple):
    """How feedback stands: FOLLOW_UPS, and how many are registered or still within their time."""

    to_do: pl.DataFrame
    registered: int
    waiting: int


def read_list(loaded: LoadedCampaign, ledger: Ledger, kind: CaseKind, file: Path) -> Reading:
    """Read a list and remember what follows from it; a list that was read before changes nothing."""
    cells = tidied(read_table(file, Headers(LIST_HEADERS[kind], LIST_REQUIRED[kind], LIST_ONE_OF)))
    lines = feedback.with_codes(_identified(loaded, ledger, cells), kind)
    campaign, digest = loaded.campaign.campaign.id, digest_of(file)
    is_known = ledger_cases.is_read(ledger, campaign, kind, digest)
    read = _follows(loaded, ledger, kind, digest, lines)
    if not is_known:
        ledger_cases.add_list(ledger, campaign, read)
    told = (0, 0) if is_known else (read.opened.height, read.ended.height)
    return Reading(
        kind, file, is_known, lines.height, len(read.students), len(read.registered), *told, _doubts(lines)
    )


def complain(loaded: LoadedCampaign, ledger: Ledger, number: str, because: str) -> int:
    """Open a complaint by hand; how many cases that made: none where one is open. InputError for nobody."""
    lines = pl.DataFrame({"row": [1], "student_no": [number], "said": [because]})
    cells = lines.with_columns(
        pl.lit(None, pl.String).alias(name) for name in ("document_no", "name", "said_on")
    )
    found = feedback.with_codes(_identified(loaded, ledger, tidied(cells)), COMPLAINT)
    doubt = found["doubt"][0]
    if doubt is not None:
        raise InputError("--complaint", DOUBTS[doubt], Text("请核对学号", "check the student number"))
    opened = _opened(loaded, ledger, COMPLAINT, found)
    campaign = loaded.campaign.campaign.id
    ledger_cases.open_by_hand(ledger, campaign, opened, opened_at=now().isoformat(timespec="seconds"))
    return opened.height


def take_back(loaded: LoadedCampaign, ledger: Ledger, case_id: int, *, because: str, by_whom: str) -> None:
    """End a case by somebody's word. InputError where no such case is open."""
    open_now = ledger_cases.open_cases(ledger, loaded.campaign.campaign.id)["case_id"].to_list()
    if case_id not in open_now:
        raise InputError(
            f"--withdraw {case_id}",
            Text("没有这个编号的未了结事项", "no open case has this number"),
            Text(
                "用 regpack feedback 批次.toml 查看编号",
                "see the numbers with regpack feedback CAMPAIGN.toml",
            ),
        )
    at = now().isoformat(timespec="seconds")
    ledger_cases.withdraw(ledger, case_id, because=because, by_whom=by_whom, closed_at=at)


def standing(loaded: LoadedCampaign, ledger: Ledger) -> Standing:
    """Everything that is open or overdue, with the names that the roster has."""
    names = read_roster(loaded).select("student_no", "name").drop_nulls("student_no")
    once = names.unique("student_no", keep="first", maintain_order=True)
    return standing_of(loaded, ledger, once, today())


def standing_of(loaded: LoadedCampaign, ledger: Ledger, names: pl.DataFrame, day: date) -> Standing:
    """Everything that is open or overdue on a day, with the `names` (student_no, name) that are known."""
    campaign = loaded.campaign.campaign.id
    registered = ledger_cases.registered(ledger, campaign)["student_no"]
    seen = ledger_cases.on_platform(ledger, campaign)
    waiting = feedback.awaited(_sealed_on(ledger, campaign), seen, registered, loaded.profile.feedback)
    people = ledger_cases.units(ledger, campaign).join(
        names, on="student_no", how="left", validate="1:1", maintain_order="left"
    )
    open_now = ledger_cases.open_cases(ledger, campaign)
    lines = feedback.to_do(open_now, waiting, people, registered, today=day)
    overdue = lines.filter(pl.col("kind") == feedback.AWAITED).height
    return Standing(lines, len(registered), waiting.height - overdue)


def _identified(loaded: LoadedCampaign, ledger: Ledger, cells: pl.DataFrame) -> pl.DataFrame:
    """The lines with whom they mean: by the roster, else by what the ledger knows of earlier rosters."""
    roster = read_roster(loaded).select("student_no", "document_no", "name")
    numbers = cells.filter(~pl.col("document_no").is_in(roster["document_no"].drop_nulls().implode()))
    campaign = loaded.campaign.campaign.id
    asked = numbers["document_no"].drop_nulls().to_list()
    holders = holders_of(ledger, loaded.ledger_url, campaign, asked).unique(
        "student_no", keep="first", maintain_order=True
    )
    known = ledger.states(campaign).select("student_no")
    everybody = known.join(holders, on="student_no", how="left", validate="1:1", maintain_order="left")
    return identified(cells, roster, everybody)


def _follows(
    loaded: LoadedCampaign, ledger: Ledger, kind: CaseKind, digest: str, lines: pl.DataFrame
) -> ListRead:
    """What a list means for the ledger."""
    open_now = ledger_cases.open_cases(ledger, loaded.campaign.campaign.id)
    is_platform = kind == PLATFORM
    registered = feedback.registered_in(lines) if is_platform else students_in(lines.clear())
    ended = feedback.to_end(lines, open_now) if is_platform else open_now.clear()
    at = now().isoformat(timespec="seconds")
    opened = _opened(loaded, ledger, kind, lines)
    return ListRead(kind, at, digest, lines.height, students_in(lines), registered, opened, ended)


def _opened(loaded: LoadedCampaign, ledger: Ledger, kind: CaseKind, lines: pl.DataFrame) -> pl.DataFrame:
    campaign = loaded.campaign.campaign.id
    new = feedback.to_open(lines, kind, ledger_cases.open_cases(ledger, campaign))
    return feedback.with_due(new, _sealed_on(ledger, campaign), loaded.profile.feedback, today())


def _sealed_on(ledger: Ledger, campaign: str) -> pl.DataFrame:
    """The day on which each student's latest record was sealed."""
    sealed = ledger_cases.sealed_on(ledger, campaign)
    return sealed.select("student_no", sealed_on=pl.col("sealed_at").str.head(10).str.to_date("%Y-%m-%d"))


def _doubts(lines: pl.DataFrame) -> pl.DataFrame:
    """Lines from which nothing followed, with their numbers, masked where they are long enough for an ID."""
    doubtful = lines.drop_nulls("doubt")
    long = pl.col("student_no").str.len_chars() >= ID_DIGITS
    return doubtful.select(
        "row",
        student_no=pl.when(long).then(masked(pl.col("student_no"))).otherwise("student_no"),
        document_no=masked(pl.col("document_no")),
        doubt="doubt",
    )
