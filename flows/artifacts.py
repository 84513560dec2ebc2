"""What Prefect is told of a run: counts, reasons and places, never a person."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

from prefect.artifacts import create_link_artifact, create_progress_artifact, create_table_artifact
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import ArtifactUpdate

from flows.delivery import Outcome
from flows.settings import language
from outputs.report.figures import RankedReason, ranked_reasons
from schemas.audit import AuditFrames, Summary
from schemas.titles import SEVERITIES, STATES
from schemas.words import Text

_PEOPLE = ("accepted", "rejected", "missing", "locked", "ineligible")
_FILES = ("used", "superseded", "quarantined", "orphan", "unreadable")
COUNTED = {
    "expected": Text("应拍", "expected"), **{state: STATES[state] for state in _PEOPLE},
    "captures": Text("拍摄", "captures"), **{state: STATES[state] for state in _FILES},
    "warnings": Text("提醒", "warnings"), "sealed": Text("上报", "sealed"),
    "bundle": Text("上报包", "bundle"),
}  # fmt: skip
"""The counts of a summary, in the order in which they add up."""
RANKED = (
    Text("代码", "code"), Text("级别", "severity"), Text("原因", "reason"), Text("学生", "students"),
    Text("拍摄", "captures"), Text("处理办法", "what to do"),
)  # fmt: skip
"""What is told of each reason."""
EXAMINED = Text("已检查照片", "photos examined")
REPORT, BUNDLE = Text("核查报告", "report"), Text("上报包", "bundle")
EVERY_S = 2.0
"""How often Prefect is told how far the photos are, in seconds: each time costs it a request."""
HERE = Text("在处理数据的电脑上打开", "opens on the computer that ran it")


def publish_artifacts(outcome: Outcome, frames: AuditFrames) -> None:
    """A run's counts, its reasons, and where report and bundle lie, keyed by campaign."""
    summary, key = outcome.summary, key_of(outcome.summary.campaign)
    told = f"{summary.kind} {summary.run}"
    create_table_artifact(key=key, table=[counts(summary)], description=told)
    create_table_artifact(key=f"{key}-reasons", table=reasons(frames), description=told)
    _link(f"{key}-report", REPORT, outcome.audit / "report.html")
    for part, bundle in enumerate(outcome.bundles, start=1):
        _link(f"{key}-bundle" + f"-{part}" * (part > 1), BUNDLE, bundle.folder)


def key_of(campaign: str) -> str:
    """The key of a campaign's artifacts, of which Prefect keeps every version."""
    return f"regpack-{campaign}"


def counts(summary: Summary) -> dict[str, int | str]:
    """A summary's counts and the bundle's name, each under its word."""
    told = summary.model_dump(include=set(COUNTED))
    told["bundle"] = summary.bundle or ""
    return {word.say(language()): told[name] for name, word in COUNTED.items()}


def reasons(frames: AuditFrames) -> list[dict[str, int | str]]:
    """How many students and captures each reason concerns, the gravest and most frequent first."""
    return [
        dict(zip((word.say(language()) for word in RANKED), _told(each), strict=True))
        for each in ranked_reasons(frames)
    ]


def _told(reason: RankedReason) -> tuple[int | str, ...]:
    severity, message, fix = (
        text.say(language()) for text in (SEVERITIES[reason.severity], reason.message, reason.fix)
    )
    return reason.code, severity, message, reason.students, reason.captures, fix


def _link(key: str, what: Text, where: Path) -> None:
    create_link_artifact(
        key=key,
        link=where.resolve().as_uri(),
        link_text=what.say(language()),
        description=HERE.say(language()),
    )


@contextmanager
def shown_progress(campaign: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar in Prefect while photos are examined; the function yielded takes how many more are done."""
    done, told_at = 0, monotonic()
    bar = create_progress_artifact(0.0, key=f"{key_of(campaign)}-progress", description=_so_far(0, total))
    with get_client(sync_client=True) as client:  # Prefect's own update_progress_artifact leaves one open

        def examined(more: int) -> None:
            nonlocal done, told_at
            done += more
            if done < total and monotonic() < told_at + EVERY_S:
                return
            told_at = monotonic()
            update = ArtifactUpdate(data=100 * done / total, description=_so_far(done, total))
            client.update_artifact(bar, update)  # type: ignore[arg-type]  # here no coroutine

        yield examined


def _so_far(done: int, total: int) -> str:
    return f"{EXAMINED.say(language())} {done}/{total}"
