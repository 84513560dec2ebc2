"""A smallest campaign on disk, for tests that then break one thing in it."""

import struct
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import xlsxwriter
from PIL import Image

HEADER = ("学号", "姓名", "性别", "出生日期", "证件类型", "证件号码", "院系", "层次")
STUDENT = (
    "401019000001",
    "某某",
    "女",
    "1998-01-31",
    "居民身份证",
    "110101199801310002",
    "人文学院",
    "硕士研究生",
)
SCHEDULE = "date,room,start,end,unit,expected\n2020-11-19,E201,09:00,10:00,人文学院,1\n"
LOG = "时间,机位,证件号码,文件名\n2020-11-19 09:05:00,E201,110101199801310002,DSC_0001.JPG\n"
CAMPAIGN: dict[str, dict[str, str]] = {
    "campaign": {
        "id": '"test-day"', "school_code": '"10403"', "school_name": '"某校"', "profile": '"capture"',
    },
    "inputs": {
        "roster": '"roster.xlsx"', "schedule": '"schedule.csv"', "capture_log": '"log.csv"',
        "captures": '"captures"',
    },
}  # fmt: skip


def a_campaign(folder: Path) -> Path:
    """A campaign of one student, one session and one capture; the path of its file."""
    write_xlsx(folder / "roster.xlsx", [HEADER, STUDENT])
    (folder / "schedule.csv").write_text(SCHEDULE, encoding="utf-8")
    (folder / "log.csv").write_text(LOG, encoding="gb18030")
    (folder / "captures" / "E201").mkdir(parents=True)
    Image.new("RGB", (8, 8)).save(folder / "captures" / "E201" / "DSC_0001.JPG")
    return write_campaign(folder)


def write_campaign(folder: Path, changes: Mapping[str, Mapping[str, str | None]] | None = None) -> Path:
    """The campaign file, with TOML values in place of some of its own; None leaves a key out."""
    changed = changes or {}
    sections = {name: {**CAMPAIGN.get(name, {}), **changed.get(name, {})} for name in {**CAMPAIGN, **changed}}
    lines = []
    for name, values in sections.items():
        lines.append(f"[{name}]")
        lines += [f"{key} = {value}" for key, value in values.items() if value is not None]
    path = folder / "campaign.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def write_xlsx(path: Path, *sheets: Iterable[Sequence[object]]) -> Path:
    """A workbook of these sheets of rows."""
    with xlsxwriter.Workbook(str(path), {"strings_to_numbers": False}) as book:
        date, dates = book.add_format({"num_format": "yyyy-mm-dd"}), ("date", "datetime")
        for rows in sheets:
            sheet = book.add_worksheet()
            for at, row in enumerate(rows):
                for column, cell in enumerate(row):
                    style = [date] if type(cell).__name__ in dates else []
                    sheet.write(at, column, cell, *style)
    return path


def dbf_bytes(
    fields: Sequence[tuple[str, str, int]], records: Sequence[Sequence[str]], *, deleted: Sequence[int] = ()
) -> bytes:
    """A dBASE III table in GB18030: fields are name, type and length; cells are padded on the right."""
    record_bytes = 1 + sum(length for _, _, length in fields)
    head = struct.pack("<B3BIHH20x", 3, 120, 11, 19, len(records), 33 + 32 * len(fields), record_bytes)
    described = [
        struct.pack("<11sc4xBB14x", name.encode("gb18030"), kind.encode(), length, 0)
        for name, kind, length in fields
    ]
    body = [
        (b"*" if place in deleted else b" ")
        + b"".join(
            cell.encode("gb18030").ljust(length)[:length]
            for cell, (_, _, length) in zip(row, fields, strict=True)
        )
        for place, row in enumerate(records)
    ]
    return head + b"".join(described) + b"\r" + b"".join(body) + b"\x1a"
