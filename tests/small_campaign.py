"""The smallest campaign whose students are accepted: photos that they bring, named by student number."""

import csv
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from flows.demo.portrait import draw, look_of
from tests.builders import award, student, the_profile
from tests.photo_builders import as_file

SIZE = (768, 1024)
CAMPAIGN = """
[campaign]
id = "small"
school_code = "10403"
school_name = "某校"
president = "王校长"
degree_chair = "李主席"
profile = "studio"
[inputs]
roster = "roster.csv"
awards = "awards.csv"
captures = "handed-in"
[certificates]
award_date = 2021-06-30
"""


@cache
def picture(seed: int) -> bytes:
    """A portrait that keeps every limit, of somebody by number."""
    return as_file(draw(look_of(seed, woman=False), SIZE)[0], quality=90)


def write_small(folder: Path, pictures: Mapping[int, int], **changes: str) -> Path:
    """A campaign of students 1 to 3, of whom those in `pictures` hand in a portrait; the path of its file.

    `changes` are columns of student 1's roster line.
    """
    headers = the_profile("studio").headers
    people = [
        {**student(serial), "enrolment_status": "在读", **(changes if serial == 1 else {})}
        for serial in (1, 2, 3)
    ]
    write_table(folder / "roster.csv", headers.roster, people)
    awarded = [award(serial, diploma_no=None, conclusion=None) for serial in (1, 2, 3)]
    write_table(folder / "awards.csv", headers.awards, awarded)
    for serial, seed in pictures.items():
        path = folder / "handed-in" / f"40101900000{serial}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(picture(seed))
    campaign = folder / "campaign.toml"
    campaign.write_text(CAMPAIGN, encoding="utf-8")
    return campaign


def write_table(
    path: Path, headers: Mapping[str, tuple[str, ...]], rows: Iterable[Mapping[str, object]]
) -> None:
    """A CSV under the usual headers."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([names[0] for names in headers.values()])
        writer.writerows([[row.get(column) or "" for column in headers] for row in rows])
