"""Widths in GB18030, against Python's own codecs."""

import polars as pl

from schemas.encodings import SURROGATES, fits_gb18030, gb18030_bytes, outside_gbk

CHARACTERS = [
    *(chr(code) for code in range(0x10000) if code not in SURROGATES),
    *(chr(code) for code in range(0x10000, 0x110000, 97)),
]


def encodes(character, encoding):
    try:
        return bool(character.encode(encoding))
    except UnicodeEncodeError:
        return False


def test_every_character_is_as_wide_as_the_codec_has_it():
    widths = pl.DataFrame({"text": CHARACTERS}).select(gb18030_bytes(pl.col("text")))["text"].to_list()
    assert widths == [len(character.encode("gb18030")) for character in CHARACTERS]


def test_exactly_what_the_codec_refuses_is_outside_gbk():
    outside = pl.DataFrame({"text": CHARACTERS}).select(outside_gbk(pl.col("text")))["text"].to_list()
    assert outside == [not encodes(character, "gbk") for character in CHARACTERS]


def test_a_text_is_as_wide_as_its_characters_together():
    texts = ["", "Anna Lee", "阿依古丽·买买提", "由𬱖", "①㈱€"]
    widths = pl.DataFrame({"text": texts}).select(gb18030_bytes(pl.col("text")))["text"].to_list()
    assert widths == [len(text.encode("gb18030")) for text in texts]


def test_a_text_fits_up_to_its_own_length_for_every_character():
    texts = pl.DataFrame({"text": [*CHARACTERS, None]})
    for most in (1, 2, 3, 4):
        counted = texts.select(gb18030_bytes(pl.col("text")) <= most)
        assert texts.select(fits_gb18030(pl.col("text"), most)).equals(counted)
