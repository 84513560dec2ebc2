"""Captures in, photos and facts out: the whole engine on real portraits and odd files."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from io import BytesIO
from math import hypot

import numpy as np
import pytest
from PIL import Image, ImageCms
from PIL.TiffImagePlugin import IFDRational

from schemas.photo import Facts
from tests.odd_photos import png
from tests.photo_builders import REAL, as_file, breaches, landmarks, real_portrait, the_detector, the_spec
from transforms.faces import MtcnnDetector
from transforms.photo import Examined, examine

SPEC = the_spec()
BLUE = SPEC.backdrop_rgb


@cache
def examined(name: str) -> Examined:
    return examine(real_portrait(name), SPEC, the_detector())


@cache
def capture(width: int = 1800, height: int = 2400) -> Image.Image:
    """A camera's view of a real sitter: enlarged, with backdrop above and beside."""
    with Image.open(BytesIO(real_portrait("official-1"))) as portrait:
        share = 0.82 * width / portrait.width
        sitter = portrait.resize((round(portrait.width * share), round(portrait.height * share)))
    view = Image.new("RGB", (width, height), BLUE)
    view.paste(sitter, ((width - sitter.width) // 2, height - sitter.height))
    return view


@pytest.mark.parametrize(
    ("name", "reasons"),
    [("astronaut", ["P324:scale"]), ("official-1", []), ("official-2", ["P330:tilt_deg"])],
)
def test_real_portraits_give_what_their_readme_says(name, reasons):
    assert breaches(examined(name).facts) == [reasons]


@pytest.mark.parametrize("name", REAL)
def test_eyes_are_where_the_reference_has_them(name):
    facts, truth = examined(name).facts, landmarks(name)
    to_480 = 480 / truth["width"]
    for side, reference in (("left", truth["eye_a"]), ("right", truth["eye_b"])):
        x = facts.crop_left_px + getattr(facts, f"{side}_eye_x_px") / facts.scale
        y = facts.crop_top_px + getattr(facts, f"{side}_eye_y_px") / facts.scale
        assert hypot(x - reference[0], y - reference[1]) * to_480 < 4


def test_a_source_too_small_has_its_face_measured_and_makes_no_photo():
    facts = examined("astronaut").facts
    assert examined("astronaut").photo is None
    assert facts.faces == 1
    assert facts.size_kb is None
    assert facts.crown_px is not None


def test_the_photo_is_the_crop_of_the_source_and_nothing_else():
    """Scaled by another hand from the same box, the picture differs only by what JPEG does."""
    whole = examined("official-1")
    facts = whole.facts
    left, top = facts.crop_left_px, facts.crop_top_px
    box = (left, top, left + facts.crop_width_px, top + facts.crop_height_px)
    with (
        Image.open(BytesIO(real_portrait("official-1"))) as source,
        Image.open(BytesIO(whole.photo)) as photo,
    ):
        expected = np.asarray(source.resize((480, 640), Image.Resampling.BICUBIC, box=box), np.int16)
        assert photo.size == (480, 640)
        assert photo.info["dpi"] == (300, 300)
        assert np.abs(np.asarray(photo, np.int16) - expected).mean() < 3
    assert min(left, top) >= 0
    assert box[2] <= facts.source_width_px
    assert box[3] <= facts.source_height_px


def test_a_photo_that_comes_back_keeps_every_limit_and_every_byte():
    again = examine(examined("official-1").photo, SPEC, the_detector())
    assert breaches(again.facts) == [["P371:encodes"]]
    assert again.photo == examined("official-1").photo


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_a_capture_held_sideways_comes_out_the_same(orientation):
    turned = {1: 0, 3: 180, 6: 90, 8: 270}[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = as_file(capture().rotate(turned, expand=True), exif=exif, quality=92)
    facts = examine(stored, SPEC, the_detector()).facts
    assert (facts.source_width_px, facts.source_height_px) == (1800, 2400)
    assert breaches(facts) == [[] if orientation == 1 else ["P304:orientation"]]


def test_nothing_of_the_sources_metadata_is_left():
    exif = Image.Exif()
    exif[0x010E] = "SECRET"
    exif.get_ifd(0x8825)[2] = (IFDRational(28), IFDRational(41), IFDRational(0))
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    source = as_file(capture(), exif=exif, icc_profile=profile, comment="SECRET", quality=92)
    assert b"SECRET" in source
    result = examine(source, SPEC, the_detector())
    assert breaches(result.facts) == [["P305:has_gps"]]
    for delivered in (result.photo, *result.shown.values()):
        assert b"SECRET" not in delivered
        with Image.open(BytesIO(delivered)) as opened:
            assert not opened.getexif()
            assert {"icc_profile", "comment", "exif"}.isdisjoint(opened.info)


def test_the_same_bytes_give_the_same_bytes_in_any_thread():
    sources = [as_file(capture(), quality=quality) for quality in (90, 93)] * 2
    one = [examine(source, SPEC, the_detector()) for source in sources]
    with ThreadPoolExecutor(2) as pool:
        other = list(pool.map(lambda source: examine(source, SPEC, MtcnnDetector()), sources))
    assert one == other


def test_a_capture_so_wide_that_the_sitter_is_small_in_it_is_decoded_in_full():
    wide = Image.new("RGB", (4800, 3200), BLUE)
    sitter = capture().resize((900, 1200))
    wide.paste(sitter, (1950, 2000))
    result = examine(as_file(wide, quality=92), SPEC, the_detector())
    facts = result.facts
    assert breaches(facts) == [[]]
    left, top = facts.crop_left_px, facts.crop_top_px
    box = (left, top, left + facts.crop_width_px, top + facts.crop_height_px)
    expected = wide.resize((480, 640), Image.Resampling.LANCZOS, box=box)
    with Image.open(BytesIO(result.photo)) as photo:
        assert detail(photo) > 0.9 * detail(expected)


def detail(image: Image.Image) -> float:
    """What differs from one pixel to the next."""
    return float(np.abs(np.diff(np.asarray(image.convert("L"), np.int16), axis=1)).mean())


def test_cut_heads_and_sitters_at_the_side_are_told():
    cut = capture().crop((0, 900, 1800, 2400))
    aside = capture().crop((760, 0, 1800, 2400))
    heads = [examine(as_file(image, quality=92), SPEC, the_detector()).facts for image in (cut, aside)]
    reasons = [{rule[:4] for rule in rules} for rules in breaches(*heads)]
    assert "P325" in reasons[0]
    assert "P326" in reasons[1]


ODD = {
    "nothing": (b"", ["P301:source_format"]),
    "not a picture": (b"\xff\xd8\xff but no more", ["P301:source_format"]),
    "no face": (as_file(Image.new("RGB", (900, 1200), BLUE)), ["P310:faces"]),
    "one pixel": (as_file(Image.new("RGB", (1, 1))), ["P310:faces"]),
    "a strip": (as_file(Image.new("RGB", (3, 4000))), ["P310:faces"]),
    "a thread": (png(1, 4_000_000, depth=8, colour=2, row=bytes(3)), ["P302:source_format", "P310:faces"]),
    "grey": (as_file(Image.new("L", (900, 1200))), ["P303:is_colour_known", "P310:faces"]),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_files_end_in_a_reason(name):
    source, reasons = ODD[name]
    result = examine(source, SPEC, the_detector())
    assert breaches(result.facts) == [reasons]
    assert result.photo is None
    assert (result.shown == {}) == (result.facts == Facts())


@pytest.mark.parametrize("size", [(700, 40_000), (40_000, 700), (1_200, 1_600)])
def test_faces_are_looked_for_in_a_small_copy_whatever_the_shape(size):
    looked_at = []

    class Attentive(MtcnnDetector):
        def find(self, image):
            looked_at.append(image.shape)
            return super().find(image)

    facts = examine(as_file(Image.new("RGB", size), quality=30), SPEC, Attentive()).facts
    assert (facts.source_width_px, facts.source_height_px) == size
    (height, width, _), *_ = looked_at
    assert height * width < 1_000_000


def test_a_png_under_a_jpegs_name_is_read_as_what_it_is():
    result = examine(as_file(capture(), "PNG", compress_level=1), SPEC, the_detector())
    assert breaches(result.facts) == [["P302:source_format"]]
    assert result.photo is not None


def test_two_people_are_not_one():
    pair = Image.new("RGB", (3600, 2400), BLUE)
    pair.paste(capture(), (0, 0))
    pair.paste(capture(), (1800, 0))
    result = examine(as_file(pair), SPEC, the_detector())
    assert breaches(result.facts) == [["P311:faces"]]
    assert result.photo is None
    assert set(result.shown) == {"thumbnail", "source", "cell"}


def test_people_are_shown_small_pictures_of_source_and_photo():
    shown = examine(as_file(capture()), SPEC, the_detector()).shown
    sizes = {name: Image.open(BytesIO(picture)).size for name, picture in shown.items()}
    assert sizes == {
        "thumbnail": (150, 200), "source": (360, 480), "preview": (180, 240), "cell": (84, 112),
    }  # fmt: skip


# -- a second detector: the same network on another view of the picture


class Mirrored:
    """The faces of a picture as they are found in its mirror image, moved to the right by some pixels."""

    def __init__(self, moved: float = 0) -> None:
        self.moved = moved

    def find(self, image):
        found = the_detector().find(np.ascontiguousarray(image[:, ::-1]))
        return tuple(self.back(face, image.shape[1]) for face in found)

    def back(self, face, width):
        left_eye, right_eye, nose = (
            point._replace(x=width - point.x + self.moved)
            for point in (face.right_eye, face.left_eye, face.nose)
        )
        return face._replace(left=width - face.right + self.moved, right=width - face.left + self.moved,
                             left_eye=left_eye, right_eye=right_eye, nose=nose)  # fmt: skip


class Halved:
    """The faces in the upper half of a picture."""

    def find(self, image):
        return the_detector().find(image[: len(image) // 3])


def with_second(second, source: bytes | None = None) -> Facts:
    return examine(source or real_portrait("official-1"), SPEC, the_detector(), second=second).facts


def test_two_detectors_that_agree_change_nothing_but_their_facts():
    facts = with_second(Mirrored())
    assert facts.second_faces == 1
    assert 0 < facts.detectors_apart_px < 5
    alone = examined("official-1").facts
    assert replace(facts, second_faces=None, detectors_apart_px=None) == alone
    assert (alone.second_faces, alone.detectors_apart_px) == (None, None)
    assert breaches(facts) == [[]]


def test_the_distance_is_in_delivered_pixels():
    """Of this source the copy that is searched has a fourth of the pixels across."""
    source = as_file(capture(), quality=92)
    near, facts = (with_second(Mirrored(moved), source) for moved in (0, 20))
    assert abs(facts.detectors_apart_px - 20 * 4 * facts.scale) <= near.detectors_apart_px + 0.01
    assert breaches(facts) == [["P312:detectors_apart_px"]]


def test_a_second_detector_that_sees_no_face_disagrees():
    facts = with_second(Halved())
    assert (facts.second_faces, facts.detectors_apart_px) == (0, None)
    assert breaches(facts) == [["P312:second_faces"]]
