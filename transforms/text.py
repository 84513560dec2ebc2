"""Recipes on one column of text: Expr -> Expr."""

from collections.abc import Callable

import polars as pl

FULL_WIDTH = {chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F)}
"""Full-width forms U+FF01..U+FF5E and the ASCII that they stand for."""

DOTS = r"\u{2022}\u{30FB}\u{FF65}\u{2027}\u{22C5}\u{2219}\u{387}\u{2E31}\u{25CF}"
"""What stands in names in place of the separator U+00B7 (民委发〔2016〕33号); escaped, as editors fold it."""
STOPS = r"\.\u{FF0E}\u{2024}"
"""Full stops, which are the separator only between Han characters."""

TENS = r"[\u{2169}\u{2179}\u{425}\u{445}\u{D7}\u{2715}]"
"""What people type for the X of an ID number: Roman ten, Cyrillic ha, the multiplication signs."""
INVISIBLE = r"\p{Default_Ignorable_Code_Point}+"
"""Zero-width and direction marks, variation selectors: nobody sees or types them, programs leave them."""
BLANKS = r"\s+"
MARKS = r"['`_()\[\]\-\u{2018}\u{2019}\u{B4}\u{2010}-\u{2015}\u{2212}\u{3010}\u{3011}\u{3014}\u{3015}]"
"""What people type between or around the characters of a document number."""
LETTERS = {wide: narrow for wide, narrow in FULL_WIDTH.items() if narrow.isalpha() or narrow in "'-,"}
HAN_NAME = r"^[\p{Han}\u{00B7}]+$"
PLAIN_NUMBER = r"^[0-9A-Z]+$"
PLAIN_TEXT = r"^[^\s\p{Default_Ignorable_Code_Point}]+$"
COMPACT_DATE = r"^[0-9]{8}$"
"""What need not be tidied, which is most of what schools send."""


def unless(text: pl.Expr, plain: str, recipe: Callable[[pl.Expr], pl.Expr]) -> pl.Expr:
    """The recipe's result for the texts that are not plain already; those and nulls stay as they are.

    Most texts are plain, and a look costs a fraction of a recipe.

    >>> numbers = pl.DataFrame({"no": ["12", " 3", None]})
    >>> numbers.select(unless(pl.col("no"), "^[0-9]+$", lambda sent: sent.str.strip_chars()))["no"].to_list()
    ['12', '3', None]
    """

    def mended(texts: pl.Series) -> pl.Series:
        is_odd = ~texts.str.contains(plain)
        if not is_odd.any():
            return texts
        odd = texts.filter(is_odd).alias("odd").to_frame().select(recipe(pl.col("odd"))).to_series()
        return texts.scatter(is_odd.arg_true(), odd)

    return text.map_batches(mended, return_dtype=pl.String)


def fold_width(text: pl.Expr) -> pl.Expr:
    """Full-width letters, digits and signs as ASCII.

    >>> pl.select(fold_width(pl.lit("３６０１Ｘ"))).item()
    '3601X'
    """
    return text.str.replace_many(list(FULL_WIDTH), list(FULL_WIDTH.values()))


def tidy_number(text: pl.Expr) -> pl.Expr:
    """A number that people type, as it is meant: narrow, without blanks, upper case; `Ⅹ` is X.

    >>> pl.select(tidy_number(pl.lit(" ３６０１ 02x "))).item()
    '360102X'
    """
    return unless(text, PLAIN_NUMBER, _tidied_number)


def _tidied_number(text: pl.Expr) -> pl.Expr:
    folded = fold_width(text).str.replace_all(f"{BLANKS}|{INVISIBLE}", "").str.to_uppercase()
    return null_if_empty(folded.str.replace_all(TENS, "X"))


def tidy_document_no(text: pl.Expr) -> pl.Expr:
    """A document's number likewise, without brackets, hyphens and a spreadsheet's apostrophe.

    >>> pl.select(tidy_document_no(pl.lit("'H12345678（01）"))).item()
    'H1234567801'
    """
    return unless(
        text, PLAIN_NUMBER, lambda sent: null_if_empty(_tidied_number(sent).str.replace_all(MARKS, ""))
    )


def tidy_name(text: pl.Expr) -> pl.Expr:
    """A name with the right dot; without blanks if it is written in Han characters, else with single ones.

    Letters are narrow and one with their accents, and nothing is invisible.

    >>> names = pl.DataFrame({"name": ["张　三", "阿依古丽•买买提", " Ａnna  Lee "]})
    >>> names.select(tidy_name(pl.col("name")))["name"].to_list()
    ['张三', '阿依古丽·买买提', 'Anna Lee']
    """
    return unless(text, HAN_NAME, _tidied_name)


def _tidied_name(text: pl.Expr) -> pl.Expr:
    visible = text.str.replace_all(INVISIBLE, "").str.replace_many(list(LETTERS), list(LETTERS.values()))
    dotted = compose(visible).str.replace_all(f"[{DOTS}]", "·")
    for _ in range(2):  # twice, since a character between two stops is part of one match only
        dotted = dotted.str.replace_all(rf"(\p{{Han}})\s*[{STOPS}]\s*(\p{{Han}})", "${1}·${2}")
    dotted = dotted.str.replace_all("\N{FULLWIDTH FULL STOP}", ".", literal=True)
    joined = dotted.str.replace_all(BLANKS, "")
    spaced = dotted.str.replace_all(BLANKS, " ").str.strip_chars()
    return null_if_empty(pl.when(joined.str.contains(HAN_NAME)).then(joined).otherwise(spaced))


def compose(text: pl.Expr) -> pl.Expr:
    """Letters and the accents behind them as one character each (NFC); texts without accents as they are.

    The others hold characters of old East Asian sets that NFC would exchange: their look may be meant.
    """
    return pl.when(text.str.contains(r"\p{M}")).then(text.str.normalize("NFC")).otherwise(text)


def squeeze(text: pl.Expr) -> pl.Expr:
    """One space where there were several, none at the ends; null when nothing is left."""
    return unless(text, PLAIN_TEXT, _squeezed)


def _squeezed(text: pl.Expr) -> pl.Expr:
    visible = text.str.replace_all(INVISIBLE, "")
    return null_if_empty(visible.str.replace_all(BLANKS, " ").str.strip_chars())


def null_if_empty(text: pl.Expr) -> pl.Expr:
    """Null in place of the empty text."""
    return pl.when(text.str.len_bytes() > 0).then(text)


def read_date(text: pl.Expr) -> pl.Expr:
    """A date written as 19980131, 1998-01-31, 1998/1/31, 1998.1.31 or 1998年1月31日; null for anything else.

    >>> pl.DataFrame({"on": ["19980131", "1998年1月31日", "1998-1-31 00:00:00", "199811"]}).select(
    ...     read_date(pl.col("on"))
    ... )["on"].dt.to_string().to_list()
    ['1998-01-31', '1998-01-31', '1998-01-31', None]
    """
    return unless(text, COMPACT_DATE, _compact_date).str.to_date("%Y%m%d", strict=False)


def _compact_date(text: pl.Expr) -> pl.Expr:
    """A date's eight digits; null for what is none."""
    parts = (
        fold_width(text)
        .str.strip_chars()
        .str.replace(r"^([0-9]{4})([0-9]{2})([0-9]{2})\b", "${1}-${2}-${3}")
        .str.extract_groups(r"^([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?(?:[ T]00:00(?::00)?)?$")
    )
    fields = [parts.struct.field(str(group)) for group in (1, 2, 3)]
    return pl.concat_str(fields[0], fields[1].str.zfill(2), fields[2].str.zfill(2))


def read_time(text: pl.Expr) -> pl.Expr:
    """A time of day written as 9:00, 09:00 or 09:00:00; null for anything else.

    >>> pl.DataFrame({"at": ["9:05", "16:40:30", "x"]}).select(read_time(pl.col("at")))["at"].cast(
    ...     pl.String
    ... ).to_list()
    ['09:05:00', '16:40:30', None]
    """
    parts = (
        fold_width(text).str.strip_chars().str.extract_groups(r"^([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?$")
    )
    fields = [parts.struct.field(str(group)) for group in (1, 2, 3)]
    padded = pl.concat_str(
        fields[0].str.zfill(2), pl.lit(":"), fields[1], pl.lit(":"), fields[2].fill_null("00")
    )
    return padded.str.to_time("%H:%M:%S", strict=False).name.keep()


def read_timestamp(text: pl.Expr) -> pl.Expr:
    """A moment written as 2020-11-19 09:00:05, with / or . in the date, seconds optional, to the millisecond.

    Null for anything else.

    >>> pl.DataFrame({"at": ["2020/11/19 9:00:05", "2020-11-19T09:00:05.250"]}).select(
    ...     read_timestamp(pl.col("at"))
    ... )["at"].dt.to_string("iso").to_list()
    ['2020-11-19 09:00:05.000', '2020-11-19 09:00:05.250']
    """
    parts = (
        fold_width(text).str.strip_chars().str.extract_groups(r"^([^ T]+)[ T]+([0-9:]+)(?:\.([0-9]{1,9}))?$")
    )
    moment = read_date(parts.struct.field("1")).dt.combine(read_time(parts.struct.field("2")), "ms")
    milliseconds = parts.struct.field("3").str.pad_end(3, "0").str.head(3).cast(pl.Int64).fill_null(0)
    return (moment + pl.duration(milliseconds=milliseconds, time_unit="ms")).name.keep()
