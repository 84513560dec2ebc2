"""How a roster row comes to be wrong: row in, row out."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

from flows.demo import names
from flows.demo.roster import REGISTERED, Row

Miswriting = Callable[[Row], Row]

FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
BLANKS = (" ", "  ", "\N{IDEOGRAPHIC SPACE}")
EXACT_DIGITS = 15


def chance(row: Row) -> Random:
    """A generator of the row's own, so that the same row always comes out the same."""
    return Random(str(row))


def as_is(row: Row) -> Row:
    """The row as it should be."""
    return row


def wrong_digit(row: Row) -> Row:
    """One digit of the ID number copied wrongly; neither in the birth date nor in the sex."""
    number = str(row["证件号码"])
    rng = chance(row)
    at = rng.choice((14, 15, 17))
    digit = rng.choice([digit for digit in "0123456789" if digit != number[at]])
    return row | {"证件号码": number[:at] + digit + number[at + 1 :]}


def other_sex(row: Row) -> Row:
    """The other sex."""
    return row | {"性别": "男" if row["性别"] == "女" else "女"}


def other_birth(row: Row) -> Row:
    """A birth date a day, a month or a year off."""
    born = date.fromisoformat(str(row["出生日期"])) + timedelta(chance(row).choice((-1, 1, 31, 365)))
    return row | {"出生日期": f"{born:%Y%m%d}"}


def lower_case(row: Row) -> Row:
    """A small x."""
    return row | {"证件号码": str(row["证件号码"]).lower()}


def full_width(row: Row) -> Row:
    """Digits as wide as Chinese characters."""
    return row | {"证件号码": str(row["证件号码"]).translate(FULL_WIDTH)}


def blanks(row: Row) -> Row:
    """Blanks inside the name, to make it as wide as its neighbours."""
    return row | {"姓名": chance(row).choice(BLANKS).join(str(row["姓名"]))}


def number(row: Row) -> Row:
    """The ID number as the value a spreadsheet makes of it: 15 exact digits, then zeros."""
    return row | {"证件号码": float(str(row["证件号码"])[:EXACT_DIGITS].ljust(18, "0"))}


def exponent(row: Row) -> Row:
    """The ID number as such a value reads after a detour by CSV: 3.60102E+17."""
    return row | {"证件号码": f"{int(str(row['证件号码'])):.5E}"}


def rare(row: Row) -> Row:
    """A name with a character outside GBK: no fault of anybody's."""
    return row | {"姓名": names.rare_name(str(row["姓名"]), chance(row))}


def registered(row: Row) -> Row:
    """A photo is registered already."""
    return row | {"图像注册状态": REGISTERED}
