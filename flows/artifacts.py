"""What Prefect is told of a run: counts and places, never a person."""

from prefect.artifacts import create_table_artifact

from flows.delivery import Outcome
from schemas.audit import Summary

COUNTED = (
    "expected", "accepted", "rejected", "missing", "locked", "ineligible", "captures", "used", "superseded",
    "quarantined", "orphan", "unreadable", "warnings", "sealed",
)  # fmt: skip


def publish_summary(outcome: Outcome) -> None:
    """The counts of a run as a Prefect artifact, keyed by campaign."""
    summary = outcome.summary
    create_table_artifact(
        key=f"regpack-{summary.campaign}",
        table=[counts(summary)],
        description=f"{summary.kind} {summary.run}",
    )


def counts(summary: Summary) -> dict[str, int | str]:
    """A summary's counts and the bundle's name."""
    return summary.model_dump(include=set(COUNTED)) | {"bundle": summary.bundle or ""}
