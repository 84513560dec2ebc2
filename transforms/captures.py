"""From what camera and reader wrote to frames of captures and log lines."""

import polars as pl

from schemas.capture import CAPTURE_LOG
from transforms.text import read_timestamp, squeeze, tidy_document_no, tidy_number


def clean_log(sent: pl.LazyFrame) -> pl.LazyFrame:
    """Log lines with their moment read and their numbers tidied; `line` is the file's line."""
    return sent.with_columns(
        read_timestamp(pl.col("logged_at")),
        tidy_document_no(pl.col("document_no")),
        tidy_number(pl.col("student_no")),
        tidy_number(pl.col("unique_no")),
        squeeze(pl.col("name")),
        tidy_number(pl.col("ticket_no")),
        squeeze(pl.col("camera_name")),
        squeeze(pl.col("file_name")),
        line=pl.col("row"),
    ).select(pl.col(column).cast(dtype) for column, dtype in CAPTURE_LOG.items())


def camera_of(capture_path: pl.Expr) -> pl.Expr:
    """The folder that a capture lies in, which is named after its camera; empty at the top."""
    return capture_path.str.extract(r"([^/]+)/[^/]+$").fill_null("")


def file_of(capture_path: pl.Expr) -> pl.Expr:
    """A capture's file name."""
    return capture_path.str.extract(r"([^/]+)$")
