"""What a profile may not say, though each line is well formed: names of nothing, limits upside down."""

import re
from collections.abc import Collection, Iterator
from datetime import date
from itertools import combinations, pairwise
from typing import NamedTuple

import polars as pl

from schemas.capture import CAPTURE_LOG
from schemas.patterns import is_costly
from schemas.photo import FACTS, PLACED
from schemas.profile import Derivative, Limit, PhotoSpec, PictureSpec, Profile, Table
from schemas.reasons import Reason, Severity
from schemas.records import AGENCY, AWARDS, SUBJECT
from schemas.roster import ROSTER_TEXT
from schemas.rules_of_day import Linking
from schemas.session import SCHEDULE
from schemas.words import Text

HEADERS: dict[str, tuple[str, ...]] = {
    "roster": (*ROSTER_TEXT, "born_on", "entry_on"),
    "capture_log": tuple(column for column in CAPTURE_LOG if column != "line"),
    "schedule": tuple(column for column in SCHEDULE if column not in {"session_id", "row"}),
    "awards": AWARDS,
}
"""The columns of each input, all of which a profile has headers for."""

ALWAYS_BLOCK = (
    Reason.STUDENT_NO_MISSING, Reason.STUDENT_NO_REPEATED, Reason.NO_CAPTURE, Reason.CAPTURE_DOUBTFUL,
    Reason.CAPTURE_UNREADABLE, Reason.PHOTO_NAME_TAKEN, Reason.VALUE_AS_FORMULA, Reason.VALUE_OUTSIDE_GBK,
    Reason.NUMBER_WITHOUT_RANGE, Reason.NUMBERS_EXHAUSTED, Reason.NUMBER_TAKEN,
)  # fmt: skip
"""The reasons that no profile softens: somebody would be sent without a photo or mistaken for another, or a
value would be run, or a file could not hold it, or a certificate number would be lacking or doubled."""

NEAR_MAX_BITS = 46
"""Two people before one backdrop differ by more bits of 1,024 (measured)."""

FOLDERS = ("photos", "schema")
"""The folders of a bundle that are not a derivative's."""
_ROUNDING_PX = 1
"""How far whole pixels may be from their aspect."""

DBF_NAME_MAX, DBF_WIDTH_MAX = 10, 254
"""Of a dBASE III field: the characters of its name, the bytes of its text."""

CODES = tuple(reason.value for reason in Reason)
PIECE = re.compile(r"{([^{}]*)}")


class Fault(NamedTuple):
    """One thing wrong at a place of a profile; of a name that nothing bears, the names there are."""

    place: str
    what: Text
    name: str = ""
    known: tuple[str, ...] = ()


def profile_faults(profile: Profile) -> Iterator[Fault]:
    """Everything in a profile that could not be acted on, in its own order."""
    yield from _photo(profile.photo)
    for number, derivative in enumerate(profile.derivatives, 1):
        yield from _derivative(f"derivatives[{number}]", derivative, profile)
    yield from _unknown("naming.photo", PIECE.findall(profile.naming.photo), SUBJECT)
    yield from _linking(profile.linking)
    for kind, columns in HEADERS.items():
        yield from _headers(profile, kind, columns)
    yield from _unknown("headers.required", profile.headers.required, HEADERS)
    yield from _unknown("headers.one_of", profile.headers.one_of, HEADERS)
    yield from _unknown("severities", profile.severities, CODES)
    for code in ALWAYS_BLOCK:
        if profile.severities.get(code, Severity.BLOCK) is not Severity.BLOCK:
            yield Fault(f"severities.{code}", Text("这个原因只能是 block", "this reason always blocks"))
    for name in ("pace_s", "pace_turns_min", "silent_min"):
        if getattr(profile.timetable, name).value <= 0:
            yield Fault(f"timetable.{name}", Text("应大于 0", "it should be above 0"))
    for number, group in enumerate(profile.session_groups, 1):
        yield from _pattern(f"session_groups[{number}].unit_pattern", group.unit_pattern)
    for table in profile.tables:
        yield from _table(table)
    yield from _validity(profile)
    if any(table.for_agency for table in profile.tables):
        yield from _withheld(profile)


def _photo(spec: PhotoSpec) -> Iterator[Fault]:
    for number, limit in enumerate(spec.limits, 1):
        place = f"photo.limits[{number}]"
        yield from _unknown(f"{place}.fact", [limit.fact], FACTS)
        yield from _unknown(f"{place}.reason", [limit.reason], CODES)
        yield from _bounds(place, limit)
    limits = {limit.fact: limit for limit in spec.limits}
    for fact in PLACED:
        if fact not in limits:
            yield Fault("photo.limits", Text(f"缺少 {fact} 的限值", f"there is no limit on {fact}"))
    yield from _order("photo", spec, "quality_min", "quality_max")
    yield from _order("photo", spec, "aim_min_kb", "aim_max_kb")


def _derivative(place: str, derivative: Derivative, profile: Profile) -> Iterator[Fault]:
    """A derivative shows no more than the photo, undistorted, and has a folder of its own."""
    photo, aspect = profile.photo, derivative.aspect.value
    width, height = derivative.width_px.value, derivative.height_px.value
    others = [each for each in profile.derivatives if each is not derivative]
    yield from _order(place, derivative, "quality_min", "quality_max")
    yield from _order(place, derivative, "size_min_kb", "aim_max_kb", "size_max_kb")
    if aspect * photo.height_px.value > photo.width_px.value:
        yield Fault(f"{place}.aspect", Text("比照片还宽", "it is wider than the photo"))
    if abs(aspect * height - width) > _ROUNDING_PX:
        yield Fault(f"{place}.aspect", Text("与像素不符，会变形", "it is not that of its pixels"))
    if derivative.folder in FOLDERS or derivative.folder in [each.folder for each in others]:
        yield Fault(f"{place}.folder", Text("文件夹名已被占用", "this folder is taken"))
    if derivative.id in [each.id for each in others]:
        yield Fault(f"{place}.id", Text(f"{derivative.id} 重复", f"{derivative.id} is doubled"))


def _order(place: str, spec: PictureSpec, *ascending: str) -> Iterator[Fault]:
    """Numbers that may not decrease; one that is not given is passed over."""
    given = [(name, getattr(spec, name).value) for name in ascending if getattr(spec, name) is not None]
    for (low, below), (high, above) in pairwise(given):
        if below > above:
            yield Fault(f"{place}.{low}", Text(f"大于 {high}", f"it is above {high}"))


def _bounds(place: str, limit: Limit) -> Iterator[Fault]:
    if limit.min is None and limit.max is None:
        yield Fault(place, Text("既没有 min 也没有 max", "it has neither min nor max"))
    elif limit.min is not None and limit.max is not None and limit.min > limit.max:
        yield Fault(place, Text("min 大于 max", "min is above max"))


def _headers(profile: Profile, kind: str, columns: tuple[str, ...]) -> Iterator[Fault]:
    """Every column has a header, and no header stands for two of them."""
    synonyms: dict[str, tuple[str, ...]] = getattr(profile.headers, kind)
    place = f"headers.{kind}"
    yield from _unknown(place, synonyms, columns)
    for column in columns:
        if not synonyms.get(column):
            yield Fault(f"{place}.{column}", Text("没有给出表头", "it has no header"))
    words = [word for each in synonyms.values() for word in each]
    for word in dict.fromkeys(word for word in words if words.count(word) > 1):
        yield Fault(place, Text(f"表头 {word} 属于两列", f"the header {word} stands for two columns"))
    required = profile.headers.required.get(kind)
    if required is None:
        yield Fault("headers.required", Text(f"缺少 {kind}", f"{kind} is missing"))
    yield from _unknown(f"headers.required.{kind}", required or (), columns)
    yield from _unknown(f"headers.one_of.{kind}", profile.headers.one_of.get(kind, ()), columns)


def _table(table: Table) -> Iterator[Fault]:
    codes = [column.code for column in table.columns]
    yield from _unknown(f"{table.id}.unique", table.unique, codes)
    for number, column in enumerate(table.columns, 1):
        place = f"{table.id}.columns[{number}]"
        yield from _unknown(f"{place}.of", [column.of], SUBJECT)
        yield from _pattern(f"{place}.pattern", column.pattern or "")
        if is_costly(column.pattern or ""):
            yield Fault(f"{place}.pattern", _COSTLY)
        if codes.index(column.code) < number - 1:
            yield Fault(f"{place}.code", Text(f"{column.code} 重复", f"{column.code} is doubled"))

    yield from _files(table)


def _validity(profile: Profile) -> Iterator[Fault]:
    """On any day there is one table of a name at most."""
    for table in profile.tables:
        if table.valid_from and table.valid_until and table.valid_from > table.valid_until:
            yield Fault(f"{table.id}.valid_from", Text("晚于 valid_until", "it is after valid_until"))
    for one, other in combinations(profile.tables, 2):
        if one.name == other.name and _overlap(one, other):
            told = Text(
                f"{one.id} 和 {other.id} 的有效期重叠",
                f"{one.id} and {other.id} are both valid on some day",
            )
            yield Fault("tables", told)


def _overlap(one: Table, other: Table) -> bool:
    starts = [table.valid_from or date.min for table in (one, other)]
    return max(starts) <= min(table.valid_until or date.max for table in (one, other))


def _withheld(profile: Profile) -> Iterator[Fault]:
    """What may not go to a capture agency, in whichever table of the profile, or in the photos' names."""
    told = Text("不得提供给采集单位", "it may not go to a capture agency")
    for table in profile.tables:
        for number, column in enumerate(table.columns, 1):
            if column.of not in AGENCY:
                yield Fault(f"{table.id}.columns[{number}].of", told)
    if not set(PIECE.findall(profile.naming.photo)) <= AGENCY:
        yield Fault("naming.photo", told)


def _files(table: Table) -> Iterator[Fault]:
    """Every table is an XML; a DBF has names and widths of its own."""
    place = f"{table.id}.files"
    if "xml" not in table.files or len(set(table.files)) != len(table.files):
        yield Fault(place, Text("应含 xml，每种只写一次", "it has xml, and each kind once"))
    if "dbf" not in table.files:
        return
    for number, column in enumerate(table.columns, 1):
        if len(column.code) > DBF_NAME_MAX or "_" in column.code:
            yield Fault(
                f"{table.id}.columns[{number}].code",
                Text(
                    "DBF 的字段名最多 10 个大写字母或数字", "a DBF's name has at most ten capitals and digits"
                ),
            )
        if column.max_bytes is None or not 1 <= column.max_bytes <= DBF_WIDTH_MAX:
            yield Fault(
                f"{table.id}.columns[{number}].max_bytes",
                Text("DBF 的字段宽度为 1 至 254", "a DBF's field is 1 to 254 bytes wide"),
            )


def _linking(linking: Linking) -> Iterator[Fault]:
    """Keys of nothing, and a threshold at which two people's pictures would be one."""
    yield from _unknown("linking.file_name_keys", linking.file_name_keys, ROSTER_TEXT)
    if not 0 <= linking.near_max_bits.value <= NEAR_MAX_BITS:
        most = Text(f"应在 0 到 {NEAR_MAX_BITS} 之间", f"must be from 0 to {NEAR_MAX_BITS}")
        yield Fault("linking.near_max_bits", most)


def _unknown(place: str, names: Collection[str], known: Collection[str]) -> Iterator[Fault]:
    for name in names:
        if name not in known:
            yield Fault(place, Text(f"不认识的名称 {name}", f"unknown name {name}"), name, tuple(known))


_COSTLY = Text(
    "正则表达式太复杂：括号后不用 * + 或次数，全式不超过 200 个字符",
    "the pattern is too complex: repeat no group, and write 200 characters at most",
)


def _pattern(place: str, pattern: str) -> Iterator[Fault]:
    """A pattern is in the syntax of Rust's regex crate, which polars uses."""
    try:
        pl.Series([""]).str.contains(f"^(?:{pattern})$")
    except pl.exceptions.ComputeError:
        yield Fault(place, Text("不是有效的正则表达式", "not a valid regular expression"))
