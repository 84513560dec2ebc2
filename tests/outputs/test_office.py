"""What we write opens in LibreOffice Calc cell by cell as it was meant: as text, and no formula runs."""

import csv
import shutil
import subprocess
from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from outputs.dbf_table import DbfTable
from outputs.fee_workbook import fee_workbook
from outputs.reject_workbook import WIDTHS, reject_workbook
from outputs.sheets.recall_workbook import HEADERS, recall_workbook
from outputs.xlsx_table import XlsxTable
from schemas.audit import FEES, FeeSheet
from schemas.sheets import RECALLS, Head
from tests.bundle_builders import read_table
from tests.run_frames import a_run, enrolment, finding

SOFFICE = shutil.which("soffice")
pytestmark = [
    pytest.mark.xdist_group("office"),
    pytest.mark.skipif(
        SOFFICE is None,
        reason="no soffice: install libreoffice-calc-nogui and libreoffice-base-drivers, as .ci/run does",
    ),
]
TABLE = read_table("diploma-18")
CODES = [column.code for column in TABLE.columns]
GBK = 61
"""LibreOffice's number of code page 936, which has to be said to it: the driver of 7.4 reads the language
byte of later kinds than dBASE III alone, and there it knows 0x7A and not 0x4D."""
AS_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true,false,false,false,false,-1"
"""Commas, quotes around text cells and no others, UTF-8, values and not formulas, a file per sheet."""
NASTY = [
    "热合曼·阿卜杜", "喆龑頔", "﨎﨏﨑", "丂丆", "张　三", "0012", "=1+1", '=HYPERLINK("http://x")',
    "+86", "-1", "@x", '他说"好"', '"', "'", "a,b", "行\n行", " 前", "1.1E+17", "20200101", "2020-01-01",
    "TRUE", "一" * 20, None,
]  # fmt: skip
RECORDS = pl.DataFrame(
    [{"KSH": f"{row:014}", "XM": name, "CSRQ": "20000101", "BZ": name} for row, name in enumerate(NASTY)],
    schema=dict.fromkeys(CODES, pl.String),
)


FEES_DUE = FeeSheet(
    Decimal(15), "class",
    pl.DataFrame([("文学院", "一班", 30, 2, 28), ("文学院", "二班", 26, 0, 0)], schema=FEES, orient="row"),
)  # fmt: skip


CALLED = pl.DataFrame(
    [("文学院", "1-1班", "0042", "=1+1·喆", "补拍", "缺拍", "没有拍摄", "通知学生补拍")],
    schema=RECALLS, orient="row",
)  # fmt: skip
HEAD = Head("某校", "demo", "1", date(2020, 11, 5), date(2020, 12, 10))


def a_day():
    """A run whose only reject is of a student whose name looks like a formula."""
    return a_run(
        [enrolment(2, "rejected", name="=1+1·喆")], findings=[finding("L202", row=2, student_no="0042")]
    )


def converted(folder, names, *options):
    """Let one LibreOffice with a profile of its own write files as CSV."""
    command = [SOFFICE, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", *options]
    command += ["--convert-to", AS_CSV, "--outdir", folder / "csv", *(folder / name for name in names)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, capture_output=True, timeout=60)


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    """The text of each sheet that LibreOffice saw, by file and sheet."""
    folder = tmp_path_factory.mktemp("office")
    for writer in (DbfTable(TABLE), XlsxTable(TABLE)):
        (folder / writer.filename).write_bytes(b"".join(writer.render(RECORDS)))
    (folder / "diploma.dbf").rename(folder / "dbase.dbf")
    (folder / "rejects.xlsx").write_bytes(reject_workbook(a_day()))
    converted(folder, ["dbase.dbf"], f"--infilter=dBase:{GBK}")
    (folder / "fees.xlsx").write_bytes(fee_workbook(a_day().summary, FEES_DUE))
    (folder / "recall.xlsx").write_bytes(recall_workbook("文学院", CALLED, HEAD))
    converted(folder, ["diploma.xlsx", "rejects.xlsx", "fees.xlsx", "recall.xlsx"])
    return {path.stem: path.read_bytes().decode() for path in (folder / "csv").iterdir()}


def cells(text):
    return list(csv.reader(text.splitlines(keepends=True), strict=True))


def unquoted(text):
    """What stands outside quotes: numbers and dates, were there any."""
    return "".join(text.split('"')[::2]).replace(",", "").strip()


def meant():
    return [list(row) for row in RECORDS.fill_null("").rows()]


def test_a_dbf_opens_as_it_was_meant(opened):
    head, *rows = cells(opened["dbase-Sheet1"])
    assert head == [f"{column.code},C,{column.max_bytes}" for column in TABLE.columns]
    assert rows == meant()


def test_a_workbook_opens_as_it_was_meant(opened):
    assert cells(opened["diploma-diploma"]) == [CODES, *meant()]


def test_rejects_open_as_they_were_meant(opened):
    head, line = cells(opened["rejects-退回清单"])
    assert head == list(WIDTHS)
    assert (line[head.index("姓名")], line[head.index("学号")]) == ("=1+1·喆", "0042")


def test_who_must_come_again_opens_as_it_was_meant(opened):
    head, line = (each[:8] for each in cells(opened["recall-全院"])[4:])
    assert head == [header for header in HEADERS if header != "通知与回执"]
    assert line == ["1", "0042", "=1+1·喆", "1-1班", "补拍", "缺拍", "没有拍摄", "通知学生补拍"]


def test_the_cashiers_sums_are_there_as_it_opens(opened):
    *_, subtotal, total = cells(opened["fees-收费表"])
    assert subtotal[:7] == ["文学院", "小计", "56", "2", "28", "840", "420"]
    assert total[:7] == ["总计", "", "56", "2", "28", "840", "420"]


def test_every_cell_is_text(opened):
    texts = {name: text for name, text in opened.items() if not name.startswith(("fees", "recall"))}
    assert len(texts) == 3
    assert {name: unquoted(text) for name, text in texts.items()} == dict.fromkeys(texts, "")
