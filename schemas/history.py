"""What the ledger told of students before a run: what the report shows beside what the run itself found."""

import polars as pl

HISTORY: dict[str, type[pl.DataType]] = {
    "student_no": pl.String,
    "at": pl.String,  # YYYY-MM-DD HH:MM, by the office's clock
    "kind": pl.String,  # of a run, a decision, a case or an approval (`schemas.titles.EVENTS`)
    "state": pl.String,  # how it left the student, where it did
    "codes": pl.String,  # `;` between several
    "bundle": pl.String,
    "because": pl.String,
    "by_whom": pl.String,
}
"""One line per student and event in the order of happening; runs that changed nothing are left out."""

NO_HISTORY = pl.DataFrame(schema=HISTORY)
