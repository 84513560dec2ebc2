"""What a comparison of two bundles says: its columns, and the words for every kind of change."""

import polars as pl

from schemas.words import Text

PEOPLE: dict[str, type[pl.DataType]] = {
    "person": pl.UInt32,  # from 0, within its side
    "student_no": pl.String,
    "document_no": pl.String,
    "name": pl.String,
    "photo_name": pl.String,
    "photo_sha256": pl.String,
    "captured_at": pl.String,
    "capture_sha256": pl.String,  # null where the bundle does not tell its photo's source
    "crop": pl.String,  # orientation, left, top, width, height
    "further": pl.String,  # the derivatives' digests
}
"""One line per student whom a side holds."""

DIFFERENCES: dict[str, type[pl.DataType]] = {
    "change": pl.String,  # a key of CHANGES
    "student_no": pl.String,  # the newer one
    "name": pl.String,
    "detail": pl.String,  # of a photo, a key of DETAILS; of who was left out, state and reasons
    "table": pl.String,
    "column": pl.String,  # the table's own code
    "title": pl.String,
    "before": pl.String,
    "after": pl.String,
    "of": pl.String,  # the subject's column behind it
    "photo_before": pl.String,  # digests
    "photo_after": pl.String,
}
"""One line for everything in which two sides differ, by kind of change and student."""

CHANGES: dict[str, Text] = {
    "added": Text("新增", "added"),
    "removed": Text("移除", "removed"),
    "renumbered": Text("学号变更", "student no. changed"),
    "photo": Text("照片变更", "photo changed"),
    "text": Text("文字变更", "text changed"),
}
"""In the order in which they are told."""

DETAILS: dict[str, Text] = {
    "capture": Text("换了另一张原图", "another capture"),
    "crop": Text("同一张原图，裁切不同", "same capture, another crop"),
    "encoding": Text("同一张原图、同样裁切，仅压缩不同", "same capture and crop, only encoded differently"),
    "further": Text("照片相同，衍生图像不同", "same photo, other derivatives"),
    "unknown": Text("照片不同，来源不明", "another photo, of unknown source"),
}
"""What became of a photo."""
