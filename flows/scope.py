"""Whose records a run may seal, and whose it does."""

from typing import NamedTuple

import polars as pl
from pydantic import SecretStr

from flows.freeze import AfterFreeze
from flows.past import Past
from outputs.provenance import MADE_FROM
from schemas.audit import EnrolmentState
from schemas.numbers import ISSUED
from schemas.photo import FACTS
from transforms.assessment import Assessment, record_digests
from transforms.numbering import Numbering

DIGESTS = ("record_sha256", "photo_sha256", "capture_sha256")
PLACE = [column for column in MADE_FROM if column in FACTS]
POST_CAPTURE, MAKEUP, DRY = "post-capture", "makeup", "-dry-run"


class Scope(NamedTuple):
    """Whose records a run may seal.

    `post-capture` seals whoever is new or changed, `makeup` only those who are in no bundle yet or have
    another photo; `students` narrows it to some; `full` seals everyone accepted again; `dry_run` seals
    nobody and leaves no entry. `after_freeze` is why something may be sealed after the freeze date,
    `by_whom` who seals; `withheld`, where somebody was asked and did not approve, seals nobody.
    """

    kind: str = POST_CAPTURE
    students: tuple[str, ...] = ()
    full: bool = False
    dry_run: bool = False
    after_freeze: AfterFreeze | None = None
    by_whom: SecretStr | None = None
    withheld: bool = False

    @property
    def label(self) -> str:
        """The kind of run as audit and ledger name it."""
        return f"{self.kind}{DRY}" if self.dry_run else self.kind


def numbering_of(past: Past, scope: Scope) -> Numbering:
    """The certificate numbers that a run begins with, and whom it may give new ones."""
    return Numbering(past.numbers, scope.students, is_supplement=scope.kind == MAKEUP)


def named_of(scope: Scope) -> tuple[str, ...]:
    """Who is called to a make-up by name."""
    return scope.students if scope.kind == MAKEUP else ()


def choose_new(assessed: Assessment, past: Past, scope: Scope) -> pl.DataFrame:
    """The accepted enrolments that this run is to seal, by student number, with the ledger's digests."""
    accepted = assessed.enrolments.filter(pl.col("state") == EnrolmentState.ACCEPTED)
    digests = record_digests(assessed.records, assessed.derivatives)
    shots = assessed.captures.select("capture_path", "taken_at", *PLACE, capture_sha256="sha256")
    before = past.sealed.select("student_no", pl.col(*DIGESTS).name.prefix("sealed_"))
    lines = (
        accepted.select("row", "student_no", "photo_name", "photo_sha256", "capture_path")
        .join(digests, on="row", how="left", validate="1:1", maintain_order="left")
        .join(shots, on="capture_path", how="left", validate="m:1", maintain_order="left")
        .join(before, on="student_no", how="left", validate="1:1", maintain_order="left")
    )
    numbered = pl.col("row").is_in(assessed.numbers.filter(pl.col("origin") == ISSUED)["row"].implode())
    return lines.filter(pl.col("photo_sha256").is_not_null() & _is_wanted(scope, numbered)).sort("student_no")


def _is_wanted(scope: Scope, numbered: pl.Expr) -> pl.Expr:
    """Whoever was given a certificate number is sealed, or it would be lost."""
    if scope.dry_run or scope.withheld:
        return pl.lit(False)
    digest = "capture_sha256" if scope.kind == MAKEUP else "record_sha256"
    is_sealed = pl.col("sealed_record_sha256").is_not_null()
    is_same = is_sealed & pl.col(f"sealed_{digest}").eq_missing(pl.col(digest))
    wanted = pl.lit(True) if scope.full else ~is_same
    meant = wanted & pl.col("student_no").is_in(list(scope.students)) if scope.students else wanted
    return meant | numbered
