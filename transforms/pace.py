"""How fast a camera worked, and which slots of the timetable are too short for it."""

import polars as pl

from schemas.audit import CaptureState
from schemas.reasons import Reason
from schemas.rules_of_day import Timetable
from transforms.schedule_findings import place

LINKED = (CaptureState.USED.value, CaptureState.SUPERSEDED.value)
TURN = ["camera_name", "day"]


def turns(captures: pl.DataFrame) -> pl.DataFrame:
    """When each student's turn at a camera began on a day, and `gap_s`: the seconds since the last one's.

    A turn begins with the student's first shot there, so that retakes belong to it.
    """
    shots = captures.filter(pl.col("state").is_in(LINKED)).drop_nulls(["row", "taken_at"])
    first = shots.with_columns(day=pl.col("taken_at").dt.date()).sort("taken_at", "capture_path")
    begun = first.unique([*TURN, "row"], keep="first", maintain_order=True)
    return begun.sort(*TURN, "taken_at", "row").select(
        *TURN, "row", gap_s=pl.col("taken_at").diff().over(TURN).dt.total_milliseconds() / 1000
    )


def day_paces(begun: pl.DataFrame, rules: Timetable) -> pl.DataFrame:
    """`camera_name`, `day`, `pace_s`: the median seconds a student, where enough turns (`begun`) tell.

    Of a camera that waited for students it is what one takes at most.
    """
    pace_s = pl.col("gap_s").median().clip(upper_bound=rules.pace_max_s.value)
    paces = begun.group_by(TURN, maintain_order=True).agg(pace_s=pace_s, turns=pl.col("gap_s").count())
    return paces.filter((pl.col("turns") >= rules.pace_turns_min.value) & (pl.col("pace_s") > 0)).drop(
        "turns"
    )


def session_paces(begun: pl.DataFrame, sessions: pl.DataFrame) -> pl.DataFrame:
    """`session_id` and `pace_s`: the median seconds between two students of the session in succession."""
    told = begun.join(sessions, on="row", how="left", validate="m:1", maintain_order="left")
    is_next = pl.col("session_id") == pl.col("session_id").shift(1).over(TURN)
    within = told.filter(is_next).drop_nulls("gap_s")
    return within.group_by("session_id", maintain_order=True).agg(pace_s=pl.col("gap_s").median().round(1))


def slots_too_short(
    schedule: pl.DataFrame, held: pl.DataFrame, paces: pl.DataFrame, rules: Timetable
) -> pl.DataFrame:
    """Sessions too short for their head count at the pace of the room's cameras that day (`held`: stations).

    Where no pace is known, one camera is taken to work as fast as the profile says.
    """
    measured = held.select("session_id", "camera_name", day="held_on").join(
        paces, on=TURN, how="inner", validate="m:1", maintain_order="left"
    )
    rates = measured.group_by("session_id").agg(per_s=(1 / pl.col("pace_s")).sum())
    length = (pl.col("ends_at").cast(pl.Int64) - pl.col("starts_at").cast(pl.Int64)) / 1e9
    timed = schedule.join(rates, on="session_id", how="left", validate="1:1", maintain_order="left")
    pace_s = 1 / pl.col("per_s").fill_null(1 / rules.pace_s.value)
    judged = timed.with_columns(length_s=length, pace_s=pace_s).with_columns(
        need_s=pl.col("expected") * pl.col("pace_s")
    )
    short = judged.filter((pl.col("length_s") > 0) & (pl.col("need_s") > pl.col("length_s"))).sort("row")
    minutes = [((pl.col(name) / 6).ceil() / 10).round(1) for name in ("length_s", "need_s")]
    return short.select(
        code=pl.lit(Reason.SLOT_TOO_SHORT.value), column=pl.lit("expected"),
        seen=pl.format("{}: {} 人，{} 分钟", place(), "expected", minutes[0]),
        limit=pl.format("≥ {} 分钟（每人 {} 秒）", minutes[1], pl.col("pace_s").round(1)),
        sheet_row="row", input=pl.lit("schedule"),
    )  # fmt: skip
