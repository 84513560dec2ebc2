"""What people write by hand (TOML), as a model; the first thing wrong with it, in a clerk's words."""

import re
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from flows.plain_file import TooLargeError, read_plain
from flows.text_file import decode_text, line_of
from schemas.campaign import FORMS
from schemas.errors import PipelineError
from schemas.reading import KB, reading_limits
from schemas.words import Text

Model = TypeVar("Model", bound=BaseModel)
Kind = type[PipelineError]

AT_LINE = re.compile(r"\(at line (\d+), column \d+\)")
"""How tomllib says where."""

QUOTED = re.compile(r"""\"(?:[^"\\\n]++|\\.)*+\"|'[^'\n]*+'""")
WORD = re.compile(r"[^\s.,=\[\]{}]++")
"""What the parts of a dotted key look like."""

WANTED = {
    "string": Text("应为引号中的文字", "write text in quotes"),
    "int": Text("应为整数，不加引号", "write a whole number without quotes"),
    "float": Text("应为数字，不加引号", "write a number without quotes"),
    "finite": Text("应为有限的数字", "write a finite number"),
    "bool": Text("应为 true 或 false", "write true or false"),
    "tuple": Text("应为方括号中的列表", "write a list in square brackets"),
    "dict": Text("应为方括号开头的一节", "write a section with a heading in square brackets"),
    "model": Text("应为方括号开头的一节", "write a section with a heading in square brackets"),
    "decimal": Text(
        "应为金额，最多两位小数，如 15.00", "write an amount of at most two decimals, e.g. 15.00"
    ),
    "greater": Text("应大于 0", "it should be above 0"),
    "less": Text("这个数太大", "it is too large"),
    "statuses": Text(
        "同一学籍状态不能既采集又排除", "a status cannot be in capture_statuses and exclude_statuses"
    ),
    "cron": Text(
        "应为五段的 cron 表达式：分 时 日 月 星期，如 0 6 * * *；不需要时写空文字",
        "write five fields of cron: minute hour day month weekday, e.g. 0 6 * * *; empty text for never",
    ),
    "timezone": Text("应为时区名，如 Asia/Shanghai", "write a timezone, e.g. Asia/Shanghai"),
    "scheduler": Text(
        'kind 为 "dask" 时须写 scheduler，如 "tcp://主机:8786"',
        'with kind = "dask" name the scheduler, e.g. "tcp://host:8786"',
    ),
    "date": Text("应为日期：四位年-两位月-两位日，不加引号", "write a date as YYYY-MM-DD without quotes"),
}
"""By the first word of pydantic's error type (docs.pydantic.dev, Validation Errors)."""


def read_toml(path: Path, kind: Kind) -> dict[str, Any]:
    """A TOML file as it stands; `kind` of error when it is missing, unreadable or no TOML."""
    text = _text_of(path, kind)
    _refuse_deep_key(path, text, kind)
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # ValueError alone: a number of thousands of digits
        at = AT_LINE.search(str(error))
        raise kind(
            path,
            Text("不是有效的 TOML", "not valid TOML"),
            Text(
                "请核对这一行：文字用英文直引号，等号成对，同一项只写一次，路径用 /",
                "check this line: straight quotes around text, an equals sign, each key once, / in paths",
            ),
            place=line_of(int(at[1])) if at else _END if "end of document" in str(error) else "",
        ) from error


def _text_of(path: Path, kind: Kind) -> str:
    try:
        raw = read_plain(path, reading_limits().text_kb.value * KB)
    except TooLargeError:
        raise kind(path, _TOO_LARGE, _RIGHT_FILE) from None
    except (OSError, ValueError) as error:
        raise kind(
            path,
            Text("找不到或无法读取文件", "the file is missing or unreadable"),
            Text("请核对文件名和路径", "check its name and path"),
        ) from error
    return decode_text(path, raw).lstrip("\ufeff")


def _refuse_deep_key(path: Path, text: str, kind: Kind) -> None:
    """A key of thousands of parts takes a reader hours."""
    deepest = reading_limits().key_depth.value
    plain = WORD.sub("a", QUOTED.sub("a", text))
    found = re.search(rf"(?:a[ \t]*\.[ \t]*){{{deepest}}}", plain)
    if found is not None:
        raise kind(
            path,
            Text(f"一个项的层数超过 {deepest}", f"a key has more than {deepest} parts"),
            Text("请改正这一项", "correct it"),
            place=line_of(plain.count("\n", 0, found.start()) + 1),
        )


_END = Text("文件末尾", "end of file")
_TOO_LARGE = Text("文件过大，不像是手写的设置", "the file is too large to have been written by hand")
_RIGHT_FILE = Text("请检查是否选错了文件", "check whether it is the right file")


def parsed(model: type[Model], document: object, path: Path, kind: Kind) -> Model:
    """A document as a model; `kind` of error names the first fault, unknown keys before missing ones."""
    try:
        return model.model_validate(document)
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False)
        fault = min(faults, key=lambda each: each["type"] != "extra_forbidden")
        what, todo = _told(model, fault)
        raise kind(path, what, todo, place=spelled(fault["loc"])) from error


def spelled(location: tuple[int | str, ...]) -> str:
    """A place in a document; the tables of a list are counted from 1.

    >>> spelled(("photo", "limits", 2, "fact"))
    'photo.limits[3].fact'
    """
    steps = (f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in location)
    return "".join(steps).removeprefix(".")


def nearest(word: str, known: list[str]) -> Text:
    """The known word most like one, as the end of a sentence; empty where there is none."""
    near = get_close_matches(word, known, n=1, cutoff=0)
    return Text(f"；是否想写 {near[0]}", f"; did you mean {near[0]}") if near else Text("", "")


def _told(model: type[BaseModel], fault: ErrorDetails) -> tuple[Text, Text]:
    """What is wrong at a place, and what to do."""
    if fault["type"] == "extra_forbidden":
        near = nearest(str(fault["loc"][-1]), _keys_at(model, fault["loc"][:-1]))
        return Text("不认识的项", "unknown key"), Text(
            f"请改正或删去{near.zh}", f"correct or remove it{near.en}"
        )
    if fault["type"] == "missing":
        return Text("缺少必填项", "a required key is missing"), Text("请补上这一项", "add it")
    wanted = _wanted(fault["type"], fault.get("ctx", {})) or Text(f"不合要求（{fault['msg']}）", fault["msg"])
    return Text("值不可用", "unusable value"), wanted


def _wanted(error_type: str, context: Mapping[str, Any]) -> Text | None:
    if error_type == "string_pattern_mismatch":
        pattern = context["pattern"]
        return FORMS.get(pattern, Text(f"应合乎 {pattern}", f"it should match {pattern}"))
    if error_type in {"literal_error", "enum"}:
        return Text(f"只能是 {context['expected']}", f"it should be {context['expected']}")
    if error_type == "string_too_short":
        return Text("不能为空", "it must not be empty")
    return WANTED.get(error_type.split("_", 1)[0]) if "_too_" not in error_type else None


def _keys_at(model: type[BaseModel], location: tuple[int | str, ...]) -> list[str]:
    """The keys that a document may have at a place of its model."""
    for step in location:
        field = model.model_fields.get(str(step))
        model = next(iter(_models(field.annotation)), model) if field else model
    return list(model.model_fields)


def _models(annotation: Any) -> list[type[BaseModel]]:
    """The models that a type is made of: itself, a tuple's members, a union's choices."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in _models(part)]
