"""The files that a school hands over: roster and awards (.xlsx), schedule, capture log, campaign file."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import xlsxwriter

from flows.demo.lineup import Reading
from flows.demo.school import School, Session

Rows = Iterable[Mapping[str, str | float]]

INPUTS = {
    "roster": "roster.xlsx",
    "schedule": "schedule.csv",
    "capture_log": "capture_log.csv",
    "awards": "awards.xlsx",
    "captures": "captures",
}
IDENTITY = ("school_code", "school_name", "president", "degree_chair", "profile")
LOG_COLUMNS = ("时间", "机位", "证件号码", "文件名")


def write_workbook(path: Path, sheet_name: str, rows: Rows, created: datetime) -> None:
    """One sheet of text cells under a header; what is a number stays one. Same rows, same bytes."""
    with xlsxwriter.Workbook(str(path), {"strings_to_urls": False}) as book:
        book.set_properties({"created": created})
        sheet, text = book.add_worksheet(sheet_name), book.add_format({"num_format": "@"})
        for at, row in enumerate(rows, start=1):
            if at == 1:
                sheet.write_row(0, 0, list(row), book.add_format({"bold": True}))
            for column, value in enumerate(row.values()):
                if isinstance(value, float):
                    sheet.write_number(at, column, value)
                else:
                    sheet.write_string(at, column, value, text)


def csv_bytes(rows: Iterable[Sequence[object]], encoding: str) -> bytes:
    """Lines as Excel writes them: commas, CR LF, quotes where needed."""
    lines = io.StringIO(newline="")
    csv.writer(lines).writerows(rows)
    return lines.getvalue().encode(encoding)


def schedule_csv(school: School, sessions: Iterable[Session]) -> bytes:
    """The timetable with the weekday as the notice printed it."""
    head = ("date", "weekday", "room", "start", "end", "unit", "level", "expected")
    lines = (
        (
            school.held_on, school.weekday, session.room, f"{session.start:%H:%M}", f"{session.end:%H:%M}",
            session.unit, session.level or "", session.expected,
        )
        for session in sessions
    )  # fmt: skip
    return csv_bytes([head, *lines], "utf-8-sig")


def log_lines(readings: Iterable[Reading]) -> bytes:
    """Lines of the capture log as Chinese Excel saves them: GB18030, no BOM."""
    return csv_bytes(
        (
            (f"{reading.read_at:%Y-%m-%d %H:%M:%S}", reading.camera, reading.document_no, reading.file_name)
            for reading in readings
        ),
        "gb18030",
    )


def log_csv(readings: Iterable[Reading]) -> bytes:
    """The whole capture log, header first."""
    return csv_bytes([LOG_COLUMNS], "gb18030") + log_lines(readings)


def campaign_toml(school: School) -> str:
    """The campaign file."""
    tables: dict[str, Mapping[str, object]] = {
        "campaign": {"id": school.campaign_id, **school.model_dump(include=set(IDENTITY))},
        "inputs": INPUTS,
        "eligibility": {
            "entry_years": [school.entry_year],
            "certificate": school.certificate,
            "exclude_units": list(school.exclude_units),
            "make_up_from": list(school.make_up_years),
        },
        "certificates": {"graduation_date": school.graduation_date, "award_date": school.award_date},
        "fees": {"per_person": school.fee_per_person},
        "output": {"directory": "out", "ledger": "sqlite:///ledger.db"},
    }
    return "\n".join(toml_table(name, values) for name, values in tables.items())


def toml_table(name: str, values: Mapping[str, object]) -> str:
    """One table of a TOML file: strings and lists of them as in JSON, dates bare."""
    lines = (
        f"{key} = {json.dumps(value, ensure_ascii=False) if isinstance(value, str | list) else value}"
        for key, value in values.items()
    )
    return f"[{name}]\n" + "\n".join(lines) + "\n"
