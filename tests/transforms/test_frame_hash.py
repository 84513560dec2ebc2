"""The frame's hash: copies of a picture have it, however they were saved; pictures of other people do not."""

from io import BytesIO
from itertools import combinations

import numpy as np
import pytest
from PIL import Image, ImageEnhance

from flows.demo.portrait import draw, look_of
from tests.builders import the_profile
from tests.photo_builders import REAL, as_file, real_portrait
from transforms.decode import decode
from transforms.frame_hash import BITS, frame_hash
from transforms.study import study_of

ENOUGH = (960, 1280)
LIMIT = the_profile().linking.near_max_bits.value
SIZE = (601, 801)
"""Odd, so that the study copy lacks pixels at the edges."""


def smaller(image, share):
    return image.resize((round(image.width * share), round(image.height * share)), Image.Resampling.LANCZOS)


def warmer(image):
    red, green, blue = image.split()
    return Image.merge("RGB", (red.point(lambda v: v * 1.05), green, blue.point(lambda v: v * 0.95)))


COPIES = {
    "saved at quality 50": lambda image: as_file(image, quality=50),
    "half the size": lambda image: as_file(smaller(image, 0.5), quality=85),
    "480 px wide": lambda image: as_file(smaller(image, 480 / image.width), quality=80),
    "lighter": lambda image: as_file(ImageEnhance.Brightness(image).enhance(1.1), quality=90),
    "warmer": lambda image: as_file(warmer(image), quality=90),
    "a smaller PNG": lambda image: as_file(smaller(image, 0.8), "PNG", compress_level=1),
}


def hash_of(source):
    picture = decode(source, ENOUGH)
    study = study_of(picture)
    return frame_hash(study.pixels, (picture.width_px * study.scale, picture.height_px * study.scale))


def apart(one, other):
    return (int(one, 16) ^ int(other, 16)).bit_count()


@pytest.fixture(scope="module")
def drawn():
    return [draw(look_of(seed, woman=seed % 2 == 0), SIZE)[0] for seed in range(6)]


@pytest.mark.parametrize("copy", COPIES)
def test_a_copy_is_near_its_picture(drawn, copy):
    for image in drawn[:2]:
        assert apart(hash_of(as_file(image, quality=92)), hash_of(COPIES[copy](image))) <= LIMIT


@pytest.mark.parametrize("name", REAL)
def test_a_copy_of_a_real_portrait_is_near_it(name):
    source = real_portrait(name)
    image = Image.open(BytesIO(source)).convert("RGB")
    assert max(apart(hash_of(source), hash_of(copy(image))) for copy in COPIES.values()) <= LIMIT


def test_different_people_are_far_apart(drawn):
    hashes = [hash_of(as_file(image, quality=92)) for image in drawn]
    assert min(apart(one, other) for one, other in combinations(hashes, 2)) > 2 * LIMIT


def test_real_people_are_far_apart():
    hashes = [hash_of(real_portrait(name)) for name in REAL]
    assert min(apart(one, other) for one, other in combinations(hashes, 2)) > BITS / 4


@pytest.mark.parametrize("shape", [(1, 1, 3), (7, 900, 3), (64, 64, 3)])
def test_any_picture_has_a_hash_of_its_length(shape):
    pixels = np.random.default_rng(7).integers(0, 256, shape).astype(np.uint8)
    assert len(frame_hash(pixels, shape[1::-1])) == BITS // 4
