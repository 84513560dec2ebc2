"""Faults as clerks make them, planted in the sheets of a large cohort, with what each must be told as."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time
from pathlib import Path
from random import Random
from typing import NamedTuple

from PIL import Image

from flows.demo import miswriting, names
from flows.demo.awards import awards
from flows.demo.cohort import cohort
from flows.demo.day import write_campaign
from flows.demo.lineup import Reading
from flows.demo.people import Kind
from flows.demo.roster import row_of
from flows.demo.school import school, timetable
from flows.demo.sheets import log_csv, schedule_csv, write_workbook

SEED = 3253
NUMBER, DIPLOMA, DEGREE = "证件号码", "毕业证书编号", "学位证书编号"
MAJOR, CATEGORY = "专业代码", "学位类别码"


@dataclass
class Sheets:
    """The roster's rows and the awards' rows, both by student; `no_award` and `more` tell what differs."""

    roster: list[dict]
    awards: list[dict]
    kinds: list[Kind]
    no_award: set[int] = field(default_factory=set)
    more_roster: list[dict] = field(default_factory=list)
    more_awards: list[dict] = field(default_factory=list)


class Victim(NamedTuple):
    """A student by place in the sheets, another one who may be drawn in, and chance."""

    sheets: Sheets
    at: int
    other: int
    rng: Random

    @property
    def row(self):
        return self.sheets.roster[self.at]

    @property
    def award(self):
        return self.sheets.awards[self.at]

    @property
    def other_row(self):
        return self.sheets.roster[self.other]

    @property
    def other_award(self):
        return self.sheets.awards[self.other]


class Kindof(NamedTuple):
    """One kind of fault: the reason it must get, what it does, whom it fits, how many students it takes."""

    name: str
    code: str
    spoil: Callable[[Victim], object]
    fits: Callable[[Victim], bool] = lambda victim: victim.sheets.kinds[victim.at] is Kind.PLAIN
    people: int = 1


class Planted(NamedTuple):
    """What was planted, and the sheet rows of those concerned, all of whom are to be told."""

    kind: str
    code: str
    rows: tuple[int, ...]


def clean_sheets():
    """3,253 people to be captured, with their certificates, nothing wrong."""
    students = [each for each in cohort(timetable(), SEED) if each.session is not None]
    roster = [row_of(each) | {"民族": "汉族", "政治面貌": "群众"} for each in students]
    sheet = [award | {"姓名": row["姓名"]} for award, row in zip(awards(students, SEED), roster, strict=True)]
    return Sheets(roster, sheet, [each.kind for each in students])


def plant(sheets, count):
    """So many faults, kind after kind, each on students of its own; what was planted."""
    rng = Random(f"{SEED}/planted")
    free = list(range(len(sheets.roster)))
    rng.shuffle(free)
    planted = []
    for number in range(count):
        kind = KINDS[number % len(KINDS)]
        at = next(at for at in free if kind.fits(Victim(sheets, at, at, rng)))
        free.remove(at)
        plain = lambda place: sheets.kinds[place] is Kind.PLAIN  # noqa: E731
        other = next(place for place in free if plain(place)) if kind.people == 2 else at
        if kind.people == 2:
            free.remove(other)
        kind.spoil(Victim(sheets, at, other, rng))
        rows = (at + 2, other + 2) if kind.people == 2 else (at + 2,)
        planted.append(Planted(kind.name, kind.code, rows))
    return planted


def write_sheets(folder: Path, sheets: Sheets) -> Path:
    """The sheets as a school hands them over, beside all that a campaign needs; the campaign file."""
    created = datetime.combine(school().held_on, time())
    folder.mkdir(parents=True)
    given = [award for at, award in enumerate(sheets.awards) if at not in sheets.no_award]
    write_workbook(folder / "roster.xlsx", "名册", sheets.roster + sheets.more_roster, created)
    write_workbook(folder / "awards.xlsx", "证书信息", given + sheets.more_awards, created)
    (folder / "schedule.csv").write_bytes(schedule_csv(school(), timetable()))
    (folder / "capture_log.csv").write_bytes(log_csv([Reading(created, "E201", "", "DSC_0001.JPG")]))
    (folder / "captures" / "E201").mkdir(parents=True)
    Image.new("RGB", (8, 8)).save(folder / "captures" / "E201" / "DSC_0001.JPG")
    return write_campaign(folder)


# -- how a cell comes to be wrong ----------------------------------------------------------------------------


def put(column, value):
    """The roster's cell holds something else, or what a function makes of it."""
    return lambda victim: victim.row.update({column: _made(value, victim.row[column], victim)})


def put_award(column, value):
    return lambda victim: victim.award.update({column: _made(value, victim.award[column], victim)})


def _made(value, cell, victim):
    return value(str(cell), victim) if callable(value) else value


def rewritten(how):
    """As the demo's clerks miswrite a row."""
    return lambda victim: victim.row.update(how(dict(victim.row)))


def without(place):
    return lambda cell, victim: cell[:place] + cell[place + 1 :]


def digit_at(place, step=1):
    """The digit at a place is another one."""
    return lambda cell, victim: cell[:place] + str((int(cell[place]) + step) % 10) + cell[place + 1 :]


def turned(cell, victim):
    """Two different neighbours among the last digits change places."""
    at = next(at for at in (16, 15, 14, 13, 5, 4, 3) if cell[at] != cell[at - 1])
    return cell[: at - 1] + cell[at] + cell[at - 1] + cell[at + 1 :]


def legacy(cell, victim):
    return cell[:6] + cell[8:17]


def of_other(column):
    """Somebody else's cell was copied down."""
    return lambda victim: victim.row.update({column: victim.other_row[column]})


def of_other_award(column):
    return lambda victim: victim.award.update({column: victim.other_award[column]})


def swap_awards(victim):
    """Two lines of the awards sheet slipped: each has the other's number."""
    mine, theirs = victim.award["学号"], victim.other_award["学号"]
    victim.award["学号"], victim.other_award["学号"] = theirs, mine


def shift_right(victim):
    """From the name on, every cell stands one column too far to the right."""
    columns = list(victim.row)[1:]
    cells = [victim.row[column] for column in columns]
    victim.row.update(dict(zip(columns, ["", *cells[:-1]], strict=True)))


def double_row(victim):
    victim.sheets.more_roster.append(dict(victim.row))


def lose_award(victim):
    victim.sheets.no_award.add(victim.at)


def double_award(victim):
    victim.sheets.more_awards.append(dict(victim.award))


def retitle(what):
    return put_award("论文题目", lambda cell, victim: what + cell)


# -- whom a kind fits ----------------------------------------------------------------------------------------


def plain(*conditions):
    """Plain students of whose row and award all of this holds."""
    return lambda victim: (
        victim.sheets.kinds[victim.at] is Kind.PLAIN
        and all(condition(victim.row, victim.award) for condition in conditions)
    )


def all_digits(row, award):
    return str(row[NUMBER]).isdigit()


def ends_in_x(row, award):
    return str(row[NUMBER]).endswith("X")


def is_master(row, award):
    return row["层次"] == "硕士研究生"


def leads_with_nought(row, award):
    return row[MAJOR].startswith("0") and row[MAJOR].isdigit()


def is_academic(row, award):
    return re.fullmatch("[23](0[1-9]|1[0-3])", award[CATEGORY]) is not None


def is_engineers(row, award):
    return award[CATEGORY] == "308"


def is_of(kind):
    return lambda victim: victim.sheets.kinds[victim.at] is kind


KINDS = (
    # documents
    Kindof("a digit of the number miscopied", "R114", rewritten(miswriting.wrong_digit)),
    Kindof("two digits of the number turned", "R114", put(NUMBER, turned)),
    Kindof("a digit of the number lost", "R113", put(NUMBER, without(9))),
    Kindof("a digit of the number typed twice", "R113", put(NUMBER, lambda no, _: no[:4] + no[3:])),
    Kindof("letter O for a nought", "R113", put(NUMBER, lambda no, _: no.replace("0", "O"))),
    Kindof("the old number of 15 digits", "R108", put(NUMBER, legacy)),
    Kindof("number as a value", "R112", rewritten(miswriting.number), plain(all_digits)),
    Kindof("number as an exponent", "R112", rewritten(miswriting.exponent), plain(all_digits)),
    Kindof("number left out", "R111", put(NUMBER, "")),
    Kindof("small x", "R118", rewritten(miswriting.lower_case), plain(ends_in_x)),
    Kindof("full-width digits", "R118", rewritten(miswriting.full_width)),
    Kindof("somebody else's number", "R117", of_other(NUMBER), people=2),
    Kindof("type miswritten", "R110", put("证件类型", "居民身分証")),
    Kindof("type not the number's", "R122", put("证件类型", "护照")),
    Kindof("other sex", "R115", rewritten(miswriting.other_sex)),
    Kindof("other birth date", "R116", rewritten(miswriting.other_birth)),
    Kindof("country not the number's", "R150", put("国家或地区", "韩国")),
    Kindof("permit of another region", "R150", put("国家或地区", "越南"), is_of(Kind.PERMIT)),
    # names
    Kindof("name left out", "R103", put("姓名", "")),
    Kindof("question mark for a rare character", "R105", put("姓名", lambda name, _: name[:-1] + "?")),
    Kindof("private-use character", "R105", put("姓名", lambda name, _: name[:-1] + "\ue81e")),
    Kindof("blanks in the name", "R104", rewritten(miswriting.blanks)),
    Kindof("another dot", "R104", put("姓名", lambda name, _: name.replace(names.DOT, "•")),
           is_of(Kind.MINORITY)),
    Kindof("dot at the end", "R125", put("姓名", lambda name, _: name + "·")),
    Kindof("remark behind the name", "R125", put("姓名", lambda name, _: f"{name}（转专业）")),
    Kindof("rare character", "R106", rewritten(miswriting.rare)),
    Kindof("one character of the name in the awards", "R129",
           put_award("姓名", lambda name, _: name[:-1] + "囍")),
    Kindof("two lines of the awards slipped", "R129", swap_awards, people=2),
    # dates
    Kindof("birth date without a day", "R120", put("出生日期", lambda day, _: day[:6])),
    Kindof("31 June", "R120", put("出生日期", lambda day, _: f"{day[:4]}0631")),
    Kindof("year of entry turned", "R151", put("入学日期", "20910901")),
    Kindof("entry date in words", "R134", put("入学日期", "秋季入学")),
    # codes
    Kindof("sex left out", "R119", put("性别", "")),
    Kindof("level miswritten", "T404", put("层次", "硕士研究牲"), plain(is_master)),
    Kindof("level of undergraduates", "T404", put("层次", "本科")),
    Kindof("historic form of study", "T404", put("学习形式", "脱产")),
    Kindof("years of schooling beyond any", "T404", put("学制", "13")),
    Kindof("country miswritten", "T404", put("国家或地区", "巴基斯但"), is_of(Kind.INTERNATIONAL)),
    Kindof("nought before the major lost", "T403", put(MAJOR, lambda code, _: code[1:]),
           plain(leads_with_nought)),
    Kindof("major's code left out", "T401", put(MAJOR, "")),
    Kindof("degree of the other level", "T420",
           put_award(CATEGORY, lambda code, _: ("3" if code[0] == "2" else "2") + code[1:]),
           plain(is_academic)),
    Kindof("degree's code not its text", "T421",
           put_award(CATEGORY, lambda code, _: code[0] + ("02" if code[1:] == "01" else "01")),
           plain(is_academic)),
    Kindof("degree of another category", "T422",
           lambda victim: victim.award.update({CATEGORY: "302", "学位类别": "经济学硕士学位"}),
           plain(is_engineers)),
    Kindof("conclusion that is not registered", "T404", put_award("毕结业结论", "肄业")),
    Kindof("kind of certificate left out", "R135", put("证书类别", "")),
    Kindof("unit left out", "R121", put("院系", "")),
    # certificate numbers
    Kindof("a digit of the diploma number lost", "T403", put_award(DIPLOMA, without(15))),
    Kindof("diploma number of somebody else", "T405", of_other_award(DIPLOMA), people=2),
    Kindof("diploma number of another year", "T406", put_award(DIPLOMA, digit_at(9))),
    Kindof("diploma number of another school", "T406", put_award(DIPLOMA, digit_at(4))),
    Kindof("degree number of the other level", "T406",
           put_award(DEGREE, lambda no, _: no[:5] + ("3" if no[5] == "2" else "2") + no[6:])),
    Kindof("degree number left out", "T401", put_award(DEGREE, "")),
    Kindof("degree number of somebody else", "T405", of_other_award(DEGREE), people=2),
    # what happens to sheets
    Kindof("student number left out", "R101", put("学号", "")),
    Kindof("student number as an exponent", "R107", put("学号", lambda no, _: f"{int(no):.5E}")),
    Kindof("row doubled", "R102", double_row),
    Kindof("cells one column to the right", "R119", shift_right),
    Kindof("line of the awards lost", "T401", lose_award),
    Kindof("line of the awards doubled", "T407", double_award),
    Kindof("title that a spreadsheet runs", "T411", retitle("=")),
    Kindof("title longer than its field", "T402", retitle("题" * 200)),
    Kindof("examinee number cut short", "T403", put("考生号", lambda no, _: no[:12])),
)  # fmt: skip
