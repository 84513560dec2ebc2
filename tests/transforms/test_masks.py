"""A masked identity fits everybody in the roster who has that mask; links come of those alone with theirs."""

from random import Random

import polars as pl
import pytest

from tests.builders import captures_of, citizen_no, log_line, log_of, roster_of, shot, student, the_profile
from transforms.keys import line_identities
from transforms.linking import link

RULES = the_profile().linking
CODES = RULES.model_copy(update={"mode": "code"})
A, B = citizen_no(1), citizen_no(2)


def mask(number, head=4, tail=4):
    """A number of which only its ends are shown."""
    return number[:head] + "*" * (len(number) - head - tail) + number[len(number) - tail :]


def told(*lines, students=None):
    """`part` and `row` of every identity that these lines give, by line."""
    students = [student(serial) for serial in (1, 2, 3)] if students is None else students
    return [
        (part, row) for _, part, _, row in line_identities(log_of(*lines), roster_of(*students), RULES).rows()
    ]


@pytest.mark.parametrize("shape", [(4, 4), (6, 4), (3, 4), (10, 4), (0, 7), (1, 16)])
def test_a_masked_identity_fits_who_has_that_mask(shape):
    people = [student(1), student(2), student(1, name="李三丰"), student(1, name="王五")]
    names = ["张*", "张三", "*三", "＊三", "张**", " 张 * "]
    lines = [log_line(document_no=mask(A, *shape), name=name) for name in names]
    assert told(*lines, students=people) == [("masked", 2)] * len(names)


def test_stars_at_other_places_are_compared_too():
    masked = A[:3] + "***" + A[6:10] + "*" * 4 + A[14:]
    assert told(log_line(document_no=masked, name="张*")) == [("masked", 2)]
    other = A[:3] + "***" + "1999" + "*" * 4 + A[14:]
    assert told(log_line(document_no=other, name="张*")) == [("masked", None)]


@pytest.mark.parametrize(
    ("name", "masked", "fits"),
    [
        ("欧阳小明", "欧阳*", True), ("欧阳小明", "欧**明", True), ("欧阳小明", "欧*小*", True),
        ("欧阳小明", "欧*大*", False), ("欧阳", "欧阳*", False), ("Anna Lee", "A*** L**", True),
        ("Anna Lee", "ANNA LEE", True), ("Anna Lee", "Anna Lea", False),
        ("阿依古丽·买买提", "阿依古丽•*", True), ("张三", "**", False), ("张三", None, False),
        ("张.", "张.*", False), ("张x三", "张.*", False),
    ],
)  # fmt: skip
def test_names_are_held_against_their_masks(name, masked, fits):
    line = log_line(document_no=mask(A), name=masked)
    assert told(line, students=[student(1, name=name)]) == [("masked", 2 if fits else None)]


def test_a_mask_that_several_have_fits_them_all():
    twins = [student(1), student(2, document_no=A[:8] + "9" + A[9:]), student(3, name="张四")]
    assert told(log_line(document_no=mask(A), name="张*"), students=twins) == [("masked", 2), ("masked", 3)]


@pytest.mark.parametrize(
    "number",
    [mask(A, 4, 3), mask(A, 2, 4), mask(A, 14, 0), "*" * 18, mask(A) + "*", "*" + mask(A), mask(A[:15])],
)
def test_a_mask_that_shows_too_little_or_is_of_another_length_fits_nobody(number):
    assert told(log_line(document_no=number, name="张三")) == [("masked", None)]


def test_a_mask_without_a_name_only_bears_out_or_contradicts_the_lines_other_number():
    assert told(log_line(document_no=mask(A))) == [("masked", None)]
    number = student(1)["student_no"]
    assert told(log_line(document_no=mask(A), student_no=number)) == [("masked", 2), ("student_no", 2)]
    assert told(log_line(document_no=mask(B), student_no=number)) == [("masked", None), ("student_no", 2)]


def test_upper_and_lower_case_x_are_one():
    person = student(35, document_no=citizen_no(35, born="19990115"))
    assert person["document_no"].endswith("X")
    masked = mask(person["document_no"]).replace("X", "x")
    assert told(log_line(document_no=masked, name="张*"), students=[person]) == [("masked", 2)]


def a_crowd(seed, size=60):
    """Students of one town and few birthdays, so that masks collide."""
    rng = Random(seed)
    people = []
    for serial in range(1, size + 1):
        born = f"199{rng.randint(0, 9)}0{rng.randint(1, 2)}15"
        number = citizen_no(rng.randint(1, 12), born=born)
        people.append(student(serial, name=rng.choice("张李欧") + rng.choice("三四五"), document_no=number))
    return people


@pytest.mark.parametrize("seed", range(3))
def test_masks_fit_exactly_those_who_have_them(seed):
    people = a_crowd(seed)
    lines = [log_line(document_no=mask(each["document_no"]), name=each["name"][0] + "*") for each in people]
    frame = line_identities(log_of(*lines), roster_of(*people), RULES)
    found = {(line, row) for line, _, _, row in frame.rows()}
    assert found == {
        (line, row)
        for line, one in enumerate(people, start=2)
        for row, other in enumerate(people, start=2)
        if mask(one["document_no"]) == mask(other["document_no"]) and one["name"][0] == other["name"][0]
    }
    assert len(found) > len(people)


@pytest.mark.parametrize("seed", range(2))
def test_ones_own_mask_always_fits(seed):
    rng = Random(seed)
    people, lines = [], []
    for serial in range(1, 200):
        number = "".join(rng.choices("0123456789X", k=rng.randint(8, 20)))
        name = "".join(rng.choices("张三欧阳小明AB·", k=rng.randint(2, 6)))
        hidden = "".join(rng.choice([digit, "*", "*"]) for digit in number[1:-7])
        shown = rng.randint(0, len(name) - 1)
        name_mask = name[:shown] + "*" * rng.randint(1, 3) + (name[-1] if shown < len(name) - 1 else "")
        people.append(student(serial, document_no=number, name=name))
        lines.append(log_line(document_no="*" + hidden + number[-7:], name=rng.choice([name, name_mask])))
        if not name_mask.strip("*"):
            lines[-1]["name"] = name
    found = line_identities(log_of(*lines), roster_of(*people), RULES)
    own = found.filter(pl.col("line") == pl.col("row"))
    assert own["row"].to_list() == list(range(2, len(people) + 2))


# -- a day of capture codes ----------------------------------------------------------------------------------


def twin_of(number):
    """Another ID number of the same mask: born on another day, with the same last four characters."""
    births = (f"{year}{month:02}15" for year in range(1993, 2001) for month in range(1, 13))
    numbers = (number[:6] + born + number[14:17] for born in births)
    return next(
        twin for born in numbers if (twin := with_check_character(born)) != number and twin[17] == number[17]
    )


def with_check_character(body):
    """The number that begins with these seventeen characters."""
    return citizen_no(
        (int(body[14:17]) + 1) // 2, born=body[6:14], region=body[:6], is_man=int(body[16]) % 2 == 1
    )


def a_day_of_codes(pairs=10, others=280):
    """Students of whom pairs share the mask of name and number, and all others have one of their own."""
    surnames = "赵钱孙李周吴郑王冯陈"
    people = []
    for serial in range(1, pairs + others + 1):
        number = citizen_no(serial)
        people.append(student(serial, name=surnames[serial % 10] + "小明", document_no=number, born_on=None))
        if serial <= pairs:
            person = {"name": surnames[serial % 10] + "大伟", "document_no": twin_of(number)}
            people.append(student(serial + 300, **person, born_on=None))
    return people


def masked_line(second, person, **changes):
    """What a reader of capture codes writes of somebody."""
    name = person["name"][0] + "*" * (len(person["name"]) - 1)
    return log_line(second, document_no=mask(person["document_no"]), name=name, **changes)


@pytest.mark.parametrize("names_files", [True, False])
@pytest.mark.parametrize("came", [1, 2])
def test_of_20_with_10_masks_nobody_is_linked_and_all_others_are(names_files, came):
    people = a_day_of_codes()
    roster = roster_of(*people)
    rows = {person["document_no"]: row for row, person in enumerate(people, start=2)}
    masks = [(person["name"][0], mask(person["document_no"])) for person in people]
    doubled = [person for person, each in zip(people, masks, strict=True) if masks.count(each) == 2]
    assert (len(people), len(doubled), len(set(masks))) == (300, 20, 290)

    present = [person for person in people if came == 2 or person not in doubled[1::2]]
    Random(came).shuffle(present)
    paths = [f"E201/DSC_{number:04}.JPG" for number in range(1, len(present) + 1)]
    shots = [shot(path, 30 * at + 3) for at, path in enumerate(paths)]
    lines = [
        masked_line(30 * at, person, file_name=path.removeprefix("E201/") if names_files else None)
        for at, (path, person) in enumerate(zip(paths, present, strict=True))
    ]
    links = link(captures_of(*shots), log_of(*lines), roster, CODES).links
    assert dict(zip(links["capture_path"], zip(links["row"], links["code"], strict=True), strict=True)) == {
        path: (None, "L217") if person in doubled else (rows[person["document_no"]], None)
        for path, person in zip(paths, present, strict=True)
    }


def test_a_unique_number_tells_those_of_one_mask_apart():
    people = a_day_of_codes(pairs=1, others=0)
    line = masked_line(0, people[0], unique_no=people[0]["unique_no"])
    links = link(captures_of(shot("E201/1.jpg", 3)), log_of(line), roster_of(*people), CODES).links
    assert links.select("row", "code").rows() == [(2, None)]
