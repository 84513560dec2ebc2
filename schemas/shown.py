"""The pictures that people are shown of a capture, by name; the photo store keeps each under it."""

PHOTO = "photo"
"""The delivered picture, as it is."""
PREVIEW = "preview"
"""The delivered picture, smaller."""
THUMBNAIL, SOURCE = "thumbnail", "source"
"""The whole capture, small and larger."""
CELL = "cell"
"""What stands on a large day's contact sheet: photo or, where there is none, capture."""
KINDS = (PHOTO, PREVIEW, THUMBNAIL, SOURCE, CELL)
