"""What a capture's EXIF says of its camera, and of the software that wrote the file after it."""

from datetime import datetime
from io import BytesIO

import pytest
from PIL import Image
from PIL.ExifTags import IFD, Base

from flows.exif import ExifFacts, exif_facts

SHOT = "2020:11:19 09:05:00"


def jpeg(main=(), shot=()):
    """A small JPEG with these EXIF fields."""
    exif, kept = Image.Exif(), BytesIO()
    exif.update(dict(main))
    exif.get_ifd(IFD.Exif).update(dict(shot))
    Image.new("RGB", (8, 8)).save(kept, "JPEG", exif=exif)
    return kept.getvalue()


def resaved(taken_at=SHOT, **fields):
    shot = {} if taken_at is None else {Base.DateTimeOriginal: taken_at}
    return exif_facts(jpeg({Base[name]: value for name, value in fields.items()}, shot)).is_resaved


def test_a_camera_tells_time_and_body():
    main = {Base.Make: "NIKON CORPORATION\0", Base.Model: "NIKON Z 5 "}
    shot = {Base.DateTimeOriginal: SHOT, Base.SubsecTimeOriginal: "25", Base.BodySerialNumber: "6001234"}
    assert exif_facts(jpeg(main, shot)) == ExifFacts(
        datetime(2020, 11, 19, 9, 5, 0, 250_000), "NIKON CORPORATION NIKON Z 5 6001234", None
    )


def test_what_is_not_said_is_not_known():
    assert exif_facts(jpeg()) == ExifFacts()
    assert exif_facts(b"no picture") == ExifFacts()
    assert exif_facts(jpeg({Base.Model: "X"})).camera_body == "X"


@pytest.mark.parametrize(
    "software", ["Adobe Photoshop 22.0 (Windows)", "GIMP 2.10.8", "MeituPic", "ACDSee 2020"]
)
def test_an_editor_that_names_itself_saved_the_file_again(software):
    assert resaved(Software=software)
    assert resaved(Software=software, taken_at=None)


def test_a_file_written_long_after_the_shot_was_saved_again():
    assert resaved(DateTime="2020:11:19 21:30:00")
    assert resaved(DateTime="2020:11:19 09:05:04") is False
    assert resaved(DateTime=SHOT, Software="Ver.1.20") is False


def test_a_file_that_tells_neither_is_in_no_doubt():
    assert resaved() is None
    assert resaved(DateTime="2020:11:19 21:30:00", taken_at=None) is None
    assert resaved(Software="Ver.1.20") is False
    assert resaved(DateTime="0000:00:00 00:00:00", Software=" ") is None
