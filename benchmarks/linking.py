"""Captures linked to enrolments: regpack against the join that a good script makes with pandas.

Sessions of 300, one camera each, whose clock is off by up to twenty seconds. In every other session the log
names the files. The script joins the log by file name, else the last card read before the shot
(`merge_asof`), and keeps the latest shot of each; it believes the clocks, and nothing that it finds makes it
doubt. Each way has a process of its own.
"""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import polars as pl

from benchmarks.memory import status_mb
from flows.drill.assumptions import Spread, assumptions
from flows.profiles import read_profile
from schemas.capture import CAPTURE_FILES, CAPTURE_LOG
from schemas.roster import ROSTER
from transforms.linking import link

SEED = 5
SESSION = 300
SCALES = (1_000, 10_000, 100_000)
OFF_S = 20.0
FIRST_ROW = 2


class Hall(NamedTuple):
    """What the sessions leave behind; the capture of place n shows the enrolment of place n."""

    captures: pl.DataFrame
    log: pl.DataFrame
    roster: pl.DataFrame


class Cost(NamedTuple):
    """What a way took: seconds, its peak memory, and how many captures it linked, rightly and wrongly."""

    wall_s: float
    memory_mb: float
    right: int
    wrong: int


def main(scales: tuple[int, ...] = SCALES) -> None:
    """Print a line for each way and number of captures; the ratio is of pandas' time to regpack's."""
    print("\nLinking: captures to as many enrolments, in sessions of 300")
    print(f"{'captures':>10}  {'way':10}{'time':>9}{'memory':>10}{'captures/s':>12}{'right':>9}{'wrong':>8}")
    for count in scales:
        costs = {name: measured(name, count) for name in WAYS}
        for name, cost in costs.items():
            ratio = "" if name == "regpack" else f"{cost.wall_s / costs['regpack'].wall_s:>8.2f} x time"
            speed = f"{cost.wall_s:>7.2f} s{cost.memory_mb:>7.0f} MB{count / cost.wall_s:>12,.0f}"
            print(f"{count:>10,}  {name:10}{speed}{cost.right:>9,}{cost.wrong:>8,}{ratio}", flush=True)


def measured(name: str, count: int) -> Cost:
    """One way over so many captures, in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
        return alone.submit(_measured, name, count).result()


def _measured(name: str, count: int) -> Cost:
    given = [held(part) for part in hall(count)] if name == "pandas" else hall(count)
    begun = time.perf_counter()
    linked = WAYS[name](*given)
    spent, memory = time.perf_counter() - begun, status_mb("VmHWM")
    return Cost(spent, memory, *counted(linked))


def counted(linked: pl.DataFrame) -> tuple[int, int]:
    """How many of `capture_path` and `row` are right and wrong: a path ends in the enrolment's place."""
    place = pl.col("capture_path").str.extract(r"(\d+)\.JPG$").cast(pl.UInt32)
    is_right = linked.drop_nulls("row").select(pl.col("row") == place + FIRST_ROW).to_series()
    right = int(is_right.sum())
    return right, linked["row"].count() - right


def held(frame: pl.DataFrame) -> pd.DataFrame:
    """The same as pandas holds it."""
    filled = [name for name in frame.columns if frame[name].null_count() < frame.height]
    return pd.DataFrame({name: frame[name].to_numpy() for name in filled})


# -- the data ------------------------------------------------------------------------------------------------


def hall(count: int) -> Hall:
    """So many enrolments, a card and a shot of each."""
    rng, pace, place = np.random.default_rng(SEED), assumptions().pace, np.arange(count)
    session = place // SESSION
    cards = drawn(pace.between_cards, count, rng).cumsum()
    cards -= cards[session * SESSION]
    shots = (
        cards + drawn(pace.card_to_shot, count, rng) + rng.uniform(-OFF_S, OFF_S, session[-1] + 1)[session]
    )
    padded = pl.col("place").cast(pl.String).str.zfill(9)
    known = pl.DataFrame({"place": place, "session": session, "card": cards, "shot": shots}).with_columns(
        row=(pl.col("place") + FIRST_ROW).cast(pl.UInt32),
        camera_name=pl.format("E{}", "session"),
        document_no=pl.concat_str(pl.lit("G"), padded),
        student_no=pl.concat_str(pl.lit("401"), padded),
        file_name=pl.format("DSC_{}.JPG", padded),
        logged_at=moment("card"),
        taken_at=moment("shot"),
    )
    files = known.with_columns(
        capture_path=pl.format("{}/{}", "camera_name", "file_name"),
        sha256=pl.concat_str(pl.lit("0" * 55), padded),
    )
    named = pl.when(pl.col("session") % 2 == 0).then("file_name")
    lines = known.with_columns(line="row", file_name=named).drop("student_no")
    return Hall(in_schema(files, CAPTURE_FILES), in_schema(lines, CAPTURE_LOG), in_schema(known, ROSTER))


def drawn(spread: Spread, count: int, rng: np.random.Generator) -> np.ndarray:
    """So many values."""
    return rng.triangular(spread.least, spread.usual, spread.most, count)


def moment(seconds: str) -> pl.Expr:
    """Seconds of the session as a moment, to the second."""
    begins = pl.lit(assumptions().session.begins_at, dtype=pl.Datetime("ms"))
    return begins + pl.duration(seconds=pl.col(seconds).floor().cast(pl.Int64))


def in_schema(frame: pl.DataFrame, schema: Mapping[str, pl.DataType | type[pl.DataType]]) -> pl.DataFrame:
    """The columns of a schema; those that the frame does not have are null."""
    held = set(frame.columns)
    return frame.select(
        (pl.col(name) if name in held else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in schema.items()
    )


# -- the ways ------------------------------------------------------------------------------------------------


def by_regpack(captures: pl.DataFrame, log: pl.DataFrame, roster: pl.DataFrame) -> pl.DataFrame:
    """What a run does."""
    rules = read_profile("graduate", beside=Path()).linking
    return link(captures, log, roster, rules).links


def by_pandas(captures: pd.DataFrame, log: pd.DataFrame, roster: pd.DataFrame) -> pl.DataFrame:
    """Join by file name, else the last card before the shot; the latest shot of each."""
    named = captures.merge(
        log.dropna(subset="file_name")[["camera_name", "file_name", "document_no"]],
        on=["camera_name", "file_name"], how="left",
    )  # fmt: skip
    unnamed = named[named["document_no"].isna()].drop(columns="document_no")
    before = pd.merge_asof(
        unnamed.sort_values("taken_at"),
        log[log["file_name"].isna()].sort_values("logged_at")[["logged_at", "camera_name", "document_no"]],
        left_on="taken_at", right_on="logged_at", by="camera_name", direction="backward",
    )  # fmt: skip
    found = pd.concat([named.dropna(subset="document_no"), before]).merge(
        roster[["document_no", "row"]], on="document_no", how="left"
    )
    latest = found.sort_values("taken_at").groupby("row", as_index=False).last()
    return pl.DataFrame({name: latest[name].to_numpy() for name in ("capture_path", "row")})


WAYS: dict[str, Callable[..., pl.DataFrame]] = {"regpack": by_regpack, "pandas": by_pandas}
