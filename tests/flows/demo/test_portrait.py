"""The drawn sitters: their truth against the pixels and against the detector, and what each fault does."""

import io
from dataclasses import replace
from datetime import datetime

import cv2
import numpy as np
import pytest
from PIL import Image, ImageOps
from PIL.ExifTags import GPS, IFD, Base

from flows.demo.camera import expose
from flows.demo.look import Style
from flows.demo.portrait import BACKDROP_BLUE, BACKDROP_RGB, Shot, Top, draw, encode_jpeg, landmarks, look_of
from transforms.faces import MtcnnDetector

SIZE = (480, 640)
SEEDS = [(11, False), (12, True), (13, False), (14, True)]
SHOT = Shot(datetime(2030, 5, 6, 7, 8, 9, 120_000), "Canon", "EOS 6D")


def pixels(look, size=SIZE):
    return np.asarray(draw(look, size)[0]).astype(int)


def from_backdrop(array):
    """How far each pixel is from the backdrop in its strongest channel."""
    return np.abs(array - BACKDROP_RGB).max(axis=2)


def luma(array, spot, radius=6):
    x, y = (round(place) for place in spot)
    return float(array[y - radius : y + radius + 1, x - radius : x + radius + 1].mean())


@pytest.mark.parametrize(("seed", "woman"), SEEDS)
def test_the_same_seed_gives_the_same_picture(seed, woman):
    first, truth = draw(look_of(seed, woman=woman), SIZE)
    second, again = draw(look_of(seed, woman=woman), SIZE)
    assert first.tobytes() == second.tobytes()
    assert truth == again
    assert encode_jpeg(first, SHOT) == encode_jpeg(second, SHOT)


def test_no_two_seeds_are_alike():
    looks = [look_of(seed, woman=woman) for seed in range(40) for woman in (False, True)]
    assert len({(look.features, look.skin, look.hair) for look in looks}) == len(looks)
    assert {look.top for look in looks} == set(Top) - {BACKDROP_BLUE}
    assert {look.hair.style for look in looks} == set(Style)
    assert {look.glasses for look in looks} == {False, True}


@pytest.mark.parametrize(("seed", "woman"), SEEDS)
def test_the_crown_is_the_first_row_that_is_no_backdrop(seed, woman):
    picture, truth = draw(look_of(seed, woman=woman), SIZE)
    rows = np.nonzero((from_backdrop(np.asarray(picture).astype(int)) > 60).sum(axis=1) > 4)[0]
    assert truth.crown[1] == pytest.approx(rows[0], abs=3)


@pytest.mark.parametrize(("seed", "woman"), SEEDS)
def test_pupils_are_darker_than_the_skin_below_and_the_lips_redder(seed, woman):
    look = replace(look_of(seed, woman=woman), glasses=False)
    picture, truth = draw(look, (960, 1280))
    array = np.asarray(picture).astype(int)
    for eye in (truth.left_eye, truth.right_eye):
        assert luma(array, eye) < 0.7 * luma(array, (eye[0], eye[1] + 45))
    x, y = (round(place) for place in truth.mouth)
    lip, cheek = array[y + 8 : y + 16, x - 8 : x + 8], array[y - 50 : y - 34, x + 80 : x + 96]
    assert lip[..., 0].mean() / lip[..., 1].mean() > 1.05 * cheek[..., 0].mean() / cheek[..., 1].mean()


@pytest.mark.parametrize(("seed", "woman"), SEEDS)
def test_cheeks_and_shoulders_end_where_the_truth_says(seed, woman):
    look = look_of(seed, woman=woman)
    look = replace(look, tilt_deg=0.0, glasses=False, hair=replace(look.hair, style=Style.TIED_BACK))
    picture, truth = draw(look, SIZE)
    solid = from_backdrop(np.asarray(picture).astype(int)) > 40
    unit = (truth.face_right_x - truth.face_left_x) / 2
    chin = round(truth.chin[1])
    below = np.nonzero(solid[chin : chin + round(2 * unit)].any(axis=0))[0]
    assert truth.shoulder_left_x == pytest.approx(below[0], abs=2)
    assert truth.shoulder_right_x == pytest.approx(below[-1], abs=2)
    under_the_ears = np.nonzero(solid[round(truth.left_eye[1] + 0.77 * unit)])[0]
    assert truth.face_left_x == pytest.approx(under_the_ears[0], abs=0.1 * unit)
    assert truth.face_right_x == pytest.approx(under_the_ears[-1], abs=0.1 * unit)


def test_truth_scales_with_the_picture():
    look = look_of(3, woman=True)
    (_, small), (picture, large) = (draw(look, size) for size in ((600, 800), (2400, 3200)))
    assert picture.size == (2400, 3200)
    assert picture.mode == "RGB"
    for name in ("left_eye", "right_eye", "crown", "chin", "mouth"):
        assert getattr(large, name) == pytest.approx([4 * at + 1.5 for at in getattr(small, name)], abs=0.01)


def test_a_good_capture_leaves_room_for_the_crop_that_is_wanted():
    for seed in range(300):
        look = look_of(seed, woman=seed % 2 == 0)
        assert 0.3 < look.head_scale * 2 * 0.168 < 0.4
        assert abs(look.tilt_deg) <= 1.5
        truth = landmarks(look, (240, 320))
        scale = 215 / (truth.face_right_x - truth.face_left_x)
        eyes = (truth.left_eye[1] + truth.right_eye[1]) / 2
        top = eyes - 255 / scale
        assert 60 < (truth.crown[1] - top) * scale < 100
        assert 0 < top < top + 640 / scale < 320
        assert truth.shoulder_left_x > 2
        assert truth.shoulder_right_x < 238


@pytest.mark.parametrize(("seed", "woman"), [*SEEDS, (15, True), (16, False), (17, True), (18, False)])
def test_the_detector_sees_what_was_drawn(seed, woman):
    picture, truth = draw(look_of(seed, woman=woman), SIZE)
    (face,) = MtcnnDetector().find(np.asarray(picture))
    width = truth.face_right_x - truth.face_left_x
    assert face.score >= 0.98
    assert np.hypot(face.left_eye.x - truth.left_eye[0], face.left_eye.y - truth.left_eye[1]) < 4
    assert np.hypot(face.right_eye.x - truth.right_eye[0], face.right_eye.y - truth.right_eye[1]) < 4
    assert face.width == pytest.approx(width, rel=0.08)
    assert face.bottom == pytest.approx(truth.chin[1], abs=12)


def test_a_tilted_head_tilts_the_line_of_its_pupils():
    truth = draw(replace(look_of(5, woman=False), tilt_deg=10.0), SIZE)[1]
    slope = (truth.right_eye[1] - truth.left_eye[1]) / (truth.right_eye[0] - truth.left_eye[0])
    assert np.degrees(np.arctan(slope)) == pytest.approx(10, abs=1)
    assert truth.tilt_deg == 10.0


def test_a_small_head_is_small():
    look = replace(look_of(5, woman=False), head_scale=1.0)
    near, far = (draw(each, SIZE)[1] for each in (look, replace(look, head_scale=0.35)))
    assert far.face_right_x - far.face_left_x == pytest.approx(0.35 * (near.face_right_x - near.face_left_x))


def test_standing_aside_cuts_a_shoulder_off():
    truth = draw(replace(look_of(5, woman=True), offset_x=0.2), SIZE)[1]
    assert truth.shoulder_right_x > SIZE[0]
    assert truth.shoulder_left_x > 0


def test_a_bun_lifts_the_crown():
    look = look_of(5, woman=True)
    plain, high = (draw(each, SIZE)[1] for each in (look, replace(look, bun=1.0)))
    assert high.crown[1] < plain.crown[1] - 0.2 * (plain.face_right_x - plain.face_left_x)
    assert from_backdrop(pixels(replace(look, bun=1.0)))[round(high.crown[1]) + 4].max() > 60


def test_blue_clothes_are_of_the_backdrop_s_blue():
    look = look_of(5, woman=False)
    shares = [
        (from_backdrop(pixels(each)[600:]) < 45).mean() for each in (look, replace(look, top=BACKDROP_BLUE))
    ]
    assert shares[1] > shares[0] + 0.4


def test_exposure_darkens_and_burns():
    look = look_of(5, woman=False)
    dark, right, burnt = (pixels(replace(look, exposure=each)) for each in (0.35, 1.0, 1.8))
    assert dark.mean() < 0.4 * right.mean()
    face = slice(250, 330), slice(190, 290)
    assert (burnt[face].min(axis=2) >= 250).mean() > (right[face].min(axis=2) >= 250).mean() + 0.1


def test_blur_takes_the_edges_away():
    look = look_of(5, woman=True)
    sharp, soft = (
        cv2.Laplacian(pixels(each, (960, 1280)).astype(np.uint8)[400:800, 300:660], cv2.CV_64F).var()
        for each in (look, replace(look, blur_px=14.0))
    )
    assert soft < 0.35 * sharp


def test_glare_burns_both_lenses_out():
    look = replace(look_of(5, woman=False), glare=1.0, glasses=False)
    picture, truth = draw(look, SIZE)
    array = np.asarray(picture)
    for eye in (truth.left_eye, truth.right_eye):
        x, y = (round(place) for place in eye)
        assert (array[y - 4 : y + 5, x - 8 : x + 9] >= 245).mean() > 0.9


def test_lens_and_sensor_leave_their_marks():
    grey = np.full((3, 160, 120), 128.0, np.float32)
    seen = expose(grey, (480, 640), exposure=1.0, blur_px=0.0, seed=1).astype(float)
    assert seen[300:340, 220:260].std() == pytest.approx(1.4, abs=0.4)
    assert 0.9 < seen[:20, :20].mean() / seen[310:330, 230:250].mean() < 0.98


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_comes_back_upright(orientation):
    picture = Image.new("RGB", (48, 64), (60, 80, 100))
    picture.paste((250, 20, 20), (0, 0, 16, 16))
    stored = Image.open(io.BytesIO(encode_jpeg(picture, replace(SHOT, orientation=orientation), quality=95)))
    assert stored.getexif()[Base.Orientation] == orientation
    upright = np.asarray(ImageOps.exif_transpose(stored)).astype(int)
    assert upright.shape == (64, 48, 3)
    assert upright[8, 8, 0] > 200 > 90 > upright[8, 40, 0]
    assert upright[56, 8, 0] < 90


def test_the_camera_writes_when_and_with_what():
    exif = Image.open(io.BytesIO(encode_jpeg(Image.new("RGB", (48, 64)), SHOT))).getexif()
    taken = exif.get_ifd(IFD.Exif)
    assert (exif[Base.Make], exif[Base.Model]) == ("Canon", "EOS 6D")
    assert taken[Base.DateTimeOriginal] == "2030:05:06 07:08:09"
    assert taken[Base.SubsecTimeOriginal] == "12"
    assert not exif.get_ifd(IFD.GPSInfo)


@pytest.mark.parametrize("place", [(28.6578, 115.7996), (-33.8568, -70.6483), (0.99999999, 179.5)])
def test_the_place_survives_in_degrees_minutes_and_seconds(place):
    file = encode_jpeg(Image.new("RGB", (48, 64)), replace(SHOT, gps=place))
    gps = Image.open(io.BytesIO(file)).getexif().get_ifd(IFD.GPSInfo)
    for index, (value, reference) in enumerate(
        ((GPS.GPSLatitude, GPS.GPSLatitudeRef), (GPS.GPSLongitude, GPS.GPSLongitudeRef))
    ):
        degrees, minutes, seconds = (float(part) for part in gps[value])
        sign = 1 if gps[reference] in "NE" else -1
        assert minutes < 60
        assert seconds < 60
        assert sign * (degrees + minutes / 60 + seconds / 3600) == pytest.approx(place[index], abs=1e-5)
