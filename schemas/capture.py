"""Captures and the log that was written beside them."""

import polars as pl

CAPTURE_LOG: dict[str, pl.DataType | type[pl.DataType]] = {
    "line": pl.UInt32,
    "logged_at": pl.Datetime("ms"),
    "camera_name": pl.String,
    "document_no": pl.String,
    "student_no": pl.String,
    "unique_no": pl.String,
    "name": pl.String,
    "ticket_no": pl.String,
    "file_name": pl.String,
}
"""What reader or scanner wrote, one line a card or code; `line` is the file's own line number.

Name and document number may be masked (`张*`, `3601**********1234`); `ticket_no` is the number drawn.
"""

CAPTURE_FILES: dict[str, pl.DataType | type[pl.DataType]] = {
    "capture_path": pl.String,
    "camera_name": pl.String,
    "file_name": pl.String,
    "taken_at": pl.Datetime("ms"),
    "sha256": pl.String,
}
"""One line per capture file; `camera_name` is the folder it lies in."""

LINKS: dict[str, type[pl.DataType]] = {
    "capture_path": pl.String,
    "row": pl.UInt32,
    "code": pl.String,
    "evidence": pl.String,
}
"""One line per capture: the roster row it shows, or the reason why none; the evidence in a sentence."""
