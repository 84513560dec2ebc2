"""The bytes of a text file, as text."""

import codecs
from pathlib import Path

from schemas.errors import InputError
from schemas.words import Text

MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
"""Byte order marks and what they promise."""


def decode_text(path: Path, raw: bytes) -> str:
    """Text by its byte order mark, else strict UTF-8, else GB18030. InputError for anything else."""
    marked = [encoding for mark, encoding in MARKS.items() if raw.startswith(mark)]
    for encoding in marked or ["utf-8", "gb18030"]:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError as error:
            line = raw[: error.start].count(b"\n") + 1
        else:
            if "\0" in text:
                raise not_as_named(path)
            return text
    if b"\0" in raw:
        raise not_as_named(path)
    raise InputError(
        path,
        Text("文字编码既不是 UTF-8 也不是 GB18030", "the text is neither UTF-8 nor GB18030"),
        Text(
            "请用 Excel 或记事本打开，核对无乱码后另存为 UTF-8",
            "open it, check that it reads well and save it as UTF-8",
        ),
        place=line_of(line),
    )


def line_of(number: int) -> Text:
    """The place of a line, counted from 1.

    >>> line_of(3).say("zh")
    '第 3 行'
    """
    return Text(f"第 {number} 行", f"line {number}")


def not_as_named(path: Path) -> InputError:
    """What is said of a file whose content is not what its suffix promises."""
    suffix = path.suffix.lower()
    return InputError(
        path,
        Text(f"文件内容不是 {suffix}，或已损坏", f"the content is not {suffix}, or it is damaged"),
        Text(
            f"请用原程序打开后另存为 {suffix}，不要只改扩展名",
            f"open it in its own program and save it as {suffix}",
        ),
    )


def too_large(path: Path) -> InputError:
    """What is said of a file that holds more than is ever read of its kind."""
    return InputError(
        path,
        Text("文件过大，不像是要读的表", "the file is too large to be what it should be"),
        Text(
            "请检查是否选错了文件；确实是它的，复制到新文件后再保存",
            "check whether it is the right file; if it is, copy its data into a new one",
        ),
    )
