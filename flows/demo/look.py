"""A seed -> how an invented sitter looks: everything that decides a drawn portrait."""

from dataclasses import dataclass
from enum import StrEnum
from random import Random

from flows.demo.canvas import Colour


class Top(StrEnum):
    """What the sitter wears."""

    SHIRT = "shirt"
    SUIT = "suit"
    SUIT_AND_TIE = "suit_and_tie"
    BLOUSE = "blouse"
    POLO = "polo"
    SWEATER = "sweater"
    JACKET = "jacket"
    BACKDROP_BLUE = "backdrop_blue"


BACKDROP_BLUE = Top.BACKDROP_BLUE


class Style(StrEnum):
    """How the hair is worn; the first four on men, the others on women."""

    CROP = "crop"
    SIDE_PART = "side_part"
    BRUSHED_UP = "brushed_up"
    CLIPPED = "clipped"
    TIED_BACK = "tied_back"
    PONYTAIL = "ponytail"
    LONG = "long"
    BOB = "bob"
    PIXIE = "pixie"


_MEN = (Style.CROP, Style.SIDE_PART, Style.BRUSHED_UP, Style.CLIPPED), (4, 4, 3, 2)
_WOMEN = (Style.TIED_BACK, Style.PONYTAIL, Style.LONG, Style.BOB, Style.PIXIE), (3, 3, 5, 4, 1)
_TOPS_MEN = (Top.SHIRT, Top.SUIT_AND_TIE, Top.SUIT, Top.POLO, Top.SWEATER, Top.JACKET), (5, 3, 2, 2, 2, 2)
_TOPS_WOMEN = (Top.SHIRT, Top.SUIT, Top.BLOUSE, Top.POLO, Top.SWEATER, Top.JACKET), (4, 3, 4, 1, 2, 2)

_SKINS: tuple[tuple[Colour, int], ...] = (
    ((240, 206, 183), 4),
    ((234, 196, 170), 6),
    ((226, 184, 155), 6),
    ((213, 168, 137), 4),
    ((196, 150, 118), 2),
    ((150, 104, 76), 1),
    ((106, 72, 54), 1),
)
_HAIRS: tuple[tuple[Colour, int], ...] = (
    ((27, 24, 25), 6),
    ((37, 31, 30), 6),
    ((52, 39, 33), 4),
    ((68, 49, 38), 1),
)
_CLOTHS: tuple[Colour, ...] = (
    (222, 222, 225),
    (214, 207, 196),
    (38, 40, 46),
    (52, 58, 76),
    (96, 34, 44),
    (70, 84, 66),
    (124, 122, 124),
    (172, 148, 122),
    (206, 170, 176),
    (88, 68, 56),
)
_SUITS: tuple[Colour, ...] = ((34, 36, 42), (40, 46, 66), (66, 66, 70), (58, 50, 46), (24, 24, 27))
_TIES: tuple[Colour, ...] = ((120, 28, 40), (36, 52, 104), (60, 60, 66), (96, 74, 40), (30, 76, 70))
_RIMS: tuple[Colour, ...] = ((24, 23, 24), (58, 44, 36), (120, 118, 120), (150, 118, 76), (44, 44, 58))


@dataclass(frozen=True, slots=True)
class Features:
    """The build of a face; lengths in half face widths, the rest as shares or factors of the ordinary."""

    chin: float
    """From between the eyes down to the chin."""
    jaw: float
    """0 narrow and round, 1 broad and square."""
    cheek: float
    """0 gaunt, 1 full."""
    eye_gap: float
    """From the face's middle to a pupil."""
    eye_size: float
    eye_open: float
    eye_slant: float
    eyelid: float
    """0 single lids, 1 a deep crease."""
    brow_drop: float
    brow_weight: float
    brow_arch: float
    nose_width: float
    nose_length: float
    nose_height: float
    mouth_width: float
    mouth_drop: float
    lips: float
    smile: float
    ears: float
    skew: float
    """How far one side differs from the other."""


@dataclass(frozen=True, slots=True)
class Skin:
    """Colour (0 to 255) and marks of the skin; shares 0 to 1."""

    colour: Colour
    flush: float
    age: float
    stubble: float
    moles: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Hair:
    """How the hair is worn and coloured."""

    style: Style
    colour: Colour
    volume: float
    hairline: float
    part: float
    """Where it parts: -1 the viewer's left, 1 the right."""
    grey: float


@dataclass(frozen=True, slots=True)
class Clothes:
    """The colours of what is worn; which pieces there are `Look.top` says."""

    outer: Colour
    inner: Colour
    tie: Colour
    suit: Colour
    stripes: float
    shoulders: float
    """From the middle to a shoulder's outer edge, in half face widths."""
    slope: float


@dataclass(frozen=True, slots=True)
class Frames:
    """The spectacles that the sitter owns, worn when `Look.glasses` says so."""

    rim: Colour
    thick: float
    width: float
    height: float
    square: float


@dataclass(frozen=True, slots=True)
class Look:
    """Everything that decides a picture; the lower half is pose and room, by default as they should be."""

    seed: int
    woman: bool
    features: Features
    skin: Skin
    hair: Hair
    clothes: Clothes
    frames: Frames
    top: Top
    glasses: bool
    tilt_deg: float = 0.0
    """Clockwise positive."""
    head_scale: float = 1.0
    """1 fills the frame well, 0.35 is much too small."""
    offset_x: float = 0.0
    """How far right of the middle the sitter stands, as a share of the picture's width."""
    bun: float = 0.0
    """0 none, 1 a bun high on the head."""
    exposure: float = 1.0
    """0.35 much too dark, 1.8 burnt out."""
    blur_px: float = 0.0
    """Standard deviation of the blur in pixels of a picture 2400 px wide."""
    glare: float = 0.0
    """1: a lamp's reflection burnt out over both lenses; above 0 the sitter wears spectacles."""


def look_of(seed: int, *, woman: bool) -> Look:
    """The sitter of a seed, well captured; another seed is another person."""
    rng = Random(f"look/{seed}/{woman}")
    return Look(
        seed=seed,
        woman=woman,
        features=_features(rng, woman),
        skin=_skin(rng, woman),
        hair=_hair(rng, woman),
        clothes=_clothes(rng, woman),
        frames=_frames(rng),
        top=rng.choices(*(_TOPS_WOMEN if woman else _TOPS_MEN))[0],
        glasses=rng.random() < 0.4,
        tilt_deg=max(-1.5, min(1.5, rng.gauss(0, 0.6))),
        head_scale=rng.uniform(0.95, 1.05),
        offset_x=rng.uniform(-0.015, 0.015),
    )


def _features(rng: Random, woman: bool) -> Features:
    """Women: narrower jaw, fuller lips, finer brows; each range as wide as a class of students shows."""

    def between(low: float, high: float, shift: float = 0.0) -> float:
        return rng.triangular(low, high) + (shift if woman else 0.0)

    return Features(
        chin=between(1.62, 1.76, -0.04),
        jaw=between(0.15, 0.9, -0.35),
        cheek=between(0.1, 0.9),
        eye_gap=between(0.418, 0.455),
        eye_size=between(0.88, 1.08, 0.08),
        eye_open=between(0.8, 1.12, 0.1),
        eye_slant=between(-0.01, 0.05, 0.01),
        eyelid=between(0.1, 0.9, 0.1),
        brow_drop=between(0.255, 0.325),
        brow_weight=between(0.85, 1.35, -0.35),
        brow_arch=between(0.2, 0.8, 0.15),
        nose_width=between(0.86, 1.08, -0.07),
        nose_length=between(0.64, 0.74, -0.03),
        nose_height=between(0.75, 1.15, -0.1),
        mouth_width=between(0.35, 0.42, -0.02),
        mouth_drop=between(0.325, 0.385),
        lips=between(0.8, 1.15, 0.12),
        smile=between(0.0, 0.7),
        ears=between(0.85, 1.12, -0.05),
        skew=rng.uniform(-1, 1),
    )


def _skin(rng: Random, woman: bool) -> Skin:
    colour = _picked(rng, _SKINS, spread=5)
    moles = tuple(
        (rng.uniform(-0.55, 0.55), rng.uniform(0.3, 1.3)) for _ in range(rng.choice((0, 0, 1, 1, 2)))
    )
    return Skin(
        colour=colour,
        flush=rng.uniform(0.3, 1.0),
        age=rng.betavariate(1.6, 3.2),
        stubble=0.0 if woman else rng.choice((0.1, 0.25, 0.5, 0.8)),
        moles=moles,
    )


def _hair(rng: Random, woman: bool) -> Hair:
    return Hair(
        style=rng.choices(*(_WOMEN if woman else _MEN))[0],
        colour=_picked(rng, _HAIRS, spread=3),
        volume=rng.uniform(0.0, 1.0),
        hairline=rng.uniform(-0.05, 0.05),
        part=rng.choice((-1, 1)) * rng.uniform(0.15, 0.45),
        grey=max(0.0, rng.gauss(-0.25, 0.25)),
    )


def _clothes(rng: Random, woman: bool) -> Clothes:
    return Clothes(
        outer=rng.choice(_CLOTHS),
        inner=rng.choice(((232, 232, 235), (228, 224, 216), (214, 216, 222), (228, 206, 206), (60, 58, 62))),
        tie=rng.choice(_TIES),
        suit=rng.choice(_SUITS),
        stripes=rng.choice((0.0, 0.0, 0.0, 1.0)),
        shoulders=rng.uniform(2.1, 2.28) if woman else rng.uniform(2.25, 2.45),
        slope=rng.uniform(0.0, 1.0),
    )


def _frames(rng: Random) -> Frames:
    return Frames(
        rim=rng.choice(_RIMS),
        thick=rng.uniform(0.018, 0.045),
        width=rng.uniform(0.35, 0.39),
        height=rng.uniform(0.22, 0.30),
        square=rng.uniform(2.2, 4.0),
    )


def _picked(rng: Random, choices: tuple[tuple[Colour, int], ...], spread: float) -> Colour:
    base = rng.choices([colour for colour, _ in choices], [weight for _, weight in choices])[0]
    red, green, blue = (min(250.0, max(8.0, part + rng.gauss(0, spread / 2))) for part in base)
    return red, green, blue
