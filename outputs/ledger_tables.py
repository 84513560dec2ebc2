"""The ledger's tables: facts that are only ever added. No names and no ID numbers stand in them."""

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    column,
    table,
)

METADATA = MetaData()

RUNS = Table(
    "runs",
    METADATA,
    Column("run_id", Integer, primary_key=True),  # the order of recording, whatever the clock says
    Column("campaign", String, nullable=False, index=True),
    Column("run", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("profile", String, nullable=False),
    Column("started_at", String, nullable=False),  # ISO 8601, as in summary.json
    Column("finished_at", String, nullable=False),
    Column("expected", Integer, nullable=False),
    Column("accepted", Integer, nullable=False),
    Column("rejected", Integer, nullable=False),
    Column("missing", Integer, nullable=False),
    Column("ineligible", Integer, nullable=False),
    Column("locked", Integer, nullable=False),
    Column("captures", Integer, nullable=False),
    Column("sealed", Integer, nullable=False),
    Column("bundle", String),
    Column("engine", String),  # what made the photos; null in runs from before it was told
    UniqueConstraint("campaign", "run"),
)

RUN_INPUTS = Table(
    "run_inputs",
    METADATA,
    Column("run_id", ForeignKey("runs.run_id"), primary_key=True),
    Column("input", String, primary_key=True),  # roster, schedule, captures …
    Column("sha256", String, nullable=False),
)

LEDGER_KEYS = Table(
    "ledger_keys",
    METADATA,
    Column("key_id", Integer, primary_key=True, autoincrement=False),  # 1: a ledger has one key
    Column("check_value", String, nullable=False),  # tells the key from another, and tells nothing else
)

RUN_ENROLMENTS = Table(
    "run_enrolments",
    METADATA,
    Column("run_id", ForeignKey("runs.run_id"), primary_key=True),
    Column("row", Integer, primary_key=True, autoincrement=False),
    Column("student_no", String, index=True),
    Column("unit_name", String),
    Column("state", String, nullable=False),
    Column("codes", String),
    Column("capture_sha256", String),
    Column("photo_sha256", String),
    Column("bundle", String),
    Column(
        "document_hash", String, index=True
    ),  # `ledger_identity`; null in runs from before there was a key
    Column("document_masked", String),
)

RUN_CAPTURES = Table(
    "run_captures",
    METADATA,
    Column("run_id", ForeignKey("runs.run_id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("capture_path", String, nullable=False),  # ID numbers in it masked
    Column("camera_name", String),
    Column("taken_at", DateTime),
    Column("sha256", String),
    Column("state", String, nullable=False),
    Column("row", Integer),
    Column("student_no", String, index=True),
    Column("evidence", String),
    Column("codes", String),
    Column("supports", String),  # the kinds of evidence for the link, `+` between them
    Column("contradicts", String),
    Column("photo_sha256", String),  # with capture and engine, a row of `photos`
)

PHOTOS = Table(
    "photos",
    METADATA,
    Column("capture_sha256", String, primary_key=True),
    Column("engine", String, primary_key=True),
    Column("profile", String, nullable=False),
    Column("photo_sha256", String, primary_key=True),  # another one where a person placed the crop
    Column("orientation", Integer),  # EXIF, applied before the crop
    *(Column(f"crop_{part}_px", Float) for part in ("left", "top", "width", "height")),  # upright source
    Column("scale", Float),  # delivered pixels per source pixel
    Column("quality", Integer),  # JPEG, as libjpeg counts
    Column("encodes", Integer),  # 0 where the source's own data was delivered
    Column("size_kb", Float),  # of 1,000 bytes
)

RUN_CORRECTIONS = Table(
    "run_corrections",
    METADATA,
    Column("run_id", ForeignKey("runs.run_id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("file", String),
    Column("sheet", String),
    Column("row", Integer),
    Column("student_no", String, index=True),
    Column("column", String),  # the sheet's own header
    Column("before", String),  # values only of columns that are not personal
    Column("after", String),
    Column("by_whom", String),
    Column("because", String),  # ID numbers masked
    Column("asked_in", String),  # the file of corrections, and its line
    Column("line", Integer),
)

FRAME_HASHES = Table(
    "frame_hashes",
    METADATA,
    Column("sha256", String, primary_key=True),  # of a capture, in whatever runs
    Column("frame_hash", String, nullable=False),
)

RUN_FINDINGS = Table(
    "run_findings",
    METADATA,
    Column("run_id", ForeignKey("runs.run_id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("row", Integer),
    Column("student_no", String, index=True),
    Column("capture_path", String),
    Column("code", String, nullable=False, index=True),
    Column("severity", String, nullable=False),
    Column("column", String),
    Column("seen", String),  # only of columns that are not personal
    Column("limit", String),
    Column("waived", String),  # who accepted it and why; ID numbers masked
)

DECISIONS = Table(
    "decisions",
    METADATA,
    Column("decision_id", Integer, primary_key=True),  # the order in which they were made
    Column("campaign", String, nullable=False, index=True),
    Column("decided_at", String, nullable=False),  # ISO 8601, UTC
    Column("kind", String, nullable=False),  # of `schemas.decisions.DECISION_KINDS`
    Column("student_no", String),
    Column("code", String),
    Column("capture_sha256", String),
    Column("by_whom", String, nullable=False),
    Column("because", String, nullable=False),  # ID numbers masked
    Column("valid_until", String),  # ISO date: the last day on which it counts
    Column("withdraws", ForeignKey("decisions.decision_id")),
)

DECISION_CROPS = Table(
    "decision_crops",
    METADATA,
    Column("decision_id", ForeignKey("decisions.decision_id"), primary_key=True, autoincrement=False),
    *(
        Column(f"crop_{part}_px", Float, nullable=False) for part in ("left", "top", "width")
    ),  # upright source
)

DECISION_SHOTS = Table(
    "decision_shots",
    METADATA,
    Column("decision_id", ForeignKey("decisions.decision_id"), primary_key=True),  # that asked for a retake
    Column("sha256", String, primary_key=True),  # a capture of the student that there was then
)

BUNDLES = Table(
    "bundles",
    METADATA,
    Column("bundle_id", Integer, primary_key=True),
    Column("campaign", String, nullable=False),
    Column("name", String, nullable=False),
    Column("number", Integer, nullable=False),
    Column("run_id", ForeignKey("runs.run_id"), nullable=False),
    Column("archive_sha256", String, nullable=False),
    Column("sealed", Integer, nullable=False),
    Column("supplements", String),
    Column("part", Integer),  # from 1, where the run sealed several; null where it is whole
    Column("parts", Integer),
    UniqueConstraint("campaign", "name"),
    UniqueConstraint("campaign", "number"),
)

BUNDLE_SEALS = Table(
    "bundle_seals",
    METADATA,
    Column("bundle_id", ForeignKey("bundles.bundle_id"), primary_key=True, autoincrement=False),
    Column("tag_manifest_sha256", String, nullable=False),  # stands for every byte of the bag
    Column("signing_key", String),  # the fingerprint of the key that signed it
    Column("by_whom", String),  # who was said to seal it
    Column("account", String),  # the account of the machine that did
)

BUNDLE_RECORDS = Table(
    "bundle_records",
    METADATA,
    Column("bundle_id", ForeignKey("bundles.bundle_id"), primary_key=True),
    Column("student_no", String, primary_key=True),
    Column("record_sha256", String, nullable=False),
    Column("photo_sha256", String, nullable=False),
    Column("capture_sha256", String),
    Column("position", Integer),  # among the records, as the bundle's tables have them, from 1
    Column("photo_name", String),  # masked, unless it is the student number
)

CERTIFICATE_NUMBERS = Table(
    "certificate_numbers",
    METADATA,
    Column("number_id", Integer, primary_key=True),
    Column("school_code", String, nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("number", String, nullable=False),
    Column("student_no", String, nullable=False),
    Column("level_name", String),
    Column("conclusion", String),  # when it was first sealed
    Column("is_issued", Boolean, nullable=False),  # by regpack; false for the school's own
    Column("bundle_id", ForeignKey("bundles.bundle_id"), nullable=False),  # the first that holds it
    UniqueConstraint("school_code", "kind", "number"),
)

_ENROLMENT = [CERTIFICATE_NUMBERS.c[name] for name in ("school_code", "kind", "student_no", "level_name")]
_IS_ISSUED = CERTIFICATE_NUMBERS.c.is_issued
Index("one_issued_number", *_ENROLMENT, unique=True, sqlite_where=_IS_ISSUED, postgresql_where=_IS_ISSUED)

FEEDBACK_LISTS = Table(
    "feedback_lists",
    METADATA,
    Column("list_id", Integer, primary_key=True),  # the order of reading
    Column("campaign", String, nullable=False),
    Column("kind", String, nullable=False),  # of `schemas.feedback.CASE_KINDS`
    Column("read_at", String, nullable=False),  # ISO 8601, UTC
    Column("source_sha256", String, nullable=False),
    Column("lines", Integer, nullable=False),
    UniqueConstraint("campaign", "kind", "source_sha256"),
)

PLATFORM_STUDENTS = Table(
    "platform_students",
    METADATA,
    Column("list_id", ForeignKey("feedback_lists.list_id"), primary_key=True),
    Column("student_no", String, primary_key=True),  # who stands in a list of the platform
)

REGISTRATIONS = Table(
    "registrations",
    METADATA,
    Column("campaign", String, primary_key=True),
    Column("student_no", String, primary_key=True),
    Column("list_id", ForeignKey("feedback_lists.list_id"), nullable=False),  # the first that said so
)

CASES = Table(
    "cases",
    METADATA,
    Column("case_id", Integer, primary_key=True),
    Column("campaign", String, nullable=False, index=True),
    Column("opened_at", String, nullable=False),  # ISO 8601, UTC
    Column("kind", String, nullable=False),
    Column("student_no", String, nullable=False, index=True),
    Column("code", String, nullable=False),
    Column("due_on", String),  # ISO date
    Column("said", String),  # ID numbers and the student's name masked
    Column("source_sha256", String),  # the list; null for a case opened by hand
)

CASE_ENDS = Table(
    "case_ends",
    METADATA,
    Column("case_id", ForeignKey("cases.case_id"), primary_key=True, autoincrement=False),
    Column("closed_at", String, nullable=False),  # ISO 8601, UTC
    Column("how", String, nullable=False),  # of `schemas.feedback.CASE_ENDS`
    Column("bundle", String),  # that holds the new photo
    Column("source_sha256", String),  # the list without the flag
    Column("by_whom", String),
    Column("because", String),  # ID numbers masked
)

APPROVALS = Table(
    "approvals",
    METADATA,
    Column("approval_id", Integer, primary_key=True),
    Column("campaign", String, nullable=False, index=True),
    Column("run", String, nullable=False),  # by name: it may fail after the answer
    Column("answered_at", String, nullable=False),  # ISO 8601, UTC
    Column("answer", String, nullable=False),  # of `schemas.approvals`
    Column("by_whom", String),
    Column("because", String),  # ID numbers masked
)

PURGES = Table(
    "purges",
    METADATA,
    Column("purge_id", Integer, primary_key=True),
    Column("campaign", String, nullable=False, index=True),
    Column("begun_at", String, nullable=False),  # ISO 8601, UTC
    Column("by_whom", String, nullable=False),
    Column("because", String),  # ID numbers masked
    Column("retain_until", String),  # ISO date, as the campaign file had it
)

PURGED_ROWS = Table(
    "purged_rows",
    METADATA,
    Column("purge_id", ForeignKey("purges.purge_id"), primary_key=True, autoincrement=False),
    Column("table_name", String, primary_key=True),
    Column("rows", Integer, nullable=False),  # in which something personal was erased
)

PURGE_ENDS = Table(
    "purge_ends",
    METADATA,
    Column("purge_id", ForeignKey("purges.purge_id"), primary_key=True, autoincrement=False),
    Column("ended_at", String, nullable=False),  # ISO 8601, UTC
    Column("certificate_sha256", String, nullable=False),
)

CURRENT_RECORDS = table(
    "current_records",
    *(column(name, String) for name in ("campaign", "student_no", "bundle")),
    *(column(name, String) for name in ("record_sha256", "photo_sha256", "capture_sha256")),
)
"""A view: the record of every student in the last bundle that holds one."""

CURRENT_ENROLMENTS = table(
    "current_enrolments",
    *(column(name, String) for name in ("campaign", "student_no", "unit_name", "run", "state")),
)
"""A view: how every student ended the latest run that knew them."""
