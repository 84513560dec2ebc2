"""What people decided, and what becomes of it: waived findings, released captures, and what was not used."""

from collections.abc import Mapping
from datetime import date

import polars as pl

from schemas.audit import CaptureState
from schemas.capture import DECISION
from schemas.decisions import (
    CHOOSE,
    CROP,
    CROP_COLUMNS,
    DECISION_KINDS,
    REJECT,
    RELEASE,
    RETAKE,
    SETTLING,
    WAIVE,
)
from schemas.reasons import Reason, Severity
from transforms.crop import Box
from transforms.linking import Linked
from transforms.reconcile import used_captures
from transforms.validation import as_findings, severity_of

UNMADE = "photo_sha256"
"""The column of findings that there is no photo at all: nobody can waive that."""

Decided = pl.DataFrame
"""The decisions that stand (DECISIONS) with `row`, null where no single roster row has the student number."""


def standing(decisions: pl.DataFrame) -> pl.DataFrame:
    """The decisions that have the last word and were not withdrawn, in the order in which they were made.

    A later waiver of the same reason, choice for the same student or release of the same capture replaces the
    earlier one for good: it does not come back when the later one is withdrawn. A retake asked for and a
    choice replace each other.
    """
    made = decisions.filter(pl.col("kind").is_in(SETTLING)).sort("decision_id")
    subject = (
        pl.when(pl.col("kind") == WAIVE).then(pl.format("waive/{}/{}", "student_no", "code"))
        .when(pl.col("kind").is_in([CHOOSE, RETAKE])).then(pl.format("shot/{}", "student_no"))
        .when(pl.col("kind") == REJECT).then(pl.format("reject/{}", "student_no"))
        .when(pl.col("kind") == CROP).then(pl.format("crop/{}", "capture_sha256"))
        .otherwise(pl.format("release/{}", "capture_sha256"))
    )  # fmt: skip
    last = made.with_columns(subject=subject).unique("subject", keep="last", maintain_order=True)
    withdrawn = decisions["withdraws"].drop_nulls()
    return last.filter(~pl.col("decision_id").is_in(withdrawn.implode())).drop("subject")


def decided_of(decisions: pl.DataFrame, roster: pl.DataFrame) -> Decided:
    """The decisions that stand, each with the roster row of its student."""
    return standing(decisions).join(
        single_rows(roster), on="student_no", how="left", validate="m:1", maintain_order="left"
    )


def single_rows(roster: pl.DataFrame) -> pl.DataFrame:
    """`student_no` and `row` of the student numbers that stand in one row alone."""
    single = pl.len().over("student_no") == 1
    return roster.select("student_no", "row").drop_nulls("student_no").filter(single)


def is_valid(today: date) -> pl.Expr:
    """Whether a decision still counts on a day."""
    return pl.col("valid_until").is_null() | (pl.col("valid_until") >= today)


# -- releases ------------------------------------------------------------------------------------------------


def release_links(linked: Linked, captures: pl.DataFrame, decided: Decided) -> Linked:
    """Captures that a person released belong to the enrolment named, and to no other."""
    released = _released(captures, decided)
    links = linked.links.join(
        released, on="capture_path", how="left", validate="1:1", maintain_order="left"
    ).with_columns(row=pl.coalesce("released_row", "row"))
    is_released = pl.col("released_row").is_not_null()
    says = pl.concat_str("evidence", "says", separator="；", ignore_nulls=True)
    is_told = pl.col("evidence").str.contains(pl.col("says"), literal=True).fill_null(False)
    told = links.with_columns(
        code=pl.when(~is_released).then("code"),
        evidence=pl.when(is_released & ~is_told).then(says).otherwise("evidence"),
        supports=pl.when(is_released).then(pl.lit(DECISION)).otherwise("supports"),
        contradicts=pl.when(~is_released).then("contradicts"),
    )
    others = linked.candidates.join(released, on="capture_path", how="anti", maintain_order="left")
    ours = released.select("capture_path", row="released_row")
    candidates = pl.concat([others, ours]).sort("capture_path", "row")
    return linked._replace(links=told.select(linked.links.columns), candidates=candidates)


def _released(captures: pl.DataFrame, decided: Decided) -> pl.DataFrame:
    """`capture_path` and `released_row` of every released capture, and what it `says` of the person."""
    releases = decided.filter((pl.col("kind") == RELEASE) & pl.col("row").is_not_null()).select(
        sha256="capture_sha256", released_row="row", says=pl.format("由 {} 认定：{}", "by_whom", "because")
    )
    shots = captures.select("capture_path", "sha256")
    return shots.join(releases, on="sha256", how="inner", validate="m:1", maintain_order="left").drop(
        "sha256"
    )


# -- waivers -------------------------------------------------------------------------------------------------


def waive(shots: pl.DataFrame, owners: pl.DataFrame, decided: Decided, today: date) -> pl.DataFrame:
    """Photo findings with those that a person accepted as `info`, and who did so and why as `waived`.

    `owners` has capture_path, sha256 and row of every linked capture. A waiver holds for the capture that the
    person looked at, in the hands of the student named, and only for reasons that the catalogue lets waive.
    A release settles that two detectors disagree. That there is no photo is found afterwards, and stays.
    """
    accepted = pl.concat([_waivers(decided, today), _seen_by_release(decided)])
    lines = shots.drop("waived").join(
        owners.select("capture_path", "sha256", owner="row"),
        on="capture_path", how="left", validate="m:1", maintain_order="left",
    )  # fmt: skip
    told = lines.join(
        accepted, on=["owner", "sha256", "code"], how="left", validate="m:1", maintain_order="left"
    )
    stands = pl.col("waived").is_not_null()
    severity = pl.when(stands).then(pl.lit(Severity.INFO.value)).otherwise("severity")
    return as_findings(told.with_columns(severity=severity))


def _waivers(decided: Decided, today: date) -> pl.DataFrame:
    waivable = [reason.value for reason in Reason if reason.waivable]
    is_waiver = (pl.col("kind") == WAIVE) & pl.col("row").is_not_null()
    valid = is_waiver & pl.col("code").is_in(waivable) & is_valid(today)
    until = pl.format("，至 {}", pl.col("valid_until").dt.to_string("%Y-%m-%d")).fill_null("")
    return decided.filter(valid).select(
        owner="row", sha256="capture_sha256", code="code",
        waived=pl.format("{} 豁免：{}{}", "by_whom", "because", until),
    )  # fmt: skip


def _seen_by_release(decided: Decided) -> pl.DataFrame:
    return decided.filter((pl.col("kind") == RELEASE) & pl.col("row").is_not_null()).select(
        owner="row", sha256="capture_sha256", code=pl.lit(Reason.DETECTORS_DISAGREE.value),
        waived=pl.format("{} 看图放行：{}", "by_whom", "because"),
    )  # fmt: skip


# -- who stays out -------------------------------------------------------------------------------------------


def again_findings(
    decided: Decided, owners: pl.DataFrame, severities: Mapping[str, Severity]
) -> pl.DataFrame:
    """That a person asked for a retake: for every shot that there was then, in the hands of that student."""
    asked = _made(decided, RETAKE).select("row", "because", sha256="shots").explode("sha256")
    shots = owners.select("capture_path", "sha256", "row").drop_nulls()
    told = shots.join(asked, on=["row", "sha256"], how="inner", validate="m:1", maintain_order="left")
    return _kept_out(told.drop("row"), Reason.RETAKE_ASKED, severities)


def out_findings(decided: Decided, used: pl.Series, severities: Mapping[str, Severity]) -> pl.DataFrame:
    """Whom a person rejected, and who is to come again and has no shot in use; `used` has rows that do."""
    again = _made(decided, RETAKE).filter(~pl.col("row").is_in(used.implode()))
    return pl.concat([
        _kept_out(_made(decided, REJECT), Reason.REJECTED_BY_PERSON, severities),
        _kept_out(again, Reason.RETAKE_ASKED, severities),
    ])  # fmt: skip


def _made(decided: Decided, kind: str) -> pl.DataFrame:
    """The decisions of a kind whose student is in the roster."""
    return decided.filter((pl.col("kind") == kind) & pl.col("row").is_not_null())


def _kept_out(told: pl.DataFrame, reason: Reason, severities: Mapping[str, Severity]) -> pl.DataFrame:
    code = pl.lit(reason.value)
    kept = told.select(pl.col("^row|student_no|capture_path$"), seen="because")
    return as_findings(
        kept.with_columns(code=code, severity=severity_of(code, severities), column=pl.lit("decision"))
    )


# -- crops ---------------------------------------------------------------------------------------------------


def boxes_of(decisions: pl.DataFrame) -> dict[str, Box]:
    """Where people placed the crop of captures, by content, as far as those decisions stand."""
    placed = standing(decisions).filter(pl.col("kind") == CROP)
    lines = placed.select("capture_sha256", *CROP_COLUMNS).iter_rows()
    return {sha256: Box(left, top, width) for sha256, left, top, width in lines}


# -- what was not used ---------------------------------------------------------------------------------------


def decision_findings(
    decided: Decided,
    captures: pl.DataFrame,
    shots: pl.DataFrame,
    *,
    sealed: pl.DataFrame,
    severities: Mapping[str, Severity],
    today: date,
) -> pl.DataFrame:
    """Every decision that did not do what it was made for, and why.

    `captures` are settled (capture_path, sha256, row, state), `shots` their photo findings, `sealed` the row
    and sha256 of every delivered photo: a decision about one that is not here any more was used then.
    """
    told = _with_places(decided, captures, sealed).with_columns(holds=_holds(captures, shots))
    lines = told.with_columns(code=_unused(today), about=_about()).drop_nulls("code")
    findings = lines.select(
        "row", "student_no", "code", capture_path="used_path", column=pl.lit("decision"), seen="about",
        severity=severity_of(pl.col("code"), severities),
    )  # fmt: skip
    return as_findings(findings)


def _with_places(decided: Decided, captures: pl.DataFrame, sealed: pl.DataFrame) -> pl.DataFrame:
    """Decisions with whether their capture `is_here`, in which states as the student's, and what is used."""
    here = captures.group_by("sha256", maintain_order=True).agg(
        is_here=pl.lit(True).first(), owners=pl.col("row"), states=pl.col("state")
    )
    used = used_captures(captures, "row", **_FACTS_OF_CROP, used_path="capture_path", used_sha256="sha256")
    delivered = sealed.select("row", capture_sha256="sha256", was_sealed=pl.lit(True)).unique()
    return (
        decided.rename({"code": "waived_code"})
        .join(here, left_on="capture_sha256", right_on="sha256", how="left", validate="m:1",
              maintain_order="left")
        .join(used, on="row", how="left", validate="m:1", maintain_order="left")
        .join(delivered, on=["row", "capture_sha256"], how="left", validate="m:1", maintain_order="left")
        .with_columns(pl.col("is_here", "was_sealed").fill_null(False))
    )  # fmt: skip


def _holds(captures: pl.DataFrame, shots: pl.DataFrame) -> pl.Expr:
    """Whether the used photo of a decision's student has the reason waived."""
    used = used_captures(captures, "capture_path", "row")
    found = shots.select("capture_path", "code").join(
        used, on="capture_path", how="inner", validate="m:1", maintain_order="left"
    )
    pairs = found.select(pl.format("{}/{}", "row", "code")).to_series()
    return pl.format("{}/{}", "row", "waived_code").is_in(pairs.implode()).fill_null(False)


def _unused(today: date) -> pl.Expr:
    """Why a decision was not used; null where it was."""
    is_waiver, is_choice = pl.col("kind") == WAIVE, pl.col("kind") == CHOOSE
    is_seen = pl.col("used_sha256").eq_missing(pl.col("capture_sha256"))
    usable = [CaptureState.USED.value, CaptureState.SUPERSEDED.value]
    wanted = pl.when(is_choice).then(is_seen).otherwise(_is_owned(usable))
    idle = pl.when(pl.col("holds")).then(None).otherwise(pl.lit(Reason.WAIVER_IDLE.value))
    unplaced = pl.when(is_seen & _is_elsewhere()).then(pl.lit(Reason.CROP_UNUSED.value))
    waiver = (
        pl.when(is_seen & pl.col("holds") & ~is_valid(today)).then(pl.lit(Reason.WAIVER_EXPIRED.value))
        .when(is_seen).then(idle)
        .when(pl.col("holds")).then(pl.lit(Reason.WAIVER_OF_ANOTHER.value))
        .otherwise(pl.lit(Reason.WAIVER_IDLE.value))
    )  # fmt: skip
    return (
        pl.when(pl.col("row").is_null()).then(pl.lit(Reason.DECISION_OF_NOBODY.value))
        .when(pl.col("kind").is_in([REJECT, RETAKE])).then(None)
        .when(~pl.col("is_here") & pl.col("was_sealed")).then(None)
        .when(~pl.col("is_here")).then(pl.lit(Reason.DECISION_WITHOUT_CAPTURE.value))
        .when(is_waiver).then(waiver)
        .when(pl.col("kind") == CROP).then(unplaced)
        .when(~wanted).then(pl.lit(Reason.DECISION_UNUSABLE.value))
    )  # fmt: skip


_FACTS_OF_CROP = {f"used_{name}": name for name in CROP_COLUMNS}
_NEAR = 0.01
"""Crops that differ by less of their width show the same: whole pixels of a reduced source lie between."""


def _is_elsewhere() -> pl.Expr:
    """Whether the used photo's crop is not where a person placed it."""
    apart = ((pl.col(f"used_{name}").fill_null(float("inf")) - pl.col(name)).abs() for name in CROP_COLUMNS)
    return pl.max_horizontal(*apart) > _NEAR * pl.col("crop_width_px")


def _is_owned(states: list[str]) -> pl.Expr:
    """Whether every file of a decision's capture is the student's, in one of these states."""
    owned = pl.col("owners").list.eval(pl.element().drop_nulls()).list.unique().list.len() == 1
    is_students = pl.col("owners").list.first() == pl.col("row")
    return (
        owned & is_students & pl.col("states").list.eval(pl.element().is_in(states)).list.all()
    ).fill_null(False)


def _about() -> pl.Expr:
    """A decision in a few words: `豁免 P340，第 3 号决定`."""
    words = {kind: text.zh for kind, text in DECISION_KINDS.items()}
    code = pl.format(" {}", "waived_code").fill_null("")
    return pl.format("{}{}，第 {} 号决定", pl.col("kind").replace_strict(words), code, "decision_id")
