"""Where a delivered photo comes from, as its bundle says it."""

from pydantic import Field, FiniteFloat

from schemas.campaign import Strict


class Origin(Strict):
    """One line of a bundle's list of sources: which capture a photo is a crop of, and where the crop lies.

    The capture is named by its digest alone. The box is in source pixels, after `orientation` (EXIF, 1 to 8;
    1 also where the capture has none) was applied. Whoever holds the captures can check it.
    """

    photo: str
    source_sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    orientation: int = Field(ge=1, le=8)
    left_px: FiniteFloat
    top_px: FiniteFloat
    width_px: FiniteFloat = Field(gt=0)
    height_px: FiniteFloat = Field(gt=0)
    engine: str
