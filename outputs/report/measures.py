"""A capture's measured facts beside their limits, and the standard's lines as they lie on its photo."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, NamedTuple

from schemas.profile import PhotoSpec
from schemas.reasons import Reason
from schemas.titles import COLUMNS
from schemas.words import Text

Row = Mapping[str, Any]
_NOT_ASSESSED = Reason.PHOTO_NOT_ASSESSED.value
_DRAWN = {"crown_px", "eye_line_px", "face_width_px", "centre_offset_px"}


class Measure(NamedTuple):
    """One limit held against what was measured.

    `broken` is `low` or `high` where the value is beyond that bound, `unknown` where it could not be
    assessed, and empty where the limit is kept or not held of this capture. `value` and bounds are in `unit`.
    """

    fact: str
    title: Text
    value: float | None
    low: float | None
    high: float | None
    unit: str
    limit: str
    code: str
    broken: str


class Guide(NamedTuple):
    """Where the standard wants a line of the photo, and where it is: in percent of the photo's own side.

    `axis` is `y` for a height (from the top), `x` for a place across (from the left); a bound may be open.
    """

    fact: str
    title: Text
    axis: str
    low: float | None
    high: float | None
    at: float | None
    is_broken: bool


class Box(NamedTuple):
    """The crop in percent of the upright source; it may reach beyond it."""

    left: float
    top: float
    width: float
    height: float


class Point(NamedTuple):
    """A place in percent of the photo."""

    x: float
    y: float


def limits_of(spec: PhotoSpec) -> tuple[Measure, ...]:
    """Every limit of a profile in its order, nothing measured yet."""
    return tuple(
        Measure(
            limit.fact, COLUMNS.get(limit.fact, Text(limit.fact, limit.fact)), None, limit.min, limit.max,
            limit.unit, limit.text, limit.reason, "",
        )
        for limit in spec.limits
    )  # fmt: skip


def sides(shot: Row, broken: AbstractSet[tuple[str, str]], limits: Sequence[Measure]) -> dict[int, str]:
    """On which side which of the limits is broken, by its place; `broken` are code and column of findings.

    What the findings say decides, so that the page never judges anew.
    """
    if not broken:
        return {}
    found = ((place, _side(limit, shot, broken)) for place, limit in enumerate(limits))
    return {place: side for place, side in found if side}


def _side(limit: Measure, shot: Row, broken: AbstractSet[tuple[str, str]]) -> str:
    value = shot[limit.fact]
    if (_NOT_ASSESSED, limit.fact) in broken:
        return "unknown"
    if (limit.code, limit.fact) not in broken or value is None:
        return ""
    return "low" if limit.low is not None and value < limit.low else "high"


def guides(
    shot: Row, spec: PhotoSpec, limits: Sequence[Measure], broken: Mapping[int, str]
) -> tuple[Guide, ...]:
    """The lines of crown, eyes, cheeks and middle that a profile has limits on; none without a crop.

    `broken` is of `sides`.
    """
    if shot["crop_width_px"] is None or shot["eye_line_px"] is None:
        return ()
    by_fact = {
        limit.fact: limit._replace(value=shot[limit.fact], broken=broken.get(place, ""))
        for place, limit in enumerate(limits)
        if limit.fact in _DRAWN
    }
    width, height = spec.width_px.value, spec.height_px.value
    lines = [_line(by_fact[fact], height) for fact in ("crown_px", "eye_line_px") if fact in by_fact]
    middle = _middle(shot)
    if middle is not None and "face_width_px" in by_fact:
        cheeks = by_fact["face_width_px"]
        lines += [_cheek(cheeks, middle, side, width) for side in (-1, 1)]
    if middle is not None and "centre_offset_px" in by_fact:
        lines.append(_centre(by_fact["centre_offset_px"], middle, width))
    return tuple(lines)


def _line(measure: Measure, height: int) -> Guide:
    return Guide(
        measure.fact, measure.title, "y",
        _share(measure.low, height), _share(measure.high, height), _share(measure.value, height),
        bool(measure.broken),
    )  # fmt: skip


def _cheek(measure: Measure, middle: float, side: int, width: int) -> Guide:
    """Where a cheek may be: half a face's width from the middle between the eyes, to the one side."""
    reach = [
        None if wide is None else _share(middle + side * wide / 2, width)
        for wide in (measure.low, measure.high, measure.value)
    ]
    near, far, at = reach
    low, high = (near, far) if side > 0 else (far, near)
    return Guide(measure.fact, measure.title, "x", low, high, at, bool(measure.broken))


def _centre(measure: Measure, middle: float, width: int) -> Guide:
    apart = measure.high
    low, high = (None if apart is None else _share(width / 2 + side * apart, width) for side in (-1, 1))
    return Guide(measure.fact, measure.title, "x", low, high, _share(middle, width), bool(measure.broken))


def _middle(shot: Row) -> float | None:
    """Halfway between the eyes, in the photo's pixels."""
    left, right = shot["left_eye_x_px"], shot["right_eye_x_px"]
    return None if left is None or right is None else float(left + right) / 2


def _share(length: float | None, whole: int) -> float | None:
    return None if length is None else round(100 * length / whole, 2)


def eyes(shot: Row, spec: PhotoSpec) -> tuple[Point, ...]:
    """Both eyes in percent of the photo, the one on the viewer's left first; none where none was found."""
    places = [(shot[f"{side}_eye_x_px"], shot[f"{side}_eye_y_px"]) for side in ("left", "right")]
    if None in places[0] + places[1]:
        return ()
    across, down = spec.width_px.value, spec.height_px.value
    return tuple(Point(round(100 * x / across, 2), round(100 * y / down, 2)) for x, y in places)


def crop_box(shot: Row) -> Box | None:
    """Where the crop lies on the upright source; None without one."""
    across, down = shot["source_width_px"], shot["source_height_px"]
    left, top, width, height = (shot[f"crop_{side}_px"] for side in ("left", "top", "width", "height"))
    if not across or not down or None in (left, top, width, height):
        return None
    return Box(
        round(100 * left / across, 2), round(100 * top / down, 2),
        round(100 * width / across, 2), round(100 * height / down, 2),
    )  # fmt: skip
