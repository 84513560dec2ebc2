"""A campaign's inputs, read and cleaned. Everything unusable is found here, before anything is written."""

import difflib
from pathlib import Path
from typing import NamedTuple

import polars as pl

from flows.sources import CaptureStore, LoadedCampaign, open_captures, sha256_of
from flows.tabular import Headers, decode_text, read_table
from schemas.errors import InputError
from schemas.profile import Profile
from schemas.session import SCHEDULE_NEEDS
from schemas.words import Text
from transforms.captures import clean_log
from transforms.records import clean_awards
from transforms.roster import clean_roster
from transforms.schedule import clean_schedule


class Inputs(NamedTuple):
    """The cleaned frames, the captures' store and the SHA-256 of each input file."""

    roster: pl.DataFrame
    schedule: pl.DataFrame
    log: pl.DataFrame
    awards: pl.DataFrame
    captures: CaptureStore
    digests: dict[str, str]


def read_inputs(loaded: LoadedCampaign) -> Inputs:
    """Read a campaign's inputs. InputError names the first that cannot be used; nothing is written."""
    names, headers = loaded.campaign.inputs, _headers(loaded.profile)
    paths = {
        kind: path
        for kind in ("roster", "schedule", "capture_log", "awards")
        if (path := loaded.input(getattr(names, kind))) is not None
    }
    sent = {kind: read_table(path, headers[kind]).lazy() for kind, path in paths.items()}
    schedule = clean_schedule(sent["schedule"]).collect()
    _refuse_unusable_sessions(paths["schedule"], schedule)
    return Inputs(
        roster=clean_roster(sent["roster"]).collect(),
        schedule=schedule,
        log=clean_log(sent.get("capture_log", _nothing(headers["capture_log"]))).collect(),
        awards=clean_awards(sent.get("awards", _nothing(headers["awards"]))).collect(),
        captures=open_captures(loaded.path.parent / names.captures),
        digests={path.name: sha256_of(path) for path in (loaded.path, *paths.values())},
    )


def _headers(profile: Profile) -> dict[str, Headers]:
    synonyms = profile.headers
    return {
        kind: Headers(getattr(synonyms, kind), synonyms.required[kind])
        for kind in ("roster", "schedule", "capture_log", "awards")
    }


def _nothing(headers: Headers) -> pl.LazyFrame:
    """The table of an input that the campaign does not have."""
    return pl.LazyFrame(schema={"row": pl.UInt32} | dict.fromkeys(headers.synonyms, pl.String))


def _refuse_unusable_sessions(path: Path, schedule: pl.DataFrame) -> None:
    """A session whose date, time, unit or head count cannot be read makes the schedule unusable."""
    broken = schedule.filter(pl.any_horizontal(pl.col(name).is_null() for name in SCHEDULE_NEEDS))
    if broken.height:
        line = broken["row"][0]
        raise InputError(path, Text("这一行的日期、时间、单位或人数不可读", "date, time, unit or head count is unreadable"),
                         Text("按 年-月-日、时:分、整数 的写法填写", "write year-month-day, hour:minute and a whole number"),
                         place=f"第 {line} 行")  # fmt: skip


def named_students(roster: pl.DataFrame, students: tuple[str, ...], listed: Path | None) -> tuple[str, ...]:
    """The student numbers asked for, on the command line or in a file; InputError for one not in the roster."""
    named = (*students, *(_listed(listed) if listed else ()))
    known = set(roster["student_no"].drop_nulls())
    for number in named:
        if number not in known:
            near = difflib.get_close_matches(number, known, n=1)
            hint = f"，是否想写 {near[0]}" if near else ""
            hint_en = f", did you mean {near[0]}" if near else ""
            raise InputError(listed or "--student", Text(f"名册中没有学号 {number}{hint}", f"no student {number} in the roster{hint_en}"),
                             Text("请核对学号", "check the student number"))  # fmt: skip
    return tuple(dict.fromkeys(named))


def _listed(path: Path) -> tuple[str, ...]:
    """Student numbers from a table with a 学号 column, or from a text file with one on each line."""
    if path.suffix.lower() == ".txt":
        if not path.is_file():
            raise InputError(path, Text("找不到文件", "the file does not exist"), Text("请核对文件名", "check its name"))
        lines = decode_text(path, path.read_bytes()).splitlines()
        return tuple(line.strip() for line in lines if line.strip())
    table = read_table(path, Headers({"student_no": ("学号", "XH")}, ("student_no",)))
    return tuple(table["student_no"].drop_nulls().str.strip_chars())
