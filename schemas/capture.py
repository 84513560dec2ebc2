"""Captures and the log that was written beside them."""

import polars as pl

from schemas.photo import FACTS
from schemas.reasons import Reason

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
    "frame_hash": pl.String,
    "camera_body": pl.String,
    "is_resaved": pl.Boolean,
}
"""One line per capture file; `camera_name` is the folder it lies in.

`frame_hash` is what copies of the picture have in common (`transforms/frame_hash.py`), null if unreadable.
`camera_body` is make, model and serial number, as far as the file tells; `is_resaved` whether an editor wrote
it, null where it does not tell.
"""

MADE_BY: tuple[str, ...] = (
    "orientation", "crop_left_px", "crop_top_px", "crop_width_px", "crop_height_px", "scale", "quality",
    "encodes", "size_kb",
)  # fmt: skip
"""The facts that tell how a photo was made of its capture: cut out, scaled, encoded."""

PICTURES: dict[str, type[pl.DataType]] = {
    "sha256": pl.String,
    "frame_hash": pl.String,
    "photo_sha256": pl.String,
    **{fact: FACTS[fact] for fact in MADE_BY},
}
"""Of every capture file the frame's hash, null if unreadable, and the photo that could be made of it."""

PAST_PICTURES: dict[str, type[pl.DataType]] = {
    "student_no": pl.String,
    "campaign": pl.String,
    "camera_name": pl.String,
    "capture_sha256": pl.String,
    "photo_sha256": pl.String,
    "frame_hash": pl.String,
    "is_final": pl.Boolean,
}
"""Whose pictures earlier runs sealed or used; `is_final` if it was sealed, or used in another campaign."""

LINKS: dict[str, type[pl.DataType]] = {
    "capture_path": pl.String,
    "row": pl.UInt32,
    "code": pl.String,
    "evidence": pl.String,
    "supports": pl.String,
    "contradicts": pl.String,
}
"""One line per capture: the roster row it shows, or the reason why none; the evidence in Chinese.

`supports` names the kinds of evidence that speak for the link, `+` between them (KINDS and `order`), or is
`decision`; `contradicts` says what speaks against it, for whoever has to decide. Of a link that stands, that
can only be that its neighbours do not stand so in the roster.
"""

LOG_FILE, MOMENT, FILE_NAME, ORDER, DECISION = "log_file", "moment", "file_name", "order", "decision"
KINDS = (LOG_FILE, MOMENT, FILE_NAME)
"""Evidence that can make a link: a log line names the file, the shot followed the reading, the file is named
after the student. That neighbours stand in the roster's order only adds to it. A person's `decision` stands
in place of all of them."""

NOBODYS = (Reason.NO_EVIDENCE, Reason.STRANGER)
"""The reasons of captures that belong to nobody on the roster; any other puts a capture in quarantine."""

CLAIMS: dict[str, type[pl.DataType]] = {
    "capture_path": pl.String,
    "claim": pl.String,
    "kind": pl.String,
    "says": pl.String,
}
"""One line per capture and piece of evidence; `claim` identifies what makes one statement about who it is.

A kind that is none of KINDS is an objection: it fits nobody.
"""

SLIPS: dict[str, pl.DataType | type[pl.DataType]] = {
    "camera_name": pl.String,
    "starts_at": pl.Datetime("ms"),  # on the reader's clock
    "ends_at": pl.Datetime("ms"),
    "shift": pl.Int32,
    "captures": pl.UInt32,
    "capture_path": pl.String,  # the first
}
"""One line per run of captures that are named after whoever stood `shift` places further on in the log."""
