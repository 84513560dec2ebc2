"""How near the engine's measures come to the truth of drawn portraits, and what its photos measure again.

python -m tests.accuracy [PORTRAITS]      1,000 unless another number is given
"""

import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from math import hypot
from multiprocessing import get_context
from random import Random
from typing import NamedTuple

import numpy as np

from flows.demo.portrait import Landmarks, Look, draw, look_of
from schemas.photo import Facts
from tests.photo_builders import as_file, the_detector, the_spec
from transforms.photo import examine

SIZES = ((700, 940), (768, 1024), (900, 1150), (1000, 1400))
BOUNDS = {"eyes_px": 3.0, "crown_px": 4.0, "face_width_pct": 6.0, "tilt_deg": 1.5}
"""How far a measure may be from the truth, in pixels of the delivered photo, percent and degrees."""
SHARE = 0.99
"""Of all portraits, how many must keep each bound."""
PIXEL_LIMITS = ("crown_px", "eye_line_px", "face_width_px", "centre_offset_px")


class Measured(NamedTuple):
    """One portrait: how far each measure is from the truth, and which limits its photo breaks when measured
    again; no `errors` where the engine made no photo of it.
    """

    errors: dict[str, float]
    broken: tuple[str, ...]


class Figure(NamedTuple):
    """One measure over all portraits."""

    name: str
    median: float
    high: float
    """What 99 of 100 keep."""
    worst: float
    within: float
    """The share inside the bound."""


def sitter(seed: int) -> Look:
    """Somebody who stands, sits and holds the head as people do before a camera."""
    rng = Random(f"accuracy/{seed}")
    return replace(
        look_of(seed, woman=rng.random() < 0.5),
        tilt_deg=rng.uniform(-3.5, 3.5),
        head_scale=rng.uniform(0.9, 1.05),
        offset_x=rng.uniform(-0.03, 0.03),
    )


def measure(seed: int) -> Measured:
    """Draw a sitter, examine the picture, and hold facts and photo against the truth."""
    rng = Random(f"accuracy/size/{seed}")
    picture, truth = draw(sitter(seed), rng.choice(SIZES))
    made = examine(as_file(picture, quality=rng.randint(80, 95)), the_spec(), the_detector())
    if made.photo is None:
        return Measured({}, ())
    return Measured(_errors(made.facts, truth), tuple(_broken(made.photo)))


def _errors(facts: Facts, truth: Landmarks) -> dict[str, float]:
    """How far the facts are from the truth, in delivered pixels, percent and degrees.

    The truth counts from the middle of the first pixel, the facts from its edge.
    """
    scale = facts.scale or 0.0
    left, top = facts.crop_left_px or 0.0, facts.crop_top_px or 0.0

    def apart(x: float | None, y: float | None, spot: tuple[float, float]) -> float:
        drawn_x, drawn_y = (
            (place + 0.5 - edge) * scale for place, edge in zip(spot, (left, top), strict=True)
        )
        return hypot((x or 0.0) - drawn_x, (y or 0.0) - drawn_y)

    width = (truth.face_right_x - truth.face_left_x) * scale
    return {
        "eyes_px": max(
            apart(facts.left_eye_x_px, facts.left_eye_y_px, truth.left_eye),
            apart(facts.right_eye_x_px, facts.right_eye_y_px, truth.right_eye),
        ),
        "crown_px": abs((facts.crown_px or 0.0) - (truth.crown[1] + 0.5 - top) * scale),
        "face_width_pct": abs((facts.face_width_px or 0.0) / width - 1) * 100,
        "tilt_deg": abs((facts.tilt_deg or 0.0) - abs(truth.tilt_deg)),
    }


def _broken(photo: bytes) -> Iterator[str]:
    """The limits on pixels that a delivered photo does not keep when it is examined as a capture."""
    spec = the_spec()
    again = examine(photo, spec, the_detector())
    if again.facts.scale != 1:
        yield "scale"
    for fact in PIXEL_LIMITS:
        if not spec.limit(fact).keeps(getattr(again.facts, fact)):
            yield fact


def measured(portraits: Sequence[int], workers: int = 1) -> list[Measured]:
    """These portraits measured, in as many processes."""
    if workers == 1:
        return [measure(seed) for seed in portraits]
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        return list(pool.map(measure, portraits, chunksize=10))


def figures(portraits: Sequence[Measured]) -> list[Figure]:
    """Every measure over all portraits; one without a photo is outside every bound."""
    return [_figure(name, [each.errors.get(name, np.inf) for each in portraits]) for name in BOUNDS]


def _figure(name: str, errors: list[float]) -> Figure:
    high = partial(np.quantile, errors, method="higher")
    within = float((np.array(errors) <= BOUNDS[name]).mean())
    return Figure(name, float(high(0.5)), float(high(SHARE)), max(errors), within)


def table(portraits: Sequence[Measured]) -> str:
    """The figures as lines of text."""
    lines = [f"{len(portraits)} portraits{'median':>10}{'99 %':>8}{'worst':>8}{'bound':>8}{'within':>9}"]
    lines += [
        f"{each.name:15}{each.median:>9.2f}{each.high:>8.2f}{each.worst:>8.2f}"
        f"{BOUNDS[each.name]:>8.2f}{each.within:>9.2%}"
        for each in figures(portraits)
    ]
    unmade = sum(not each.errors for each in portraits)
    broken = [fact for each in portraits for fact in each.broken]
    lines.append(f"without a photo: {unmade}; photos that break a limit when measured again: {broken or 0}")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table(measured(range(int(sys.argv[1]) if sys.argv[1:] else 1_000), workers=2)))
