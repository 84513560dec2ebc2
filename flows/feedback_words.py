"""What `regpack feedback` says: what a list came to, what is open, and the list for departments."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import polars as pl

from flows.feedback import Reading, Standing
from flows.text_table import Layout, text_table
from outputs.audit import inert_csv
from outputs.case_workbook import COLUMNS, case_workbook
from schemas.errors import InputError
from schemas.feedback import ABOUT_PHOTO, CASE_KINDS, COMPLAINT, DOUBTS, PLATFORM, VENDOR
from schemas.reasons import Reason
from schemas.words import Language, Text
from transforms.feedback import AWAITED, by_unit

LISTS: dict[str, Text] = {
    PLATFORM: Text("平台名单", "platform list"),
    VENDOR: Text("退片名单", "refusals"),
    COMPLAINT: Text("异议登记", "complaints"),
}
WORDS: dict[str, Text] = {
    **{str(kind): text for kind, text in CASE_KINDS.items()},
    AWAITED: Text("未见平台反馈", "no feedback yet"),
}
LOOK_IT_UP = Text(
    "在平台核对是否已显示本人图像；仍没有的，凭上报包编号向接收单位查询",
    "See whether the platform shows the photo; if not, ask the receiver by the bundle's number",
)
TO_THE_OFFICE = Text(
    "图像已注册，不能再换照片；转学位办处理",
    "The photo is registered and cannot be replaced: the degree office decides",
)
DOUBTS_SHOWN = 20
"""Lines in doubt that are told one by one; the rest are counted."""


def told_reading(read: Reading) -> Iterator[Text]:
    """A list in a few lines."""
    name = LISTS[read.kind]
    yield Text(
        f"{name.zh} {read.file.name}：{read.lines} 行，认出 {read.students} 人",
        f"{name.en} {read.file.name}: {read.lines} lines, {read.students} students recognised",
    )
    if read.is_known:
        yield Text(
            "这份名单以前读过，没有新的记录", "this very list was read before: nothing new is recorded"
        )
    else:
        yield _followed(read)
    yield from _doubtful(read.doubts)


def _followed(read: Reading) -> Text:
    registered = (
        Text(f"已注册 {read.registered} 人，", f"{read.registered} registered, ")
        if read.kind == PLATFORM
        else Text("", "")
    )
    return Text(
        f"{registered.zh}新立 {read.opened} 件，了结 {read.ended} 件",
        f"{registered.en}{read.opened} cases opened, {read.ended} ended",
    )


def _doubtful(doubts: pl.DataFrame) -> Iterator[Text]:
    """Lines from which nothing followed, by their place in the sheet."""
    for row, student_no, document_no, doubt in doubts.head(DOUBTS_SHOWN).iter_rows():
        said, number = DOUBTS[doubt], student_no or document_no
        who = f" {number}" if number else ""
        yield Text(
            f"第 {row} 行{who}：{said.zh}，没有立项", f"line {row}{who}: {said.en}; no case was opened"
        )
    more = doubts.height - DOUBTS_SHOWN
    if more > 0:
        yield Text(f"另有 {more} 行存疑", f"{more} more lines are in doubt")


def told_standing(now_open: Standing) -> Text:
    """How feedback stands, in a line."""
    lines = now_open.to_do
    cases = lines.filter(pl.col("kind") != AWAITED)
    late, missing = int(cases["is_overdue"].sum()), lines.height - cases.height
    return Text(
        f"未了结 {cases.height} 件，其中逾期 {late} 件；已注册 {now_open.registered} 人；"
        f"等待平台反馈 {now_open.waiting} 人，逾期未见反馈 {missing} 人",
        f"{cases.height} cases open, {late} of them overdue; {now_open.registered} students registered;"
        f" {now_open.waiting} within their time, {missing} overdue without any feedback",
    )


def look_at(campaign: Path, out: Path | None) -> Text:
    """Where the rest can be seen."""
    if out is not None:
        return Text(f"待办清单：{out}", f"to-do list: {out}")
    return Text(
        f"明细：regpack feedback {campaign}；各学院待办清单：加 --out 待办.xlsx",
        f"in detail: regpack feedback {campaign}; a list for the departments: add --out FILE.xlsx",
    )


def render(now_open: Standing, layout: Layout, language: Language) -> str:
    """What is open and overdue: counts, by unit and one by one for people; CSV or JSON for programs."""
    lines = now_open.to_do
    if layout == "csv":
        return lines.write_csv()
    if layout == "json":
        return json.dumps(lines.to_dicts(), ensure_ascii=False, indent=2) + "\n"
    head = told_standing(now_open).say(language)
    if lines.is_empty():
        return head
    return f"{head}\n{_units(lines, language)}{_one_by_one(lines, language)}"


def _units(lines: pl.DataFrame, language: Language) -> str:
    counted = by_unit(lines).with_columns(pl.exclude("unit_name").cast(pl.String).replace({"0": "–"}))
    return text_table(counted, language, one_line=("unit_name",))


def _one_by_one(lines: pl.DataFrame, language: Language) -> str:
    kinds = {key: text.say(language) for key, text in WORDS.items()}
    late = Text("是", "yes").say(language)
    return text_table(
        lines.select(
            pl.col("case_id").cast(pl.String),
            "unit_name",
            "student_no",
            "name",
            pl.col("kind").replace(kinds),
            message=_reason(language),
            said="said",
            due_on="due_on",
            is_overdue=pl.when("is_overdue").then(pl.lit(late)),
        ),
        language,
        one_line=("case_id", "student_no", "kind", "due_on"),
    )


def _reason(language: Language) -> pl.Expr:
    said = {reason.value: f"{reason} {reason.text.say(language)}" for reason in Reason}
    return pl.col("code").replace(said)


def todo_file(lines: pl.DataFrame, path: Path, made_at: datetime) -> bytes:
    """The to-do list as a file: XLSX with a sheet for each unit, or CSV. InputError for another ending."""
    told = for_departments(lines)
    if path.suffix.lower() == ".xlsx":
        return case_workbook(told, made_at)
    if path.suffix.lower() == ".csv":
        return inert_csv(told)
    raise InputError(
        path,
        Text("待办清单只能写成 .xlsx 或 .csv", "the to-do list is written as .xlsx or .csv"),
        Text("请改文件名的后缀", "change the file's ending"),
    )


def for_departments(lines: pl.DataFrame) -> pl.DataFrame:
    """The to-do list in the columns of the workbook, all in Chinese words."""
    kinds = {key: text.zh for key, text in WORDS.items()}
    told = lines.select(
        学院="unit_name",
        学号="student_no",
        姓名="name",
        事项=pl.col("kind").replace(kinds),
        原因=_reason("zh"),
        对方原话="said",
        提出日期="opened_on",
        期限="due_on",
        逾期=pl.when("is_overdue").then(pl.lit("逾期")),
        办理=_advice(),
        编号=pl.col("case_id").cast(pl.String),
    )
    return told.select(list(COLUMNS))


def _advice() -> pl.Expr:
    """What is to be done: a registered photo is the degree office's business, whatever is said of it."""
    fixes = {reason.value: reason.fix.zh for reason in Reason}
    is_photos = pl.col("kind").is_in(ABOUT_PHOTO)
    return (
        pl.when(pl.col("kind") == AWAITED).then(pl.lit(LOOK_IT_UP.zh))
        .when(is_photos & pl.col("is_registered")).then(pl.lit(TO_THE_OFFICE.zh))
        .when(pl.col("kind") == VENDOR).then(pl.lit(Reason.REFUSED_BY_VENDOR.fix.zh))
        .otherwise(pl.col("code").replace(fixes))
    )  # fmt: skip
