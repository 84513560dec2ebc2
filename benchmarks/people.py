"""A school's sheets of any length, in a moment: invented people, one row in a hundred with a fault."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl

from flows.demo.names import parts
from flows.demo.people import HOME, ID_CARD
from flows.demo.school import majors, regions, school
from schemas.identity import check_character_of, sex_of

SEED = 20
FAULTY = 100
"""One row in so many has a fault, each kind in turn."""
FIRST_DAY, DAYS, SEQUENCES = "1990-01-01", 3000, 1000
"""Three million ID numbers, no two alike: so many birth dates, each with so many sequence numbers."""
LEVELS = {"硕士研究生": "02", "博士研究生": "01"}
"""Two of them, since the serial of a certificate number has six digits."""
MAJOR = {"院系": "unit", "专业代码": "code", "专业名称": "name", "学习形式": "form", "学制": "years"}
AWARDS = ("学号", "毕结业结论", "毕业证书编号")


class Sheets(NamedTuple):
    """A roster and its awards as CSV files."""

    roster: Path
    awards: Path


def write_sheets(folder: Path, count: int) -> Sheets:
    """The sheets of `count` enrolments, one in FAULTY of which is to be rejected."""
    people = with_faults(sound_people(count))
    sheets = Sheets(folder / f"roster-{count}.csv", folder / f"awards-{count}.csv")
    parts_of = people.drop("place", *AWARDS[1:]), people.select(AWARDS)
    for path, part in zip(sheets, parts_of, strict=True):
        write_csv(part, path)
    return sheets


def write_csv(sheet: pl.DataFrame, path: Path) -> None:
    """A sheet as Excel writes it as CSV."""
    sheet.write_csv(path, include_bom=True, line_terminator="\r\n")


def with_faults(people: pl.DataFrame) -> pl.DataFrame:
    """The same people, one in FAULTY with a fault."""
    is_faulty = pl.col("place") % FAULTY == FAULTY - 1
    kind = pl.col("place") // FAULTY % len(_faults())
    return people.with_columns(
        pl.when(is_faulty & (kind == turn)).then(value).otherwise(pl.col(column)).alias(column)
        for turn, (column, value) in enumerate(_faults().items())
    )


def _faults() -> dict[str, pl.Expr]:
    """What clerks send: a column, and what stands in it."""
    return {
        "证件号码": pl.concat_str(pl.col("证件号码").str.head(17), pl.lit("*")),
        "姓名": pl.col("姓名").str.replace(r".$", "?"),
        "性别": pl.col("性别").replace({"男": "女", "女": "男"}),
        "院系": pl.lit(None, dtype=pl.String),
        "学制": pl.lit("19"),
        "毕业证书编号": pl.col("毕业证书编号").str.replace(r"^.", "9"),
    }


def sound_people(count: int) -> pl.DataFrame:
    """Enrolments without a fault by their `place` from 0, under the headers of a school's sheets."""
    rng, home = np.random.default_rng(SEED), school()
    eligible = [major for major in majors() if major.unit not in home.exclude_units]
    place, padded = pl.col("place"), pl.col("place").cast(pl.String).str.zfill(9)
    serial = (place // len(LEVELS) + 1).cast(pl.String).str.zfill(6)
    prefix = pl.lit(f"{home.school_code}1{home.graduation_date:%Y}")
    return (
        _persons(count, rng)
        .with_columns(pl.Series("major", rng.integers(0, len(eligible), count)))
        .with_columns(pl.lit(list(LEVELS)).list.get(place % len(LEVELS)).alias("层次"))
        .select(
            "place",
            pl.concat_str(pl.lit("401"), padded).alias("学号"),
            *("姓名", "性别", "出生日期", "证件类型", "证件号码"),
            pl.concat_str(pl.lit(f"{home.school_code}9"), padded).alias("考生号"),
            pl.lit(HOME).alias("国家或地区"),
            *(
                _of_major([str(getattr(major, field)) for major in eligible], header)
                for header, field in MAJOR.items()
            ),
            "层次",
            pl.lit(f"{home.entry_year}{home.entry_month_day}").alias("入学日期"),
            pl.lit(home.certificate).alias("证书类别"),
            pl.lit("毕业").alias("毕结业结论"),
            pl.concat_str(prefix, pl.col("层次").replace(LEVELS), serial).alias("毕业证书编号"),
        )
    )


def _persons(count: int, rng: np.random.Generator) -> pl.DataFrame:
    """Names, sexes, birth dates and ID cards by their `place`."""

    def drawn(values: list[str]) -> pl.Series:
        return pl.Series(values).gather(rng.integers(0, len(values), count))

    place = pl.col("place")
    characters = parts().surnames, parts().given.both, parts().given.women
    born_on = pl.lit(FIRST_DAY).str.to_date() + pl.duration(days=place % DAYS)
    sequence = (place // DAYS % SEQUENCES).cast(pl.String).str.zfill(3)
    return (
        pl.DataFrame({"place": np.arange(count)})
        .with_columns(
            drawn([region.code for region in regions()]).alias("region"),
            pl.concat_str([drawn(list(each)) for each in characters]).alias("姓名"),
            born_on.dt.to_string("%Y%m%d").alias("出生日期"),
            pl.lit(ID_CARD).alias("证件类型"),
        )
        .with_columns(pl.concat_str("region", "出生日期", sequence).alias("body"))
        .with_columns(
            sex_of(pl.col("body")).alias("性别"),
            pl.concat_str("body", check_character_of(pl.col("body"))).alias("证件号码"),
        )
    )


def _of_major(values: list[str], header: str) -> pl.Expr:
    return pl.lit(pl.Series(values)).gather("major").alias(header)
