"""The smallest capture day on which everything is right; a test changes one thing."""

from datetime import date, datetime, timedelta
from functools import cache, lru_cache, wraps
from hashlib import sha256
from pathlib import Path

import polars as pl

from flows.profiles import read_profile
from schemas.campaign import Campaign
from schemas.capture import CAPTURE_FILES, CAPTURE_LOG
from schemas.photo import FACTS, MADE
from schemas.profile import Profile
from schemas.records import AWARDS
from schemas.roster import ROSTER_TEXT
from transforms.captures import camera_of, clean_log, file_of
from transforms.day import Day
from transforms.records import clean_awards
from transforms.roster import clean_roster
from transforms.schedule import clean_schedule, clean_totals

NINE = datetime(2020, 11, 19, 9, 0)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@cache
def the_profile(name: str = "graduate") -> Profile:
    """A profile as it ships."""
    return read_profile(name, beside=Path(__file__).parent)


def a_campaign(**eligibility):
    """A campaign for double certificates of 2019, with everything that its tables ask for."""
    return Campaign(
        campaign={
            "id": "demo-2020", "school_code": "10403", "school_name": "某大学", "president": "王校长",
            "degree_chair": "李主席",
        },
        inputs={"roster": "roster.csv", "schedule": "schedule.csv", "captures": "captures"},
        eligibility={"entry_years": [2019], "certificate": "双证", "exclude_units": ["医学部"]} | eligibility,
        certificates={"graduation_date": date(2021, 6, 30), "award_date": date(2021, 6, 30)},
    )  # fmt: skip


# -- people --------------------------------------------------------------------------------------------------


def citizen_no(serial=1, *, born="19980131", region="360102", is_man=True):
    """An ID number with its check character (GB 11643-1999)."""
    body = f"{region}{born}{serial * 2 - is_man:03}"
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


def student(serial=1, **changes):
    """One roster row as a school sends it; every number follows from `serial`."""
    row = {
        "student_no": f"4010190{serial:05}", "name": "张三", "sex": "男", "born_on": "19980131",
        "document_type": "居民身份证", "document_no": citizen_no(serial),
        "examinee_no": f"1040391{serial:08}", "unit_name": "文学院", "class_name": "一班",
        "major_code": "050101", "major_name": "文艺学",
        "level_name": "硕士研究生", "study_form": "全日制", "schooling_years": "3",
        "certificate_kind": "双证", "country_name": "中国", "entry_on": "20190901", "registration": None,
        "unique_no": f"U{serial:08}", "ethnic_group": "汉", "political_status": "群众", "name_pinyin": None,
    }  # fmt: skip
    return row | changes


def cleaned_once(clean):
    """Lines given as dicts, cleaned once however many tests ask for the same."""

    @lru_cache(maxsize=256)
    def known(*lines):
        return clean(*map(dict, lines))

    @wraps(clean)
    def cleaned(*lines):
        return known(*(tuple(line.items()) for line in lines)).clone()

    return cleaned


@cleaned_once
def roster_of(*students):
    """Roster rows as meant; rows count from 2, as in a sheet with a header."""
    schema = {"row": pl.UInt32, **dict.fromkeys([*ROSTER_TEXT, "born_on", "entry_on"], pl.String)}
    rows = [{"row": row} | person for row, person in enumerate(students, start=2)]
    return clean_roster(pl.LazyFrame(rows, schema=schema)).collect()


def award(serial=1, **changes):
    """What the awards sheet says of a student."""
    row = {
        "student_no": f"4010190{serial:05}", "name": None, "conclusion": "毕业",
        "diploma_no": f"10403120210{2}{serial:06}",
        "degree_no": f"1040332021{serial:06}", "degree_category_code": "305",
        "degree_category_name": "文学硕士", "adviser_name": "赵导师", "thesis_type": None,
        "thesis_title": "论文", "thesis_keywords": "甲；乙",
        "thesis_origin": None, "thesis_field": None, "thesis_language": None, "remark": None,
        "certificate_major_name": None, "is_second_degree": "否", "is_minor_degree": "否",
    }  # fmt: skip
    return row | changes


@cleaned_once
def awards_of(*awards):
    """The awards sheet as meant."""
    rows = [{"row": row} | line for row, line in enumerate(awards, start=2)]
    return clean_awards(
        pl.LazyFrame(rows, schema={"row": pl.UInt32, **dict.fromkeys(AWARDS, pl.String)})
    ).collect()


# -- the day -------------------------------------------------------------------------------------------------


def log_line(second=0, **changes):
    """One card read, `second` after nine o'clock; without a number until one is given."""
    line = {
        "logged_at": (NINE + timedelta(seconds=second)).isoformat(sep=" "), "camera_name": "E201",
        "document_no": None, "student_no": None, "unique_no": None, "name": None, "ticket_no": None,
        "file_name": None,
    }  # fmt: skip
    return line | changes


@cleaned_once
def log_of(*lines):
    """Log lines as meant; they count from 2."""
    rows = [{"row": row} | line for row, line in enumerate(lines, start=2)]
    schema = {"row": pl.UInt32, **dict.fromkeys(CAPTURE_LOG, pl.String)}
    del schema["line"]
    return clean_log(pl.LazyFrame(rows, schema=schema)).collect()


@cache
def good_facts():
    """Measured facts in the middle of every limit of the default profile."""
    facts = {"source_format": "JPEG", "is_colour_known": True, "has_gps": False, "faces": 1}
    spans = {}
    for limit in the_profile().photo.limits:
        low, high = spans.get(limit.fact, (None, None))
        spans[limit.fact] = (_tighter(max, low, limit.min), _tighter(min, high, limit.max))
    for fact, (low, high) in spans.items():
        sides = [bound for bound in (low, high) if bound is not None]
        facts[fact] = facts.get(fact, sum(sides) / len(sides))
    return facts


def _tighter(pick, *bounds):
    known = [bound for bound in bounds if bound is not None]
    return pick(known) if known else None


def shot(path, second=2, **changes):
    """One capture with a good photo, taken `second` after nine; its digests follow from its path."""
    digest = sha256(path.encode()).hexdigest()
    taken_at = None if second is None else NINE + timedelta(seconds=second)
    line = {"capture_path": path, "taken_at": taken_at, "sha256": digest, "photo_sha256": digest[::-1]}
    made = {"derivatives": [{"id": "print-33x48", "sha256": digest[::-1]}]}
    return line | made | good_facts() | changes


def unreadable(path, second=None, **changes):
    """One capture that cannot be read."""
    nothing = dict.fromkeys(good_facts()) | {"has_gps": False, "photo_sha256": None, "derivatives": []}
    return shot(path, second) | nothing | changes


def captures_of(*shots):
    """Captures with the camera and file name that their paths tell."""
    schema = CAPTURE_FILES | {"photo_sha256": pl.String, "derivatives": MADE} | FACTS
    path = pl.col("capture_path")
    frame = pl.DataFrame(list(shots), schema=schema)
    return frame.with_columns(camera_name=camera_of(path), file_name=file_of(path)).sort("capture_path")


def session(**changes):
    """One line of the schedule: the unit of every student, the whole morning."""
    line = {
        "held_on": "2020-11-19", "weekday": "周四", "room_name": "信工楼E201", "starts_at": "09:00",
        "ends_at": "12:00", "unit_name": "文学院", "level_name": "硕士", "expected": "1",
    }  # fmt: skip
    return line | changes


@cleaned_once
def schedule_of(*sessions):
    """The sessions of a schedule as meant."""
    return clean_schedule(sent_schedule(*sessions)).collect()


@cleaned_once
def totals_of(*lines):
    """The totals of a schedule as meant."""
    return clean_totals(sent_schedule(*lines)).collect()


def total(label, heads, **changes):
    """One line of the schedule that prints a total, labelled where the time would stand."""
    return dict.fromkeys(session()) | {"starts_at": label, "expected": heads and str(heads)} | changes


def sent_schedule(*lines):
    """The schedule as sent; lines count from 2."""
    columns = (
        "held_on", "weekday", "room_name", "starts_at", "ends_at", "unit_name", "level_name", "expected",
    )  # fmt: skip
    rows = [{"row": row} | line for row, line in enumerate(lines, start=2)]
    return pl.LazyFrame(rows, schema={"row": pl.UInt32, **dict.fromkeys(columns, pl.String)})


def a_day(*, students=None, shots=None, lines=(), sessions=None, awards=None):
    """One student, named in the file of one good capture, with certificates; or what is given instead."""
    students = [student()] if students is None else students
    sessions = [session()] if sessions is None else sessions
    return Day(
        roster=roster_of(*students),
        schedule=schedule_of(*sessions),
        totals=totals_of(*sessions),
        log=log_of(*lines),
        awards=awards_of(*(map(award, range(1, len(students) + 1)) if awards is None else awards)),
        captures=captures_of(*([shot("E201/401019000001.jpg")] if shots is None else shots)),
    )
