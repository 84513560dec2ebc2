"""The small pictures that people are shown of a capture: made once, when it is examined."""

from typing import NamedTuple

from schemas.shown import CELL, PREVIEW, SOURCE, THUMBNAIL
from transforms.jpeg import smaller, thumbnail
from transforms.pixels import Pixels


class Small(NamedTuple):
    """How large a picture is at most (width, height in px), and its JPEG quality."""

    size: tuple[int, int]
    quality: int


SHOWN = {
    SOURCE: Small((360, 480), 60),
    THUMBNAIL: Small((150, 200), 70),
    PREVIEW: Small((180, 240), 65),
    CELL: Small((84, 112), 60),
}
"""A preview is shown 33 by 48 mm, which a dense screen draws with up to twice as many pixels."""


def shown(study: Pixels, view: Pixels | None) -> dict[str, bytes]:
    """The small pictures of a whole source, from a copy of it, and of the photo where one was made.

    The cell shows the photo, or else the source.
    """
    larger = smaller(study, SHOWN[SOURCE].size)
    of_photo = {} if view is None else {PREVIEW: smaller(view, SHOWN[PREVIEW].size)}
    pictures = {SOURCE: larger, THUMBNAIL: larger, **of_photo, CELL: of_photo.get(PREVIEW, larger)}
    return {name: thumbnail(pixels, *SHOWN[name]) for name, pixels in pictures.items()}
