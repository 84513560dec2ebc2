"""Whether a decision may be made: held against what the latest run said of everybody."""

import re
from collections.abc import Sequence
from datetime import date
from difflib import get_close_matches
from typing import Any, NamedTuple

import polars as pl

from flows.free_text import masked
from outputs.ledger_decisions import LatestRun
from schemas.audit import CaptureState, EnrolmentState
from schemas.decisions import (
    CHOOSE,
    CROP,
    CROP_COLUMNS,
    DECISION_KINDS,
    REJECT,
    RELEASE,
    RETAKE,
    WAIVE,
    WITHDRAW,
    DecisionKind,
)
from schemas.errors import InputError
from schemas.reasons import REASONS
from schemas.titles import STATES
from schemas.words import Text, mask
from transforms.crop import Box
from transforms.decisions import UNMADE, standing

Line = dict[str, Any]
"""A decision as the ledger takes it: the columns of DECISIONS without decision_id and decided_at."""

SHA256 = re.compile(r"[0-9a-f]{64}")
OUTSIDE = (EnrolmentState.INELIGIBLE.value, EnrolmentState.LOCKED.value)
LINKED = (CaptureState.USED.value, CaptureState.SUPERSEDED.value)
ABOUT_USED = (WAIVE, REJECT, RETAKE, CROP)
"""The kinds that are about the photo used when they are made, where none is named."""
UNLINKED = (CaptureState.QUARANTINED.value, CaptureState.ORPHAN.value)
ID_DIGITS = 15
"""An ID number has at least so many characters, a student number fewer."""


class Asked(NamedTuple):
    """A decision as somebody asks for it, tidied; `where` and `place` are file and line, or the option."""

    kind: DecisionKind
    by_whom: str
    because: str
    where: str
    place: Text | str = ""
    student_no: str | None = None
    code: str | None = None
    capture: str | None = None
    valid_until: date | None = None
    withdraws: int | None = None
    box: Box | None = None

    def refused(self, what: Text, todo: Text) -> InputError:
        """Why it cannot be recorded, and what to do."""
        return InputError(self.where, what, todo, place=self.place)


class Known(NamedTuple):
    """What decisions are held against: the latest run, the decisions made, and the day."""

    latest: LatestRun
    made: pl.DataFrame
    today: date

    @property
    def newest(self) -> int:
        """The number of the decision made last; 0 before the first."""
        return int(self.made["decision_id"].max() or 0)  # type: ignore[arg-type]  # a column of numbers

    def shots_of(self, student_no: str | None) -> list[str]:
        """What the latest run linked to a student."""
        mine = pl.col("state").is_in(LINKED) & (pl.col("student_no") == student_no)
        return self.latest.captures.filter(mine)["sha256"].drop_nulls().unique().sort().to_list()

    def state_of(self, student_no: str | None) -> str | None:
        """How a student ended the latest run; None for one that it does not know."""
        found = self.latest.enrolments.filter(pl.col("student_no") == student_no)
        return str(found["state"][0]) if found.height else None

    def captures(self, sha256: str | None) -> pl.DataFrame:
        """The files of a content in the latest run."""
        return self.latest.captures.filter(pl.col("sha256") == sha256)


def line_of(asked: Asked, known: Known) -> Line:
    """A decision with its capture told by content. InputError for an unknown student, capture or number."""
    if asked.kind != WITHDRAW:
        _refuse_unknown_student(asked, known)
    named = None if asked.capture is None else _sha256_of(asked, known)
    used = _used_by(asked, known) if asked.kind in ABOUT_USED else None
    return {
        "kind": asked.kind, "student_no": asked.student_no, "code": asked.code,
        "capture_sha256": named or used, "by_whom": asked.by_whom, "because": asked.because,
        "valid_until": asked.valid_until, "withdraws": asked.withdraws,
        **dict(zip(CROP_COLUMNS, asked.box or (None,) * len(CROP_COLUMNS), strict=True)),
        "shots": known.shots_of(asked.student_no) if asked.kind == RETAKE else None,
    }  # fmt: skip


def refuse(asked: Asked, line: Line, known: Known) -> None:
    """InputError where a decision may not be made."""
    if asked.valid_until is not None and asked.kind != WAIVE:
        raise asked.refused(_NO_TERM, Text("请清空有效期", "leave the date out"))
    _CHECKS[asked.kind](asked, line, known)


# -- what is named -------------------------------------------------------------------------------------------


def _refuse_unknown_student(asked: Asked, known: Known) -> None:
    number = asked.student_no or ""
    if not number:
        raise asked.refused(Text("没有写学号", "the student number is missing"), _FILL_IN)
    if known.state_of(number) is not None:
        return
    is_long = len(number) >= ID_DIGITS
    numbers = known.latest.enrolments["student_no"].to_list()
    near = [] if is_long else get_close_matches(number, numbers, n=1)
    hint, hint_en = (f"，是否想写 {near[0]}", f", did you mean {near[0]}") if near else ("", "")
    shown = mask(number) if is_long else number
    raise asked.refused(
        Text(f"最近一次运行中没有学号 {shown}{hint}", f"the latest run knows no student {shown}{hint_en}"),
        Text("请核对学号；新加入名册的先运行一次", "check the number; run once if the student is new"),
    )


def _sha256_of(asked: Asked, known: Known) -> str:
    """The content of a capture that is named as the audit shows it, or by its SHA-256."""
    given = (asked.capture or "").strip()
    if SHA256.fullmatch(given.lower()) and known.captures(given.lower()).height:
        return given.lower()
    path = masked(given.replace("\\", "/").removeprefix("./"))
    found = known.latest.captures.filter(pl.col("capture_path") == path)
    digests = found["sha256"].drop_nulls().unique().to_list()
    if len(digests) == 1:
        return str(digests[0])
    if found.height:
        raise asked.refused(
            Text(
                f"不止一张照片叫 {path}，或无法读取", f"{path} is several captures, or none that can be read"
            ),
            Text("改写 captures.csv 中该照片的 SHA-256", "give its SHA-256 as in captures.csv instead"),
        )
    near = get_close_matches(path, known.latest.captures["capture_path"].to_list(), n=1, cutoff=0.4)
    raise asked.refused(
        Text(f"最近一次运行中没有照片 {path}", f"the latest run has no capture {path}"),
        Text(
            f"照 captures.csv 的写法填写，最接近的是 {near[0]}",
            f"write it as in captures.csv; the nearest is {near[0]}",
        )
        if near
        else Text("照 captures.csv 的写法填写", "write it as in captures.csv"),
    )


def _used_by(asked: Asked, known: Known) -> str | None:
    found = known.latest.enrolments.filter(pl.col("student_no") == asked.student_no)["capture_sha256"]
    return found.drop_nulls()[0] if found.drop_nulls().len() else None


# -- what may be decided -------------------------------------------------------------------------------------


def _refuse_waiver(asked: Asked, line: Line, known: Known) -> None:
    reason = REASONS.get(asked.code or "")
    if reason is None:
        near = get_close_matches(asked.code or "", list(REASONS), n=1, cutoff=0.4)
        raise asked.refused(
            Text(f"没有原因代码 {asked.code or ''}", f"there is no reason {asked.code or ''}"),
            Text(f"代码见 regpack reasons{f'，最接近的是 {near[0]}' if near else ''}", "see regpack reasons"),
        )
    if not reason.waivable:
        raise asked.refused(
            Text(f"{reason} {reason.text.zh}，不可豁免", f"{reason} may not be waived: {reason.text.en}"),
            reason.fix,
        )
    _refuse_outside(asked, known)
    _refuse_kept_out(asked, known, (REJECT, RETAKE))
    if line["capture_sha256"] is None or line["capture_sha256"] != _used_by(asked, known):
        raise asked.refused(_NOT_THE_USED, _CHOOSE_FIRST)
    _refuse_reason_not_held(asked, known)
    if asked.valid_until is not None and asked.valid_until < known.today:
        raise asked.refused(_PAST, Text("请写今天或以后的日期", "write today or a later day"))


def _refuse_reason_not_held(asked: Asked, known: Known) -> None:
    found = known.latest.findings.filter(pl.col("student_no") == asked.student_no)
    held = found.filter(pl.col("code") == asked.code)
    if held.is_empty():
        codes = "、".join(found["code"].unique().sort()) or "—"
        raise asked.refused(
            Text(f"该生在最近一次运行中没有原因 {asked.code}", f"the student does not have {asked.code}"),
            Text(f"该生的原因有：{codes}", f"the student's reasons are: {codes}"),
        )
    if (held["column"] == UNMADE).all():
        raise asked.refused(_UNMADE, Text("请重拍", "retake"))


def _refuse_choice(asked: Asked, line: Line, known: Known) -> None:
    if line["capture_sha256"] is None:
        raise asked.refused(_NO_CAPTURE, _FILL_IN)
    _refuse_outside(asked, known)
    _refuse_kept_out(asked, known, (REJECT,))
    mine = pl.col("state").is_in(LINKED) & (pl.col("student_no") == asked.student_no)
    if known.captures(line["capture_sha256"]).filter(mine).is_empty():
        raise asked.refused(
            Text(
                "这张照片在最近一次运行中没有对应到该生",
                "the latest run does not link this capture to the student",
            ),
            Text("存疑或无主的照片请用放行", "release it if it is quarantined or nobody's"),
        )


def _refuse_release(asked: Asked, line: Line, known: Known) -> None:
    if line["capture_sha256"] is None:
        raise asked.refused(_NO_CAPTURE, _FILL_IN)
    _refuse_outside(asked, known)
    _refuse_kept_out(asked, known, (REJECT,))
    files = known.captures(line["capture_sha256"])
    if files.filter(pl.col("state").is_in(UNLINKED)).is_empty():
        state = STATES[files["state"][0]]
        raise asked.refused(
            Text(
                f"这张照片的状态是{state.zh}，不是存疑或无主",
                f"this capture is {state.en}, not quarantined or nobody's",
            ),
            Text("已对应到该生的照片请用选用", "choose it if it is the student's already"),
        )
    others = standing(known.made).filter(
        (pl.col("kind") == RELEASE)
        & (pl.col("capture_sha256") == line["capture_sha256"])
        & (pl.col("student_no") != asked.student_no)
    )
    if others.height:
        number, student = others.select("decision_id", "student_no").row(0)
        raise asked.refused(
            Text(
                f"这张照片已由第 {number} 号决定放行给学号 {student}",
                f"decision {number} released it to student {student}",
            ),
            Text(f"先撤销第 {number} 号决定", f"withdraw decision {number} first"),
        )


def _refuse_keeping_out(asked: Asked, line: Line, known: Known) -> None:
    """A rejection or a retake needs somebody who is to be sent, and has come."""
    _refuse_outside(asked, known)
    if known.state_of(asked.student_no) == EnrolmentState.MISSING:
        raise asked.refused(_NEVER_CAME, Text("无须再作决定", "there is nothing to decide"))
    if asked.capture is not None and line["capture_sha256"] != _used_by(asked, known):
        raise asked.refused(_NOT_THE_USED, Text("不写照片文件即可", "leave the capture out"))


def _refuse_crop(asked: Asked, line: Line, known: Known) -> None:
    """A crop is for the photo used, of somebody whom nobody keeps out."""
    _refuse_outside(asked, known)
    _refuse_kept_out(asked, known, (REJECT, RETAKE))
    if line["capture_sha256"] is None or line["capture_sha256"] != _used_by(asked, known):
        raise asked.refused(_NOT_THE_USED, _CHOOSE_FIRST)
    if asked.box is None or asked.box.width <= 0:
        raise asked.refused(_NO_BOX, _A_BOX)


def _refuse_kept_out(asked: Asked, known: Known, kinds: Sequence[DecisionKind]) -> None:
    """Whoever a person keeps out comes in again only when that is taken back."""
    stands = standing(known.made).filter(
        pl.col("kind").is_in(list(kinds)) & (pl.col("student_no") == asked.student_no)
    )
    used = _used_by(asked, known)
    is_about = (pl.col("kind") == REJECT) | pl.col("shots").list.contains(used).fill_null(False)
    for number, kind in stands.filter(is_about).select("decision_id", "kind").iter_rows():
        said = DECISION_KINDS[kind]
        raise asked.refused(
            Text(f"第 {number} 号决定是{said.zh}该生", f"decision {number} on the student is a {said.en}"),
            Text(f"先撤销第 {number} 号决定", f"withdraw decision {number} first"),
        )


def _refuse_withdrawal(asked: Asked, line: Line, known: Known) -> None:  # noqa: ARG001  all checks are alike
    stands = standing(known.made)["decision_id"].to_list()
    if asked.withdraws not in stands:
        listed = "、".join(map(str, stands)) or "—"
        shown = "" if asked.withdraws is None else f" {asked.withdraws}"
        raise asked.refused(
            Text(f"没有有效的决定{shown}", f"no decision{shown} stands"),
            Text(f"有效的决定编号：{listed}", f"those that stand: {listed}"),
        )


_CHECKS = {
    WAIVE: _refuse_waiver,
    CHOOSE: _refuse_choice,
    RELEASE: _refuse_release,
    REJECT: _refuse_keeping_out,
    RETAKE: _refuse_keeping_out,
    CROP: _refuse_crop,
    WITHDRAW: _refuse_withdrawal,
}


def _refuse_outside(asked: Asked, known: Known) -> None:
    """Nobody who is registered or not to be captured comes in by a decision."""
    state = known.state_of(asked.student_no)
    if state in OUTSIDE:
        said = STATES[state]
        raise asked.refused(
            Text(f"该生{said.zh}，不会上报", f"the student is {said.en} and is not sent"),
            Text(
                "确应采集的，先更正名册或批次文件", "if that is wrong, correct roster or campaign file first"
            ),
        )


def refuse_contradictions(asked: Sequence[Asked], lines: Sequence[Line]) -> list[InputError]:
    """What lines of one file say against each other."""
    first: dict[tuple[Any, ...], Line] = {}
    wrong = []
    for each, line in zip(asked, lines, strict=True):
        subject = _subject(line)
        if first.setdefault(subject, line) != line:
            wrong.append(each.refused(_TWICE, Text("请只留一行", "keep one of the lines")))
    return wrong


def _subject(line: Line) -> tuple[Any, ...]:
    keys = {
        WAIVE: ("student_no", "code"),
        CHOOSE: ("student_no",),
        RELEASE: ("capture_sha256",),
        REJECT: ("student_no",),
        RETAKE: ("student_no",),
        CROP: ("capture_sha256",),
        WITHDRAW: ("withdraws",),
    }
    kind = CHOOSE if line["kind"] == RETAKE else line["kind"]
    return (kind, *(line[name] for name in keys[line["kind"]]))


_FILL_IN = Text("请补上", "fill it in")
_NO_CAPTURE = Text("没有写照片文件", "the capture is missing")
_NO_TERM = Text("只有豁免可以有有效期", "only a waiver has a last day")
_PAST = Text("有效期已过", "the last day has passed")
_UNMADE = Text("照片没有制成，不能豁免", "there is no photo, which nobody can waive")
_TWICE = Text("同一件事在文件中有两个不同的决定", "the file decides the same thing twice, and differently")
_NEVER_CAME = Text("该生缺拍，已在补拍名单上", "the student never came and is on the make-up list already")
_NO_BOX = Text("没有写裁切框", "where the crop is to be is missing")
_A_BOX = Text(
    "写原图上的 左,上,宽（像素），如 115,82,596", "write left,top,width in pixels of the source: 115,82,596"
)
_NOT_THE_USED = Text(
    "最近一次运行没有采用该生的这张照片", "the latest run does not use this capture of the student"
)
_CHOOSE_FIRST = Text(
    "豁免只对采用的照片有效；先选用或放行并运行一次",
    "a waiver is for the photo used; choose or release it and run first",
)
