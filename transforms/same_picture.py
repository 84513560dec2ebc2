"""One picture under two people: frames that are almost the same, in a run and against everything before it.

People are told apart by row and student number; rows of one name and document number are one person's.
"""

from collections.abc import Iterable, Iterator

import polars as pl

from schemas.reasons import Reason

_DIGITS = 256
"""Hexadecimal digits of a frame's hash."""
_WORD = 16
"""Of them, those of a word of 64 bits."""
_NEAR = {"frame_hash": pl.String, "near_hash": pl.String}
TOGETHER = 100_000
"""Pairs of hashes compared at once, 256 bytes each."""

People = pl.DataFrame
"""`row`, `student_no` and `person`: the first row of the same name and document number."""


def people_of(roster: pl.DataFrame) -> People:
    """Who each row is."""
    first = pl.col("row").min().over("name", "document_no")
    known = pl.col("name").is_not_null() & pl.col("document_no").is_not_null()
    return roster.select("row", "student_no", person=pl.when(known).then(first).otherwise("row"))


# -- doubts --------------------------------------------------------------------------------------------------


def doubt_near_pictures(
    links: pl.DataFrame, captures: pl.DataFrame, roster: pl.DataFrame, max_bits: int
) -> pl.DataFrame:
    """Take the link from captures that are almost the same picture as another person's."""
    shared = pl.col("code") == Reason.CAPTURE_SHARED
    shown = _shown(links, captures, roster).with_columns(
        who=pl.coalesce(pl.col("person").cast(pl.String), pl.when(shared).then("code"))
    )
    told = shown.drop_nulls(["frame_hash", "who"]).select("capture_path", "frame_hash", "who")
    hashes = told.select("frame_hash").unique().sort("frame_hash")
    hits = (
        told.join(near(hashes, hashes, max_bits), on="frame_hash", how="inner", validate="m:m",
                  maintain_order="left_right")
        .join(told.select(other="capture_path", other_who="who", near_hash="frame_hash"), on="near_hash",
              how="inner", validate="m:m", maintain_order="left_right")
        .filter(pl.col("who") != pl.col("other_who"))
    )  # fmt: skip
    each = hits.group_by("capture_path", maintain_order=True).agg(
        said=pl.format("与 {} 是同一画面", pl.col("other").min())
    )
    return _without_link(links, each, Reason.CAPTURE_ALIKE)


def doubt_past_pictures(
    links: pl.DataFrame, captures: pl.DataFrame, roster: pl.DataFrame, *, past: pl.DataFrame, max_bits: int
) -> pl.DataFrame:
    """Take the link from captures that an earlier run used for another student; `past` is PAST_PICTURES.

    What an earlier run of the campaign made of a file that is here again is no finding, unless it was sealed:
    the file is linked anew.
    """
    here = captures.select("camera_name", capture_sha256="sha256")
    anew = past.filter(~pl.col("is_final")).join(
        here, on=["camera_name", "capture_sha256"], how="semi", maintain_order="left"
    )
    settled = past.join(anew, on=past.columns, how="anti", nulls_equal=True, maintain_order="left")
    shown = _shown(links, captures, roster).drop_nulls("person")
    hits = pl.concat([_same_files(shown, settled), _same_frames(shown, settled, max_bits)])
    own = people_of(roster).select("person", "student_no").drop_nulls().unique().sort("person", "student_no")
    others = hits.join(own, on=["person", "student_no"], how="anti", maintain_order="left")
    each = (
        others.sort("capture_path", "campaign", "student_no")
        .group_by("capture_path", maintain_order=True)
        .agg(said=pl.format("此画面在批次 {} 中已用于学号 {}", "campaign", "student_no").first())
    )
    return _without_link(links, each, Reason.PICTURE_OF_ANOTHER)


def _shown(links: pl.DataFrame, captures: pl.DataFrame, roster: pl.DataFrame) -> pl.DataFrame:
    """Every capture with its digests, its hash and the person it is linked to."""
    pictures = captures.select("capture_path", "sha256", "photo_sha256", "frame_hash")
    people = people_of(roster).select("row", "person")
    return (
        links.select("capture_path", "row", "code")
        .join(pictures, on="capture_path", how="left", validate="1:1", maintain_order="left")
        .join(people, on="row", how="left", validate="m:1", maintain_order="left")
    )


def _same_files(shown: pl.DataFrame, past: pl.DataFrame) -> pl.DataFrame:
    """Who had a capture's file, or the photo made from it, as a capture or as a delivered photo."""
    ours = pl.concat(
        shown.select("capture_path", "person", digest=column) for column in ("sha256", "photo_sha256")
    )
    theirs = pl.concat(
        past.select("student_no", "campaign", digest=column) for column in ("capture_sha256", "photo_sha256")
    )
    return (
        ours.drop_nulls("digest")
        .join(theirs.drop_nulls("digest"), on="digest", how="inner", validate="m:m",
              maintain_order="left_right")
        .drop("digest")
    )  # fmt: skip


def _same_frames(shown: pl.DataFrame, past: pl.DataFrame, max_bits: int) -> pl.DataFrame:
    """Who had almost the same frame."""
    ours = shown.drop_nulls("frame_hash").select("capture_path", "person", "frame_hash")
    theirs = past.drop_nulls("frame_hash").select("student_no", "campaign", near_hash="frame_hash")
    pairs = near(
        ours.select("frame_hash").unique().sort("frame_hash"),
        theirs.select(frame_hash="near_hash").unique().sort("frame_hash"),
        max_bits,
    )
    return (
        ours.join(pairs, on="frame_hash", how="inner", validate="m:m", maintain_order="left_right")
        .join(theirs, on="near_hash", how="inner", validate="m:m", maintain_order="left_right")
        .drop("frame_hash", "near_hash")
    )


def _without_link(links: pl.DataFrame, doubts: pl.DataFrame, reason: Reason) -> pl.DataFrame:
    """The links without those of `doubts` (capture_path, said), which get this reason and say why."""
    told = links.join(doubts, on="capture_path", how="left", validate="1:1", maintain_order="left")
    doubtful = pl.col("said").is_not_null() & pl.col("row").is_not_null()
    evidence = pl.concat_str("evidence", "said", separator="；", ignore_nulls=True)
    return told.with_columns(
        row=pl.when(~doubtful).then("row"),
        code=pl.when(doubtful).then(pl.lit(reason.value)).otherwise("code"),
        evidence=pl.when(doubtful).then(evidence).otherwise("evidence"),
    ).drop("said")


# -- hashes that are near one another ------------------------------------------------------------------------


def near(left: pl.DataFrame, right: pl.DataFrame, max_bits: int) -> pl.DataFrame:
    """`frame_hash` of `left` and `near_hash` of `right`, at most so many bits apart; no side repeats one.

    Two such hashes cut into one piece more than bits may differ have some piece in common: only those that
    have are compared. Pictures of one sitter share many, so that there may be hundreds of such pairs a hash.
    """
    if left.is_empty() or right.is_empty():
        return pl.DataFrame(schema=_NEAR)
    length = _DIGITS // (max_bits + 1)
    starts = range(0, length * (max_bits + 1), length)
    words, near_words = _words(left), _words(right)
    alike = [
        _alike(pairs.unique(), words, near_words, max_bits)
        for pairs in _together(_sharing(left, right, at, length) for at in starts)
    ]
    pairs = pl.concat([_same(left, right), *alike]).unique()
    return pl.DataFrame({
        "frame_hash": left["frame_hash"].gather(pairs["ours"]),
        "near_hash": right["frame_hash"].gather(pairs["theirs"]),
    }).sort("frame_hash", "near_hash")  # fmt: skip


def _together(frames: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """Frames put together, or cut, to about TOGETHER rows."""
    held, rows = list[pl.DataFrame](), 0
    for part in (part for frame in frames for part in frame.iter_slices(TOGETHER)):
        held.append(part)
        rows += part.height
        if rows >= TOGETHER:
            yield pl.concat(held)
            held, rows = [], 0
    if held:
        yield pl.concat(held)


def _same(left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
    """The places (`ours`, `theirs`) of the hashes that both sides have."""
    both = left.with_row_index("ours").join(
        right.with_row_index("theirs"), on="frame_hash", how="inner", validate="1:1", maintain_order="none"
    )
    return both.select("ours", "theirs")


def _alike(pairs: pl.DataFrame, words: pl.Series, near_words: pl.Series, max_bits: int) -> pl.DataFrame:
    """Of pairs of places those whose hashes differ, by so many bits at most."""
    bits = pairs.with_columns(
        words=words.gather(pairs["ours"]), near_words=near_words.gather(pairs["theirs"])
    )
    return bits.filter(_differing().is_between(1, max_bits)).select("ours", "theirs")


def _sharing(left: pl.DataFrame, right: pl.DataFrame, at: int, length: int) -> pl.DataFrame:
    """The places (`ours`, `theirs`) of pairs that have the piece of so many digits in common."""
    piece = pl.col("frame_hash").str.slice(at, length).hash()
    return (
        left.select(piece=piece)
        .with_row_index("ours")
        .join(right.select(piece=piece).with_row_index("theirs"), on="piece", how="inner", validate="m:m",
              maintain_order="none")
        .select("ours", "theirs")
    )  # fmt: skip


def _words(hashes: pl.DataFrame) -> pl.Series:
    """The hashes' bits as numbers."""
    words = pl.Array(pl.UInt64, _DIGITS // _WORD)
    bits = hashes["frame_hash"].str.decode("hex").bin
    return bits.reinterpret(dtype=words, endianness="big")


def _differing() -> pl.Expr:
    """How many bits of both differ."""
    both = ((pl.col("words").arr.get(at), pl.col("near_words").arr.get(at)) for at in range(_DIGITS // _WORD))
    return pl.sum_horizontal((one ^ other).bitwise_count_ones() for one, other in both)
