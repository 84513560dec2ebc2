"""The outline of a drawn bust: crown and shoulders to the pixel, whatever the lamps do."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from schemas.photo import Facts
from transforms.backdrop import Backdrop, Scene, Tiles, backdrop, slope_of
from transforms.crop import Head
from transforms.faces import Face, Point
from transforms.geometry import shoulder_room, tilt_deg, yaw_ratio
from transforms.silhouette import outline

BLUE, HAIR, SKIN, JACKET = (100, 197, 255), (30, 25, 25), (225, 185, 160), (40, 42, 60)
FACE = Face(170, 150, 310, 370, 1.0, Point(205, 240), Point(275, 240), Point(240, 285))
CROWN, LEFT, RIGHT = 90, 60, 420


def bust(*, jacket=JACKET, behind=BLUE, move=0) -> np.ndarray:
    """A head of 160 px on shoulders of 360, 480x640, as RGB."""
    picture = Image.new("RGB", (480, 640), behind)
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle((LEFT + move, 420, RIGHT - 1 + move, 900), 60, fill=jacket)
    draw.rectangle((210 + move, 340, 270 + move, 450), fill=SKIN)
    draw.ellipse((160 + move, CROWN, 320 + move, 330), fill=HAIR)
    draw.ellipse((172 + move, 140, 308 + move, 370), fill=SKIN)
    return np.asarray(picture)


def noisy(picture: np.ndarray, sigma: float) -> np.ndarray:
    noise = np.random.default_rng(3).normal(0, sigma, picture.shape)
    return np.clip(picture + noise, 0, 255).astype(np.uint8)


def shaded(picture: np.ndarray, falloff: float) -> np.ndarray:
    """Darker towards the right and the bottom, by `falloff` of the light at the far corner."""
    height, width = picture.shape[:2]
    share = np.add.outer(np.linspace(0, 0.5, height), np.linspace(0, 0.5, width))
    return (picture * (1 - falloff * share)[..., np.newaxis]).astype(np.uint8)


PICTURES = {
    "flat": bust(),
    "noisy": noisy(bust(), 8),
    "unevenly lit": shaded(bust(), 0.3),
    "white behind": bust(behind=(250, 250, 250)),
    "fair hair": np.where((bust() == HAIR).all(2, keepdims=True), np.uint8([200, 170, 120]), bust()),
}


@pytest.mark.parametrize("name", PICTURES)
def test_crown_and_shoulders_are_where_they_were_drawn(name):
    found = outline(PICTURES[name], FACE)
    assert abs(found.crown - CROWN) <= 2
    assert abs(found.left - LEFT) <= 4
    assert abs(found.right - RIGHT) <= 4


def test_a_stray_hair_is_no_crown():
    picture = bust().copy()
    picture[20:CROWN, 240:243] = HAIR
    assert abs(outline(picture, FACE).crown - CROWN) <= 2


def test_a_bun_is_the_crown():
    picture = Image.fromarray(bust())
    ImageDraw.Draw(picture).ellipse((215, 40, 265, 110), fill=HAIR)
    assert abs(outline(np.asarray(picture), FACE).crown - 40) <= 2


def test_what_stands_apart_is_not_the_sitter():
    picture = bust().copy()
    picture[10:60, 230:260] = JACKET
    assert abs(outline(picture, FACE).crown - CROWN) <= 2


def test_without_any_backdrop_nothing_is_told():
    face = Face(0, -40, 20, 1, 1.0, Point(5, -20), Point(15, -20), Point(10, -10))
    assert outline(bust()[:20, :20], face).crown is None


def measured(picture: np.ndarray, face_luma: float = 185.0) -> Backdrop:
    whole = (slice(0, 640), slice(0, 480))
    return backdrop(Scene(picture, outline(picture, FACE).mask, FACE, whole), face_luma, BLUE)


def test_a_flat_backdrop_of_the_reference_is_no_distance_away():
    facts = measured(bust())
    assert facts.backdrop_distance < 0.01
    assert facts.backdrop_spread < 0.01
    assert facts.clothes_distance > 40


def test_another_blue_is_told_by_its_distance():
    assert measured(bust(behind=(51, 143, 178))).backdrop_distance > 15


def test_a_slope_of_light_is_a_gradient_and_no_spread():
    facts = [measured(shaded(bust(), falloff)) for falloff in (0.0, 0.15, 0.3)]
    slopes = [each.backdrop_gradient for each in facts]
    assert slopes == sorted(slopes)
    assert slopes[-1] > 6
    assert max(each.backdrop_spread for each in facts) < 1.5
    assert max(each.backdrop_shadow_pct for each in facts) < 1.5


@pytest.mark.parametrize("count", [1, 2, 8])
def test_few_tiles_have_no_more_slope_than_they_show(count):
    places = np.array(
        [[0.1, 0.1], [0.1, 0.9], [0.5, 0.1], [0.5, 0.9], [0.9, 0.1], [0.9, 0.9], [0.1, 0.4], [0.1, 0.6]]
    )
    colours = np.array(BLUE) - 10 * places[:, 1:]
    slope = slope_of(Tiles(colours[:count], places[:count]))
    assert np.allclose(slope.steps[0], 0, atol=0.01)
    assert np.allclose(slope.steps[1], 0 if count == 1 else -10, atol=0.01)
    assert np.allclose(slope.at(*places[:count].T), colours[:count], atol=0.01)


def test_one_dark_place_is_spread_and_no_gradient():
    picture = bust().copy()
    picture[:140, 360:] = picture[:140, 360:] * 0.8
    facts = measured(picture)
    assert facts.backdrop_spread > 8
    assert facts.backdrop_gradient < 1.5


def test_clothes_of_the_backdrops_colour_are_near_it():
    assert measured(bust(jacket=(105, 190, 250))).clothes_distance < 5
    assert measured(bust(jacket=(250, 250, 250))).clothes_distance > 20


@pytest.mark.parametrize(("move", "room"), [(0, 60), (-40, 20), (-60, 0), (-110, -50), (110, -50)])
def test_a_shoulder_out_of_the_picture_has_less_than_no_room(move, room):
    face = FACE.placed(-move, 0, 1)
    found = outline(bust(move=move), face)
    head = Head(found.crown, face.eyes.y, face.eyes.x, face.width, (480, 640))
    assert abs(shoulder_room(found, head, 1.0) - room) <= 4


def test_tilt_and_turn_are_those_of_the_eyes_and_nose():
    level = Face(0, 0, 100, 100, 1.0, Point(30, 40), Point(70, 40), Point(50, 60))
    turned = level._replace(nose=Point(60, 60))
    tilted = level._replace(left_eye=Point(30, 35), right_eye=Point(70, 45), nose=Point(46, 59))
    assert (tilt_deg(level), yaw_ratio(level)) == (0, 0)
    assert round(yaw_ratio(turned), 2) == 0.25
    assert round(tilt_deg(tilted), 1) == 14.0
    assert yaw_ratio(tilted) < 0.05


@pytest.mark.parametrize("share", [0.35, 0.5, 0.8])
def test_a_dark_picture_is_a_matter_of_light_and_not_of_the_cloth(share):
    full, dim = measured(bust()), measured((bust() * share).astype(np.uint8), 185 * share)
    assert abs(dim.exposure_pct - 100 * share) < 1
    assert dim.backdrop_distance < 2
    assert abs(dim.clothes_distance - full.clothes_distance) < 6


def test_a_dark_cloth_is_no_matter_of_light():
    dark_cloth = tuple(int(part * 0.6) for part in BLUE)
    facts = measured(bust(behind=dark_cloth), face_luma=185.0)
    assert facts.exposure_pct == 100
    assert facts.backdrop_distance > 20


@pytest.mark.parametrize("behind", [(250, 250, 250), (130, 130, 130), (200, 60, 50), (90, 160, 90)])
def test_another_colour_says_nothing_of_the_light(behind):
    facts = measured(bust(behind=behind), face_luma=100.0)
    assert facts.exposure_pct == 100
    assert facts.backdrop_distance > 20


def test_every_measure_is_a_fact():
    assert set(measured(bust())._fields) <= set(Facts.__slots__)
