"""Decisions: read from a file or given, checked all together, and recorded at once or not at all."""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

import polars as pl

from flows.decision_checks import (
    ABOUT_USED,
    Asked,
    Known,
    Line,
    line_of,
    refuse,
    refuse_contradictions,
)
from flows.free_text import free_text
from flows.freeze import AfterFreeze, freeze_facts, is_frozen, refuse_frozen
from flows.settings import now, today
from flows.sources import LoadedCampaign
from flows.tabular import Headers, read_table
from flows.text_file import line_of as sheet_line
from outputs.ledger import Ledger, open_ledger
from outputs.ledger_decisions import (
    ASKED,
    add_decisions,
    decisions_of,
    hold_decisions,
    latest_run,
    newest_decision,
)
from outputs.ledger_errors import no_run_yet
from schemas.decisions import CROP, CROP_COLUMNS, DECISION_HEADERS, KIND_WORDS
from schemas.errors import InputError
from schemas.words import Text
from transforms.crop import Box
from transforms.decisions import standing
from transforms.text import fold_width, read_date, tidy_number

NUMBER_DIGITS = 18
"""A ledger counts in 63 bits."""
NEEDED = ("kind", "by_whom", "because")
SAME = ("kind", "student_no", "code", "capture_sha256", "by_whom", "because", "valid_until", "withdraws",
        *CROP_COLUMNS)  # fmt: skip


class Decided(NamedTuple):
    """What became of what was asked: the decisions recorded, by number, and those that were there already."""

    recorded: list[tuple[int, Line]]
    known: list[Line]


class Refused(Exception):  # noqa: N818  it is told as its lines
    """Nothing was recorded, and why, line by line."""

    def __init__(self, faults: Sequence[InputError]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in faults))


def decide(
    loaded: LoadedCampaign,
    asked: Sequence[Asked],
    *,
    again: bool,
    after_freeze: AfterFreeze | None = None,
    held_against: Callable[[Known], None] = lambda _: None,
) -> Decided:
    """Record decisions. `again` lets one be made anew that was made before and does not stand any more.

    Refused names everything wrong; then nothing is recorded. FreezeError after the campaign's freeze date.
    `held_against` may refuse what was asked by somebody who did not know all that is known. Whatever anybody
    else decides meanwhile, all is checked anew.
    """
    campaign = loaded.campaign.campaign.id
    with open_ledger(loaded.ledger_url, must_exist=True) as ledger:
        while True:
            known = known_of(ledger, campaign)
            held_against(known)
            lines = _checked(asked, known, again=again)
            new = [line for line, is_there in lines if not is_there]
            _refuse_unfit_crops(loaded, known, new)
            if new:
                refuse_frozen(loaded, after_freeze)
            numbers = _recorded(ledger, loaded, new, known, after_freeze)
            if numbers is not None:
                break
    there = [line for line, is_there in lines if is_there]
    return Decided(list(zip(numbers, new, strict=True)), there)


def _refuse_unfit_crops(loaded: LoadedCampaign, known: Known, lines: Sequence[Line]) -> None:
    crops = [line for line in lines if line["kind"] == CROP]
    if crops:
        from flows.crops import refuse_unfit  # noqa: PLC0415  detectors are heavy, and only crops need them

        refuse_unfit(loaded, known, crops)


def _recorded(
    ledger: Ledger, loaded: LoadedCampaign, new: Sequence[Line], known: Known, reason: AfterFreeze | None
) -> list[int] | None:
    """Record checked decisions; their numbers. None where others were made since the check."""
    campaign, made_at = loaded.campaign.campaign.id, now()
    facts = freeze_facts(reason if new and is_frozen(loaded) else None, made_at)
    with ledger.transaction() as connection:
        hold_decisions(connection)
        if newest_decision(connection, campaign) != known.newest:
            return None
        add_decisions(connection, campaign, facts)
        return add_decisions(connection, campaign, _frame(new, made_at))


def known_of(ledger: Ledger, campaign: str) -> Known:
    """What decisions of a campaign are held against. InputError before its first run."""
    latest = latest_run(ledger, campaign)
    if latest is None:
        raise no_run_yet(campaign)
    return Known(latest, decisions_of(ledger, campaign), today())


def _checked(asked: Sequence[Asked], known: Known, *, again: bool) -> list[tuple[Line, bool]]:
    """Each decision as the ledger takes it, and whether it is there. Refused names all that is wrong."""
    lines: list[tuple[Line, bool]] = []
    faults: list[InputError] = []
    told: list[Asked] = []
    for each in asked:
        try:
            line = line_of(each, known)
            is_there = _is_recorded(each, line, known, again=again) or (line, False) in lines
            if not is_there:
                refuse(each, line, known)
            lines.append((line, is_there))
            told.append(each)
        except InputError as wrong:
            faults.append(wrong)
    faults += refuse_contradictions(told, [line for line, _ in lines])
    if faults:
        raise Refused(faults)
    return lines


def _is_recorded(asked: Asked, line: Line, known: Known, *, again: bool) -> bool:
    """Whether this very decision was recorded before; with `again`, whether it stands.

    One about the used photo that names no capture is the same whatever photo is used meanwhile: a file that
    is read once more decides nothing that nobody looked at.
    """
    made = standing(known.made) if again else known.made
    is_open = asked.kind in ABOUT_USED and asked.capture is None and not again
    keys = [name for name in SAME if not (is_open and name == "capture_sha256")]
    found = {tuple(row) for row in made.select(keys).iter_rows()}
    return tuple(line[name] for name in keys) in found


def _frame(lines: Sequence[Line], made_at: datetime) -> pl.DataFrame:
    decided_at = f"{made_at:%Y-%m-%dT%H:%M:%SZ}"
    return pl.DataFrame([{"decided_at": decided_at, **line} for line in lines], schema=ASKED)


# -- where they are asked for --------------------------------------------------------------------------------


def tidied(number: str | None) -> str | None:
    """A student number as the roster has it after cleaning."""
    tidy: str | None = pl.select(tidy_number(pl.lit(number, pl.String))).item()
    return tidy


def code_of(text: str | None) -> str | None:
    """A reason's code as the catalogue writes it."""
    folded: str | None = pl.select(
        fold_width(pl.lit(text, pl.String)).str.strip_chars().str.to_uppercase()
    ).item()
    return folded or None


def box_of(text: str | None) -> Box | None:
    """Left, top and width of a crop, in pixels of the source; None for anything else.

    >>> box_of("115，82, 596"), box_of("115,82")
    (Box(left=115.0, top=82.0, width=596.0), None)
    """
    parts = [part.strip() for part in (text or "").replace("，", ",").split(",")]
    if len(parts) != len(Box._fields) or not all(
        re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,4})?", part) for part in parts
    ):
        return None
    return Box(*map(float, parts))


def date_of(text: str) -> date | None:
    """A day written in one of the usual ways; None for anything else."""
    day: date | None = pl.DataFrame({"text": [text]}).select(read_date(pl.col("text"))).item()
    return day


def read_decisions(path: Path) -> list[Asked]:
    """Every line of a file of decisions. Refused names each line that cannot be read."""
    table = read_table(path, Headers(DECISION_HEADERS, NEEDED))
    asked: list[Asked] = []
    faults: list[InputError] = []
    for cells in table.iter_rows(named=True):
        try:
            asked.append(_asked(path, cells))
        except InputError as wrong:
            faults.append(wrong)
    if faults:
        raise Refused(faults)
    return asked


def _asked(path: Path, cells: Line) -> Asked:
    place = sheet_line(cells["row"])
    kind = KIND_WORDS.get((cells["kind"] or "").strip().lower())
    if kind is None:
        raise InputError(path, _NO_KIND, _KINDS, place=place)
    asked = Asked(
        kind, free_text(cells["by_whom"]), free_text(cells["because"]), path.name, place,
        tidied(cells["student_no"]), code_of(cells["code"]), cells["capture"],
        cells["valid_until"] and date_of(cells["valid_until"]), _number(cells["withdraws"]),
        box_of(cells["box"]),
    )  # fmt: skip
    if not (asked.by_whom and asked.because):
        raise asked.refused(_NO_REASON, Text("请补上", "fill them in"))
    if cells["valid_until"] and asked.valid_until is None:
        raise asked.refused(
            Text("有效期不是日期", "the last day is no date"),
            Text("按 年-月-日 的写法填写", "write year-month-day"),
        )
    return asked


def _number(text: str | None) -> int | None:
    return number_of((code_of(text) or "").removesuffix(".0"))


def number_of(text: str) -> int | None:
    """A decision's number, no larger than a ledger holds; None for anything else.

    >>> number_of("12"), number_of("9" * 19), number_of("²")
    (12, None, None)
    """
    return int(text) if text.isdecimal() and len(text) <= NUMBER_DIGITS else None


_NO_KIND = Text("没有写明是哪种决定", "which decision it is cannot be told")
_KINDS = Text(
    "在“决定”一列写 豁免、选用、放行、退回、补拍、裁切 或 撤销",
    "write 豁免, 选用, 放行, 退回, 补拍, 裁切 or 撤销 in the column 决定",
)
_NO_REASON = Text("没有写理由或决定人", "the reason or who decided is missing")
