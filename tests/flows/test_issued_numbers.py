"""Certificate numbers end to end: two bundles of one day, their numbers without double and without gap."""

import csv
import json
import tomllib
from pathlib import Path

import openpyxl
import pytest

from flows.verify import verify
from tests import ledgers
from tests.campaign_builders import write_xlsx

pytestmark = [pytest.mark.usefixtures("prefect_server"), pytest.mark.xdist_group("prefect")]

LEVELS = {"硕士研究生": ("02", "3"), "博士研究生": ("01", "2")}
NUMBERS = ("毕业证书编号", "学位证书编号")
DEGREE = ("学位类别码", "学位类别")


def run(day: Path):
    from flows.post_capture import post_capture

    return post_capture(str(day / "campaign.toml"))


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def sheet(path: Path) -> list[list[object]]:
    rows = openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True)
    return [["" if cell is None else cell for cell in row] for row in rows]


def declare_ranges(day: Path) -> dict[str, str]:
    """Ranges for both levels and kinds in the campaign file; the first number of each kind and level."""
    path = day / "campaign.toml"
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    school, dates = document["campaign"]["school_code"], document["certificates"]
    firsts = {}
    for level, (diploma, degree) in LEVELS.items():
        firsts["diploma", level] = f"{school}1{dates['graduation_date']:%Y}{diploma}000101"
        firsts["degree", level] = f"{school}{degree}{dates['award_date']:%Y}030001"
    lines = [
        f'[[numbers]]\nkind = "{kind}"\nlevel = "{level}"\nfirst = "{first}"\nlast = "{int(first) + 99}"\n'
        for (kind, level), first in firsts.items()
    ]
    path.write_text("\n".join([path.read_text(encoding="utf-8"), *lines]), encoding="utf-8")
    return firsts


def write_awards(day: Path, awards: list[list[object]], student: str, conclusion: str) -> None:
    """The awards sheet upside down and without the columns of numbers; one student's conclusion is another.

    Who only completed has no degree.
    """
    head, *rows = awards
    kept = [name for name in head if name not in NUMBERS]
    lines = [dict(zip(head, row, strict=True)) for row in rows[::-1]]
    for line in lines:
        if line["学号"] == student:
            line["毕结业结论"] = conclusion
            line.update(dict.fromkeys(DEGREE, "") if conclusion == "结业" else {})
    write_xlsx(day / "awards.xlsx", [kept, *([line[name] for name in kept] for line in lines)])


def an_innocent(day: Path) -> str:
    """A student of whom nothing was planted and who is to get certificates."""
    planted = {line["student_no"] for line in table(day / "truth.csv")}
    head, *rows = sheet(day / "awards.xlsx")
    return next(number for row in rows if (number := row[head.index("学号")]) not in planted)


def numbers_in(bundle) -> dict[str, dict[str, str]]:
    """What the tables of a bundle hold by examinee number: both numbers, whose they are, the remark."""
    owners = {line["ZJHM"]: line["XH"] for line in table(bundle.folder / "data" / "images.csv")}
    diplomas = {line["KSH"]: line for line in table(bundle.folder / "data" / "diploma.csv")}
    degrees = {line["KSH"]: line["XWZSBH"] for line in table(bundle.folder / "data" / "degree.csv")}
    return {key: {"diploma": line["ZSBH"], "degree": degrees.get(key, ""), "level": line["CC"],
                  "student_no": owners[line["ZJHM"]], "form": line["XXXS"], "remark": line["BZ"]}
            for key, line in diplomas.items()}  # fmt: skip


def in_order(lines, kind: str, level: str) -> list[str]:
    mine = [line for line in lines if line["level"] == level]
    ordered = sorted(mine, key=lambda line: (line["form"], line["student_no"]))
    return [line[kind] for line in ordered if line[kind]]


def test_two_bundles_have_one_series_of_numbers(day, ledger_url):
    from flows.demo.makeup import makeup_day

    ledgers.move(day / "campaign.toml", ledger_url)
    firsts, student, awards = declare_ranges(day), an_innocent(day), sheet(day / "awards.xlsx")
    write_awards(day, awards, student, "结业")
    first = run(day)
    one = numbers_in(first.bundle)
    assert len(one) == first.summary.accepted
    for (kind, level), start in firsts.items():
        issued = in_order(one.values(), kind, level)
        assert issued == [str(int(start) + at) for at in range(len(issued))]
    told = table(first.audit / "numbers.csv")
    assert {(line["student_no"], line["kind"], line["number"]) for line in told} == {
        (line["student_no"], kind, line[kind])
        for line in one.values()
        for kind in ("diploma", "degree")
        if line[kind]
    }
    assert [line["student_no"] for line in one.values() if not line["degree"]] == [student]
    assert {(line["origin"], line["bundle"]) for line in told} == {("issued", first.bundle.name)}

    came = makeup_day(day, seed=7, workers=1, megapixels=0.9)
    write_awards(day, awards, student, "毕业")
    head, *rows = sheet(day / "roster.xlsx")
    write_xlsx(day / "roster.xlsx", [head, *rows[::-1]])
    second = run(day)
    two = numbers_in(second.bundle)
    exchanged = next(line for line in two.values() if line["student_no"] == student)
    assert exchanged["diploma"] == next(
        one[key]["diploma"] for key in one if one[key]["student_no"] == student
    )
    assert exchanged["remark"] == "结业换毕业"
    assert {line["student_no"] for line in two.values()} == {student, *came}
    for (kind, level), start in firsts.items():
        before = in_order(one.values(), kind, level)
        had = {line["student_no"] for line in one.values() if line[kind]}
        new = in_order([line for line in two.values() if line["student_no"] not in had], kind, level)
        assert [*before, *new] == [str(int(start) + at) for at in range(len(before) + len(new))]
    origins = {
        (line["student_no"], line["kind"]): line["origin"] for line in table(second.audit / "numbers.csv")
    }
    assert {who for (who, _), origin in origins.items() if origin == "issued"} == {student, *came}
    assert (origins[student, "diploma"], origins[student, "degree"]) == ("earlier", "issued")
    codes = {line["code"] for line in table(second.audit / "rejects.csv") if line["student_no"] == student}
    assert codes == {"T436"}
    assert verify(first.bundle.folder).faults == verify(second.bundle.folder).faults == ()
    assert json.loads((second.audit / "summary.json").read_text(encoding="utf-8"))["sealed"] == len(two)
