"""A campaign of any size as files: invented people, a card and a small picture of each.

A few sitters are drawn; every capture shows one of them in clothes of a pattern of its own, so that no two
frames are almost the same. Rooms hold four sessions of 300 a day. Pictures are kept for the next time.
"""

import hashlib
import os
import tempfile
from datetime import datetime, time, timedelta
from functools import cache, partial
from pathlib import Path
from random import Random
from typing import NamedTuple

import cv2
import numpy as np
import polars as pl
from PIL import Image

from benchmarks.people import AWARDS, sound_people, with_faults, write_csv
from flows.demo.camera import Shot, encode_jpeg
from flows.demo.pictures import one_core_each
from flows.demo.portrait import draw, look_of
from flows.demo.school import school
from flows.demo.sheets import LOG_COLUMNS, csv_bytes, toml_table
from flows.processes import spread
from flows.settings import workers
from transforms.pixels import Pixels

SEED, SITTERS, SIZE, QUALITY = 31, 96, (600, 800), 85
SESSION, ROOMS = 300, 12
BEGINS = (time(8), time(10), time(13), time(15))
PACE, CARD_TO_SHOT = timedelta(seconds=20), timedelta(seconds=3)
CLASS = 40
CLOTHES, CHECKS, DARKER = 0.7, (12, 24), 70
"""How far down the pattern begins, its checks down and across, how many levels they darken at most."""
BACKDROP = 60
"""Where blue is so many levels above red."""
MAJOR = {"专业代码": "080500", "专业名称": "材料科学与工程"}
PROFILE = """
extends = "graduate"
name = "crowd"
[bundle]
max_photos = { value = 5000, unit = "photos", source = "contract", trust = "K" }
"""
THESES = ("论文类型", "论文选题来源", "论文研究方向", "论文撰写语种")
TOGETHER = 64
"""Captures that a worker makes at once."""


class Place(NamedTuple):
    """Where and when the enrolment of a place, counted from 0, stands before a camera."""

    session: int
    camera: str
    held_on: datetime
    card_at: datetime

    @property
    def shot_at(self) -> datetime:
        """When the capture is taken, by log and camera alike."""
        return self.card_at + CARD_TO_SHOT


def crowd(count: int, root: Path | None = None) -> Path:
    """The campaign file of so many enrolments and captures; pictures are made now if they are not there yet.

    Captures of several crowds are the same files under more names, where the disk can do that.
    """
    mark = hashlib.sha256(_capture(0)).hexdigest()[:12]
    kept = (root or Path(tempfile.gettempdir())) / f"regpack-crowd-{mark}"
    folder = kept / str(count)
    write_inputs(folder, count)
    _take_pictures(count, kept / "pictures")
    for place in range(count):
        _link(kept / "pictures" / _stored(place), folder / "captures" / _file(place))
    return folder / "campaign.toml"


def place_of(place: int) -> Place:
    """Where and when somebody comes: session after session, the rooms side by side."""
    session, turn = divmod(place, SESSION)
    slot, room = divmod(session, ROOMS)
    day, begin = divmod(slot, len(BEGINS))
    held_on = datetime.combine(school().held_on + timedelta(days=day), time())
    begins = datetime.combine(held_on, BEGINS[begin])
    return Place(session, f"H{room + 1:02}", held_on, begins + turn * PACE)


# -- sheets -------------------------------------------------------------------------------------------------


def write_inputs(folder: Path, count: int) -> None:
    """Roster, awards, schedule and log, and the campaign file."""
    folder.mkdir(parents=True, exist_ok=True)
    major = {header: pl.lit(value) for header, value in MAJOR.items()}
    sound = sound_people(count).with_columns(**major, 院系=_unit(), 班级=_class())
    people = with_faults(sound)
    write_csv(people.drop("place", *AWARDS[1:]), folder / "roster.csv")
    write_csv(_awards(people), folder / "awards.csv")
    (folder / "schedule.csv").write_bytes(csv_bytes(_schedule(count), "utf-8-sig"))
    (folder / "capture_log.csv").write_bytes(csv_bytes(_log(sound["证件号码"].to_list()), "gb18030"))
    (folder / "profile.toml").write_text(PROFILE, "utf-8")
    (folder / "campaign.toml").write_text(_campaign(), "utf-8")


def _unit() -> pl.Expr:
    return pl.format("第{}学院", pl.col("place") // SESSION + 1)


def _class() -> pl.Expr:
    return pl.format("{}班", pl.col("place") // CLASS + 1)


def _awards(sheet: pl.DataFrame) -> pl.DataFrame:
    """Conclusion, certificates, degree and thesis."""
    home, is_doctor = school(), pl.col("层次") == "博士研究生"
    serial = (pl.col("place") // 2 + 1).cast(pl.String).str.zfill(6)
    level = pl.when(is_doctor).then(pl.lit("2")).otherwise(pl.lit("3"))
    number = [pl.lit(home.school_code), level, pl.lit(f"{home.award_date:%Y}"), serial]
    degree = pl.when(is_doctor).then(pl.lit("工学博士学位")).otherwise(pl.lit("工学硕士学位"))
    return sheet.select(
        *AWARDS,
        pl.concat_str(number).alias("学位证书编号"),
        pl.concat_str(level, pl.lit("08")).alias("学位类别码"),
        degree.alias("学位类别"),
        pl.col("姓名").alias("导师姓名"),
        pl.format("第{}种材料在高温下的性能研究", pl.col("place") + 1).alias("论文题目"),
        pl.format("材料；高温；性能{}", pl.col("place") % 97).alias("论文关键词"),
        *(pl.lit(value).alias(header) for header, value in zip(THESES, _theses(), strict=True)),
    )  # fmt: skip


def _theses() -> tuple[str, ...]:
    from flows.demo.awards import theses  # noqa: PLC0415

    known = theses()
    return known.types[0], known.origins[0], "材料科学", known.language


def _schedule(count: int) -> list[tuple[object, ...]]:
    lines: list[tuple[object, ...]] = [
        ("date", "weekday", "room", "start", "end", "unit", "level", "expected")
    ]
    for first in range(0, count, SESSION):
        came, last = place_of(first), place_of(min(first + SESSION, count) - 1)
        ends = last.card_at + timedelta(minutes=5)
        lines.append((came.held_on.date(), "", came.camera, f"{came.card_at:%H:%M}", f"{ends:%H:%M}",
                      f"第{came.session + 1}学院", "", min(SESSION, count - first)))  # fmt: skip
    return lines


def _log(documents: list[str]) -> list[tuple[str, ...]]:
    """A card of everybody; readers in rooms of odd number write the file's name too."""
    lines: list[tuple[str, ...]] = [LOG_COLUMNS]
    for place, document in enumerate(documents):
        came = place_of(place)
        named = Path(_file(place)).name if int(came.camera[1:]) % 2 else ""
        lines.append((f"{came.card_at:%Y-%m-%d %H:%M:%S}", came.camera, document, named))
    return lines


def _campaign() -> str:
    home = school()
    tables: dict[str, dict[str, object]] = {
        "campaign": {
            "id": "crowd", "school_code": home.school_code, "school_name": home.school_name,
            "president": home.president, "degree_chair": home.degree_chair, "profile": "profile.toml",
        },
        "inputs": {
            "roster": "roster.csv", "awards": "awards.csv", "schedule": "schedule.csv",
            "capture_log": "capture_log.csv", "captures": "captures",
        },
        "eligibility": {"entry_years": [home.entry_year]},
        "certificates": {"graduation_date": home.graduation_date, "award_date": home.award_date},
        "output": {"directory": "out"},
    }  # fmt: skip
    return "\n".join(toml_table(name, values) for name, values in tables.items())


# -- pictures -----------------------------------------------------------------------------------------------


def _file(place: int) -> str:
    return f"{place_of(place).camera}/DSC_{place:06}.JPG"


def _stored(place: int) -> str:
    return f"{place // 1_000:03}/{place:06}.jpg"


def _take_pictures(count: int, folder: Path) -> None:
    wanted = [place for place in range(count) if not (folder / _stored(place)).exists()]
    for made in {(folder / _stored(place)).parent for place in wanted}:
        made.mkdir(parents=True, exist_ok=True)
    for _ in spread(partial(_take, folder), wanted, workers(), chunk=TOGETHER, prepare=one_core_each):
        pass


def _take(folder: Path, place: int) -> None:
    """Write one capture, whole."""
    begun = folder / f"{_stored(place)}.part"
    begun.write_bytes(_capture(place))
    begun.replace(folder / _stored(place))


def _capture(place: int) -> bytes:
    pixels = Image.fromarray(_dressed(_sitter(place % SITTERS), np.random.default_rng([SEED, place])))
    return encode_jpeg(pixels, Shot(place_of(place).shot_at, "regpack", "bench"), QUALITY)


@cache
def _sitter(number: int) -> Pixels:
    look = look_of(Random(f"{SEED}/{number}").getrandbits(32), woman=number % 2 == 0)
    return np.asarray(draw(look, SIZE)[0])


def _dressed(sitter: Pixels, rng: np.random.Generator) -> Pixels:
    """The sitter in clothes of a random pattern."""
    dressed, top = sitter.copy(), int(CLOTHES * SIZE[1])
    checks = rng.integers(0, DARKER, CHECKS).astype(np.uint8)
    pattern = cv2.resize(checks, (SIZE[0], SIZE[1] - top), interpolation=cv2.INTER_NEAREST)
    red, _, blue = cv2.split(dressed[top:])
    pattern[cv2.subtract(blue, red) >= BACKDROP] = 0
    dressed[top:] = cv2.subtract(dressed[top:], cv2.merge([pattern] * 3))
    return dressed


def _link(source: Path, target: Path) -> None:
    """The same file under another name, where the disk can do that; what is there already stays."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        return
    try:
        os.link(source, target)
    except OSError:
        target.write_bytes(source.read_bytes())
