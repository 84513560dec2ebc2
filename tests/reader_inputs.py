"""Sound files of every kind that is read, made by our own builders, and endlessly their mutations."""

import csv
import io
import json
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from functools import cache, partial
from importlib.resources import files
from pathlib import Path
from random import Random
from typing import Any

import openpyxl
import xlsxwriter

from flows.demo.day import plan_day, write_campaign, write_inputs
from schemas.corrections import CORRECTION_HEADERS
from schemas.decisions import DECISION_HEADERS
from schemas.feedback import LIST_HEADERS
from tests.bundle_builders import a_photo, sealed_in, some_contents
from tests.campaign_builders import dbf_bytes
from tests.reader_mutations import (
    BYTES,
    DBF,
    ODD_TEXTS,
    ODD_TOML,
    ZIP,
    Mutation,
    member_mutated,
    mutated,
    packed,
    text_mutated,
    toml_mutated,
    xml_mutated,
)
from tests.reader_targets import PLANTED, SEED, STUDENTS, Given

Rows = list[list[str]]
DBF_NAMES = {"学号": "XH", "姓名": "XM", "性别": "XB", "出生日期": "CSRQ", "证件类型": "SFZJLX",
"证件号码": "ZJHM",
             "院系": "YX", "层次": "CC"}  # fmt: skip


# -- sound -------------------------------------------------------------------------------------------------


@cache
def sound_day() -> dict[str, bytes]:
    """The files of a small campaign."""
    with tempfile.TemporaryDirectory() as folder:
        write_inputs(Path(folder), plan_day(STUDENTS, SEED))
        write_campaign(Path(folder))
        return {path.name: path.read_bytes() for path in Path(folder).iterdir()}


@cache
def sound_rows() -> dict[str, Rows]:
    """The sheets of every reader of tables, header first."""
    day = sound_day()
    number = rows_of_book(day["roster.xlsx"])[1][0]
    told = {name: usual for name, (usual, *_) in DECISION_HEADERS.items()}
    lists = {
        kind: [
            [names[0] for names in heads.values()],
            ["401019000002", PLANTED, "学生2"] + [""] * (len(heads) - 3),
        ]
        for kind, heads in LIST_HEADERS.items()
    }
    decided = {
        "kind": "豁免",
        "student_no": "401019000003",
        "code": "P320",
        "because": "看过",
        "by_whom": "李",
    }
    other = {"kind": "退回", "student_no": "401019000002", "because": "误", "by_whom": "李"}
    corrected = {"student_no": number, "column": "姓名", "after": "某某某"}
    return {
        "roster": rows_of_book(day["roster.xlsx"]),
        "awards": rows_of_book(day["awards.xlsx"]),
        "schedule": rows_of_text(day["schedule.csv"], "utf-8-sig"),
        "log": rows_of_text(day["capture_log.csv"], "gb18030"),
        "corrections": [
            [usual for usual, *_ in CORRECTION_HEADERS.values()],
            *([line.get(name, "") for name in CORRECTION_HEADERS] for line in (corrected, corrected)),
        ],
        "decisions": [list(told.values()), *([line.get(name, "") for name in told] for line in (decided,
        other))],
        "students": [["学号", "姓名"], [number, "某"]],
        **lists,
    }  # fmt: skip


def rows_of_book(content: bytes) -> Rows:
    """A workbook's cells as text."""
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    return [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]


def rows_of_text(content: bytes, encoding: str) -> Rows:
    """A CSV's cells."""
    return list(csv.reader(io.StringIO(content.decode(encoding), newline="")))


@cache
def sound_book(sheet: str, is_shared: bool) -> bytes:
    """A workbook of a sheet, its texts shared or in place, with dates, numbers and a formula beside."""
    kept = io.BytesIO()
    with xlsxwriter.Workbook(kept, {"constant_memory": not is_shared}) as book:
        page = book.add_worksheet("名册")
        for at, row in enumerate(sound_rows()[sheet]):
            page.write_row(at, 0, row)
            page.write_number(at, len(row), 44_000.5, book.add_format({"num_format": "yyyy-mm-dd"}))
            page.write_formula(at, len(row) + 1, "=1+1", None, 2)
    return kept.getvalue()


@cache
def sound_dbf(sheet: str) -> bytes:
    """A DBF of a sheet."""
    header, *rows = sound_rows()[sheet]
    fields = [(DBF_NAMES.get(name, name)[:5], "C", 24) for name in header]
    return dbf_bytes(fields, rows)


@cache
def sound_bundle() -> bytes:
    """A sealed bundle's zip."""
    with tempfile.TemporaryDirectory() as folder:
        sealed = sealed_in(Path(folder) / "out", some_contents(Path(folder) / "work"))
        return sealed.archive.read_bytes()


@cache
def sound_profile(name: str) -> bytes:
    """A profile that comes with regpack."""
    return (files("schemas") / "profiles" / name).read_bytes()


# -- mutated -----------------------------------------------------------------------------------------------


def table_inputs(reader: str, sheets: tuple[str, ...], rng: Random) -> Iterator[Given]:
    """Endlessly: a sheet as a workbook, a CSV or a DBF."""
    while True:
        sheet = rng.choice(sheets)
        kind, (suffix, content) = rng.choice(list(TABLES)), ("", b"")
        suffix, make = TABLES[kind]
        content = make(sheet, rng)
        name = sheet if reader == "feedback" else "fuzzed"
        yield Given(reader, kind, f"{_LISTS.get(name, name)}.{suffix}", content)


_LISTS = {"complaint": "complaints"}


def _xlsx_parts(sheet: str, rng: Random) -> bytes:
    book = sound_book(sheet, rng.random() < 0.5)
    return member_mutated(book, rng, lambda name: True, xml_mutated)


def _xlsx_sheet(sheet: str, rng: Random) -> bytes:
    book = sound_book(sheet, rng.random() < 0.5)
    return member_mutated(book, rng, lambda name: "sheet1" in name or "sharedS" in name, xml_mutated)


def _xlsx_bytes(sheet: str, rng: Random) -> bytes:
    book, change = sound_book(sheet, rng.random() < 0.5), partial(mutated, mutations=BYTES)
    if rng.random() < 0.5:
        return mutated(book, ZIP, rng)
    return member_mutated(book, rng, lambda name: True, lambda part, rng: change(part, rng=rng))


def _xlsx_cells(sheet: str, rng: Random) -> bytes:
    """Cells of every kind in every place."""
    kept = io.BytesIO()
    with xlsxwriter.Workbook(kept, {"nan_inf_to_errors": True, "strings_to_urls": False}) as book:
        page = book.add_worksheet(rng.choice(("名册", PLANTED, "a\u202eb", "=x")))
        date = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for at, row in enumerate(sound_rows()[sheet]):
            page.write_row(at, 0, row)
        for _ in range(rng.randint(1, 9)):
            place = (rng.randrange(6), rng.randrange(12))
            odd = rng.choice((1e300, -1, 0.1, 1e-300, 2_958_465.9, -0.5, 44_000, True, float("inf"), ""))
            put = rng.randrange(4)
            if put == 0:
                page.write_number(*place, rng.choice((-1, 0, 60, 2_958_466, 1e9)), date)
            elif put == 1:
                page.write_formula(
                    *place, "=1/0", None, rng.choice(("#DIV/0!", 1, "", rng.choice(ODD_TEXTS)[:99]))
                )
            else:
                page.write(*place, rng.choice((odd, rng.choice(ODD_TEXTS)[:32_000])))
    return kept.getvalue()


def _csv_text(sheet: str, rng: Random) -> bytes:
    return text_mutated(sound_csv(sheet), rng, "utf-8")


def _csv_bytes(sheet: str, rng: Random) -> bytes:
    return mutated(sound_csv(sheet), BYTES, rng)


def sound_csv(sheet: str) -> bytes:
    lines = io.StringIO(newline="")
    csv.writer(lines).writerows(sound_rows()[sheet])
    return lines.getvalue().encode()


def _dbf_bytes(sheet: str, rng: Random) -> bytes:
    content = sound_dbf(sheet)
    if rng.random() < 0.4:
        at = 32 * rng.randint(1, 8) + 11
        content = content[:at] + rng.choice((b"C", b"N", b"D", b"L", b"F", b"M", b"I", b"B", b"T", b"Y",
            b"O", b"+", b"@",
                                             b"0", b"Q", b"V", b"\0")) + content[at + 1 :]  # fmt: skip
    return mutated(content, DBF, rng)


TABLES: dict[str, tuple[str, Callable[[str, Random], bytes]]] = {
    "xlsx, a part": ("xlsx", _xlsx_parts), "xlsx, the sheet": ("xlsx", _xlsx_sheet),
    "xlsx, bytes": ("xlsx", _xlsx_bytes), "xlsx, cells": ("xlsx", _xlsx_cells), "csv, text": ("csv",
    _csv_text),
    "csv, lines": ("csv", _csv_text), "csv, bytes": ("csv", _csv_bytes), "dbf": ("dbf", _dbf_bytes),
}  # fmt: skip


def toml_inputs(reader: str, sound: tuple[bytes, ...], rng: Random) -> Iterator[Given]:
    """Endlessly: a file that people write by hand."""
    while True:
        content = rng.choice(sound)
        if rng.random() < 0.2:
            yield Given(reader, "bytes", "fuzzed.toml", mutated(content, BYTES, rng))
        elif rng.random() < 0.3:
            yield Given(reader, "tree", "fuzzed.toml", toml_tree(content, rng))
        else:
            yield Given(reader, "tokens", "fuzzed.toml", toml_mutated(content, rng))


def toml_tree(content: bytes, rng: Random) -> bytes:
    """Values replaced, keys added: still TOML."""
    lines = content.decode().splitlines()
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(lines))
        key, is_pair, _ = lines[at].partition(" = ")
        odd = rng.choice(("other", f'"{PLANTED}"', '"a\\u202eb"', "x.y.z", '""'))
        lines[at] = (
            f"{rng.choice((key, key, key, odd))} = {rng.choice(ODD_TOML[:21])}" if is_pair else lines[at]
        )
    return "\n".join(lines).encode()


NAMES = ("A/1.jpg", "../../etc/x.jpg", "/etc/x.jpg", "C:\\x.jpg", "C:/x.jpg", "a\\b.jpg", "a\nb.jpg",
         "a\u202egpj.exe.jpg",
         "\u2066x.jpg", "x" * 251 + ".jpg", "A.jpg", "a.JPG", "con.jpg", "nul\0.jpg", f"{PLANTED}.jpg",
         f"{PLANTED}\u202e.jpg", "E12345678\n.jpg", ".hidden.jpg", "a/" * 60 + "1.jpg", "-rf.jpg",
         "=1+1.jpg", "é.jpg",
         "e\u0301.jpg", " .jpg", "a.jpg/b.jpg", "a.zip", "名.jpg", "\ud800.jpg", "..jpg", "...jpg",
         "%2e%2e/x.jpg")  # fmt: skip


def zip_inputs(reader: str, rng: Random) -> Iterator[Given]:
    """Endlessly: a zip of captures with odd names and kinds, or a damaged one."""
    while True:
        kept = io.BytesIO()
        with zipfile.ZipFile(kept, "w") as archive:
            for name in rng.choices(NAMES, k=rng.randint(1, 5)):
                _add(archive, name, rng)
        content = kept.getvalue()
        is_damaged = rng.random() < 0.6
        yield Given(reader, "damaged" if is_damaged else "odd", "fuzzed.zip",
                    mutated(content, ZIP, rng) if is_damaged else content)  # fmt: skip


def _add(archive: zipfile.ZipFile, name: str, rng: Random) -> None:
    import warnings

    info = zipfile.ZipInfo(name.encode("utf-8", "replace").decode())
    info.external_attr = rng.choice((0o100644, 0o120777, 0o010644, 0o040755, 0)) << 16
    info.compress_type = rng.choice((0, 8, 8, 12, 14))
    content = rng.choice((a_photo(1), b"", b"/etc/passwd", bytes(200_000), packed({"a.jpg": b"x"})))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr(info, content)


KINDS = ("file", "empty", "picture", "picture", "folder", "pipe", "socket", "sparse", "link", "zero",
         "loop", "out",
         "closed")  # fmt: skip


def folder_inputs(reader: str, rng: Random) -> Iterator[Given]:
    """Endlessly: what stands in a folder of captures, as names in Latin-1 and kinds."""
    while True:
        told = [
            (rng.choice(NAMES).encode("utf-8", "surrogatepass").decode("latin-1"), rng.choice(KINDS))
            for _ in range(rng.randint(1, 6))
        ]
        safe = [(name, kind) for name, kind in told if not name.startswith(("/", ".."))]
        yield Given(reader, "folder", "captures", json.dumps(safe).encode())


def bundle_inputs(reader: str, rng: Random) -> Iterator[Given]:
    """Endlessly: a bundle of which a member, or the zip itself, is changed."""
    while True:
        content, compared = sound_bundle(), rng.choice(("", "", " compared"))
        if rng.random() < 0.25:
            yield Given(reader, f"zip{compared}", "fuzzed.zip", mutated(content, ZIP, rng))
            continue
        kind = rng.choice(list(BUNDLE))
        wanted, change = BUNDLE[kind]
        changed = member_mutated(content, rng, lambda name, part=wanted: part in name, change)
        yield Given(reader, f"{kind}{compared}", "fuzzed.zip", changed)


def _lines(content: bytes, rng: Random) -> bytes:
    return text_mutated(content, rng, "utf-8")


def _json(content: bytes, rng: Random) -> bytes:
    """A profile with values replaced anywhere in its tree."""
    document = json.loads(content)
    for _ in range(rng.randint(1, 3)):
        node: Any = document
        while True:
            key = rng.choice(list(node) if isinstance(node, dict) else range(len(node)))
            if not (isinstance(node[key], dict | list) and node[key]) or rng.random() < 0.1:
                break
            node = node[key]
        node[key] = rng.choice((0, -1, 1e300, 10**30, "", "x", None, [], {}, True, "../../x",
                               "(a{1,9}){1,9}", "a" * 9_000,
                                "[", "gb18030", 65_000, 0.0001))  # fmt: skip
    return json.dumps(document).encode()


def _any(content: bytes, rng: Random) -> bytes:
    return mutated(content, BYTES, rng)


BUNDLE: dict[str, tuple[str, Mutation]] = {
    "xml": (".xml", xml_mutated), "xsd": (".xsd", xml_mutated), "csv": (".csv", _lines),
    "profile": (".json", _json),
    "tags": (".txt", _lines), "bytes": ("", _any), "photo": (".jpg", _any),
}  # fmt: skip

PROFILES = ("graduate.toml", "studio.toml", "capture.toml", "agency.toml")


def inputs(reader: str, seed: int) -> Iterator[Given]:
    """Endlessly: inputs for one reader."""
    rng = Random(f"{seed} {reader}")
    sheets = tuple(LIST_HEADERS) if reader == "feedback" else (reader,)
    special: dict[str, Callable[[str, Random], Iterator[Given]]] = {
        "captures zip": zip_inputs, "captures folder": folder_inputs, "bundle": bundle_inputs,
    }  # fmt: skip
    if reader in special:
        return special[reader](reader, rng)
    if reader == "campaign":
        return toml_inputs(reader, (sound_day()["campaign.toml"],), rng)
    if reader == "profile":
        return toml_inputs(reader, tuple(map(sound_profile, PROFILES)), rng)
    return table_inputs(reader, sheets, rng)
