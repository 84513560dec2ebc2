"""A campaign's inputs, read and cleaned. Everything unusable is found here, before anything is written."""

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import polars as pl

from flows.corrections import corrected_sheets
from flows.plain_file import refuse_no_file
from flows.sources import CaptureStore, LoadedCampaign, open_captures
from flows.tabular import Headers, read_sheet, read_table
from flows.text_file import decode_text, line_of
from outputs.staging import digest_of
from schemas.errors import CampaignError, InputError
from schemas.places import CORRECTABLE
from schemas.profile import Profile
from schemas.session import SCHEDULE_NEEDS
from schemas.words import Text, mask
from transforms.captures import clean_log
from transforms.corrections import Corrected
from transforms.records import clean_awards
from transforms.roster import clean_roster
from transforms.schedule import clean_schedule, clean_totals
from transforms.text import tidy_number

ID_DIGITS = 15
"""An ID number has at least so many characters (GB 11643-1989), a student number fewer."""


class Inputs(NamedTuple):
    """The schedule, cleaned, the captures' store, the SHA-256 of each input file, and the sheets themselves.

    What may be long is cleaned anew whenever it is asked for: the sheets, packed, take a tenth of its memory.
    """

    schedule: pl.DataFrame
    totals: pl.DataFrame
    captures: CaptureStore
    digests: dict[str, str]
    corrected: Corrected
    headers: Mapping[str, Headers]

    @property
    def roster(self) -> pl.DataFrame:
        """Columns of ROSTER, and those by which rows are judged."""
        return clean_roster(self._lines("roster")).collect()

    @property
    def log(self) -> pl.DataFrame:
        """Columns of CAPTURE_LOG; no line where there is no log."""
        return clean_log(self._lines("capture_log")).collect()

    @property
    def awards(self) -> pl.DataFrame:
        """Columns of AWARDS and `row`; no line where there is no such sheet."""
        return clean_awards(self._lines("awards")).collect()

    def _lines(self, kind: str) -> pl.LazyFrame:
        return _lines_of(kind, self.corrected, self.headers)


def read_inputs(loaded: LoadedCampaign) -> Inputs:
    """Read a campaign's inputs. InputError names the first that cannot be used; nothing is written."""
    names, headers = loaded.campaign.inputs, headers_of(loaded.profile)
    paths = {
        kind: path
        for kind in ("roster", "schedule", "capture_log", "awards")
        if (path := loaded.input(getattr(names, kind))) is not None
    }
    _refuse_no_schedule(loaded)
    sheets = {
        kind: read_sheet(path, headers[kind], name=getattr(names, kind)) for kind, path in paths.items()
    }
    corrected = corrected_sheets(loaded, sheets, headers)
    lines = _lines_of("schedule", corrected, headers)
    schedule = clean_schedule(lines).collect()
    _refuse_no_session(paths.get("schedule"), schedule)
    _refuse_unusable_sessions(paths.get("schedule", loaded.path), schedule, headers["schedule"])
    _refuse_unusable_output(loaded)
    return Inputs(
        schedule=schedule,
        totals=clean_totals(lines).collect(),
        captures=open_captures(loaded.captures),
        digests=input_digests(loaded),
        corrected=corrected,
        headers=headers,
    )


def input_digests(loaded: LoadedCampaign) -> dict[str, str]:
    """The SHA-256 of the campaign file and of each table, by the name that the campaign gives it."""
    names = loaded.campaign.inputs
    tables = (names.roster, names.schedule, names.capture_log, names.awards, *names.corrections)
    return {loaded.path.name: digest_of(loaded.path)} | {
        name: digest_of(loaded.path.parent / name) for name in tables if name is not None
    }


def _refuse_no_schedule(loaded: LoadedCampaign) -> None:
    """Only studio photos come without a timetable."""
    if loaded.campaign.inputs.schedule is None and loaded.profile.intake == "sessions":
        raise CampaignError(
            loaded.path,
            Text("缺少采集安排表", "there is no schedule"),
            Text(
                "请写上安排表的文件名；学生自行拍摄、没有安排表的，profile 改用 studio",
                "name the schedule's file; photos that students bring themselves have the profile studio",
            ),
            place="inputs.schedule",
        )


def _refuse_unusable_output(loaded: LoadedCampaign) -> None:
    """The results need a folder, apart from the captures, and a ledger whose address makes sense."""
    captures, out = loaded.captures.resolve(), loaded.out.resolve()
    if out.is_relative_to(captures):
        raise CampaignError(
            loaded.path,
            Text("输出文件夹在照片文件夹之内", "the output folder lies inside the captures folder"),
            Text(
                "请把二者分开，否则结果会被当作照片", "keep them apart, or results will be taken for captures"
            ),
            place="output.directory",
        )
    if out.exists() and not out.is_dir():
        raise CampaignError(
            loaded.path,
            Text("输出文件夹的位置上已有同名文件", "a file stands where the output folder should be"),
            Text("请移走它或改名", "move it away or choose another name"),
            place="output.directory",
        )
    _ = loaded.ledger_url


def read_roster(loaded: LoadedCampaign) -> pl.DataFrame:
    """A campaign's roster as the next run will see it, corrections included."""
    names, headers = loaded.campaign.inputs, headers_of(loaded.profile)
    sheets = {
        kind: read_sheet(path, headers[kind], name=getattr(names, kind))
        for kind in CORRECTABLE
        if (path := loaded.input(getattr(names, kind))) is not None
    }
    return clean_roster(corrected_sheets(loaded, sheets, headers).sheets["roster"].cells.lazy()).collect()


def headers_of(profile: Profile) -> dict[str, Headers]:
    """The headers that a profile knows, by input."""
    synonyms = profile.headers
    return {
        kind: Headers(getattr(synonyms, kind), synonyms.required[kind], synonyms.one_of.get(kind, ()))
        for kind in ("roster", "schedule", "capture_log", "awards")
    }


def _lines_of(kind: str, corrected: Corrected, headers: Mapping[str, Headers]) -> pl.LazyFrame:
    """The lines of an input as sent and corrected; none of one that the campaign does not have."""
    if kind in corrected.sheets:
        return corrected.sheets[kind].cells.lazy()
    return pl.LazyFrame(schema={"row": pl.UInt32} | dict.fromkeys(headers[kind].synonyms, pl.String))


def _refuse_no_session(path: Path | None, schedule: pl.DataFrame) -> None:
    """A schedule of nothing but totals is none."""
    if path is not None and schedule.is_empty():
        raise InputError(
            path,
            Text("安排表中只有合计，没有场次", "the schedule has totals and no session"),
            Text("请每个场次写一行", "write a line for each session"),
        )


def _refuse_unusable_sessions(path: Path, schedule: pl.DataFrame, headers: Headers) -> None:
    """A session whose date, room, time, unit or head count cannot be read makes the schedule unusable."""
    broken = schedule.filter(pl.any_horizontal(pl.col(name).is_null() for name in SCHEDULE_NEEDS))
    if broken.height:
        line = broken.row(0, named=True)
        unread = ["/".join(headers.synonyms[name]) for name in SCHEDULE_NEEDS if line[name] is None]
        raise InputError(
            path,
            Text(
                f"这一行有缺漏或读不懂：{'、'.join(unread)}",
                f"missing or unreadable in this line: {', '.join(unread)}",
            ),
            Text(
                "按 年-月-日、时:分、整数 的写法填写",
                "write year-month-day, hour:minute and a whole number",
            ),
            place=line_of(line["row"]),
        )


def named_students(roster: pl.DataFrame, students: tuple[str, ...], listed: Path | None) -> tuple[str, ...]:
    """Student numbers asked for on the command line or in a file. InputError for one not in the roster."""
    named = [(number, "--student") for number in students]
    if listed is not None:
        named += [(number, str(listed)) for number in _listed(listed)]
    known = set(roster["student_no"].drop_nulls())
    for number, where in named:
        if _tidied(number) not in known:
            raise _no_such_student(number, where, known)
    return tuple(dict.fromkeys(_tidied(number) for number, _ in named))


def _tidied(number: str) -> str:
    """A number that was typed, as the roster has it after cleaning."""
    return pl.select(tidy_number(pl.lit(number))).item() or ""


def _no_such_student(number: str, where: str, known: set[str]) -> InputError:
    """Names the nearest student number; what is long enough to be an ID number is masked."""
    is_long = len(number) >= ID_DIGITS
    shown = mask(number) if is_long else number
    near = [] if is_long else difflib.get_close_matches(_tidied(number), sorted(known), n=1)
    hint, hint_en = (f"，是否想写 {near[0]}", f", did you mean {near[0]}") if near else ("", "")
    return InputError(
        where,
        Text(f"名册中没有学号 {shown}{hint}", f"no student {shown} in the roster{hint_en}"),
        Text("请核对学号", "check the student number"),
    )


def _listed(path: Path) -> tuple[str, ...]:
    """Student numbers, at least one: a table with a 学号 column, or a text file with one on each line."""
    if path.suffix.lower() != ".txt":
        table = read_table(path, Headers({"student_no": ("学号", "XH")}, ("student_no",)))
        return tuple(table["student_no"].drop_nulls())
    refuse_no_file(path)
    lines = decode_text(path, path.read_bytes()).splitlines()
    numbers = tuple(line.strip() for line in lines if line.strip())
    if not numbers:
        raise InputError(
            path,
            Text("名单是空的", "the list is empty"),
            Text("请每行写一个学号", "write one student number a line"),
        )
    return numbers
