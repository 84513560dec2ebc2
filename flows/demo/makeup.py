"""The make-up day: most of those who were absent come some weeks later."""

from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from flows.demo.lineup import Take, Visit
from flows.demo.pictures import MEGAPIXELS, take_pictures
from flows.demo.school import school
from flows.demo.sheets import log_lines
from flows.demo.truth import read_truth
from flows.tabular import Headers, read_table

COMING_SHARE = 0.75
HEADERS = Headers(
    {"student_no": ("学号",), "sex": ("性别",), "document_no": ("证件号码",)},
    ("student_no", "sex", "document_no"),
)


def makeup_day(directory: Path, *, seed: int, workers: int, megapixels: float = MEGAPIXELS) -> list[str]:
    """Capture three quarters of a day's absent students at one camera, and log them; returns who came.

    The pictures lie in a folder of their own; `truth.csv` keeps telling of the capture day alone. Raises
    FileExistsError when the make-up day was held already.
    """
    rng = Random(f"{seed}/makeup")
    visits = absent_visits(directory)
    count = max(min(1, len(visits)), round(len(visits) * COMING_SHARE))
    coming = sorted(rng.sample(visits, count), key=lambda visit: visit.key)
    camera = school().cameras[0]
    take = Take(camera, rng, folder=f"{camera.name}-2")
    held_on = school().held_on + timedelta(days=school().make_up_days_later)
    opens_at = datetime.combine(held_on, school().make_up_from)
    for place, visit in enumerate(coming):
        take.visit(visit, opens_at + timedelta(seconds=place * school().make_up_step_s))
    (directory / "captures" / take.folder).mkdir(parents=True)
    take_pictures(directory / "captures", take.frames, seed=seed, workers=workers, megapixels=megapixels)
    with (directory / "capture_log.csv").open("ab") as log:
        log.write(log_lines(take.readings))
    return [visit.key for visit in coming]


def absent_visits(directory: Path) -> list[Visit]:
    """The visits that were missed on the day, as truth and roster tell."""
    absent = {line.student_no for line in read_truth(directory / "truth.csv") if line.fault == "absent"}
    roster = read_table(directory / "roster.xlsx", HEADERS)
    return [
        Visit(row["student_no"], row["document_no"], row["sex"] == "女")
        for row in roster.iter_rows(named=True)
        if row["student_no"] in absent
    ]
