"""Order slips: names shifted against the order of cards and shots, found and quarantined as a whole."""

from random import Random

import polars as pl
import pytest

from tests.builders import captures_of, log_line, log_of, roster_of, shot, student, the_profile
from transforms.linking import link

COUNT = 40


def a_session(naming, *, lost=(), mode="named", logged=False, classes=("一班",)):
    """A session by student number; `naming` gives each place the place whose name its file bears.

    With `logged` the log names the files instead. Students are in `classes` by turns of ten.
    """
    rng, second, shots, lines = Random(5), 0, [], []
    people = [student(place + 1, class_name=classes[place // 10 % len(classes)]) for place in range(COUNT)]
    for place, person in enumerate(people):
        second += rng.choice((15, 17, 20, 24, 31, 38))
        called = people[naming(place)]["student_no"]
        path = f"E201/DSC_{place:04}.JPG" if logged else f"E201/{called}.jpg"
        shots.append(shot(path, second + rng.randint(3, 7), sha256=f"{place}"))
        if place not in lost:
            named = f"DSC_{naming.inverse(place):04}.JPG" if logged else None
            lines.append(log_line(second, document_no=person["document_no"], file_name=named))
    rules = the_profile().linking.model_copy(update={"mode": mode})
    return link(captures_of(*shots), log_of(*lines), roster_of(*people), rules)


class Shift:
    """From place `first` to `last` files bear the name of whoever is `by` places on, round and round."""

    def __init__(self, first, last, by):
        self.first, self.last, self.by = first, last, by

    def __call__(self, place):
        if not self.first <= place <= self.last:
            return place
        return self.first + (place - self.first + self.by) % (self.last - self.first + 1)

    def inverse(self, place):
        return next(other for other in range(COUNT) if self(other) == place)


NOBODY = Shift(1, 0, 0)


def codes(linked):
    """The code of each place, in the order of the shots."""
    return dict(linked.links.select("capture_path", "code").rows())


@pytest.mark.parametrize("logged", [False, True])
@pytest.mark.parametrize("by", [1, -1, 2])
def test_a_slip_is_found_with_its_span_and_shift(by, logged):
    linked = a_session(Shift(12, 24, by), logged=logged, mode="swipe" if logged else "named")
    (slip,) = linked.slips.to_dicts()
    assert slip["shift"] == by
    assert slip["captures"] == 13 - abs(by)
    unlinked = linked.links.filter(pl.col("row").is_null())
    assert unlinked.height == 13
    assert set(unlinked["code"]) <= {"L214", "L210"}
    assert linked.links.drop_nulls("row").height == COUNT - 13
    assert unlinked.filter(code="L214")["evidence"].str.contains("顺序错位").all()


def test_nothing_slips_where_names_are_right():
    linked = a_session(NOBODY)
    assert linked.slips.is_empty()
    assert linked.links["code"].null_count() == COUNT


def test_a_capture_that_cannot_be_checked_beside_a_slip_is_in_doubt():
    linked = a_session(Shift(12, 24, 1), lost=(18, 25, 30))
    unlinked = linked.links.filter(pl.col("row").is_null())
    assert unlinked.height == 14
    assert "前后照片的姓名与刷卡顺序不一致，本张无法核对" in "".join(unlinked["evidence"])


def test_neighbours_whose_names_are_exchanged_are_in_doubt_but_no_slip():
    linked = a_session(Shift(12, 13, 1))
    assert linked.slips.is_empty()
    assert linked.links.filter(pl.col("row").is_null())["code"].to_list() == ["L210", "L210"]


def test_without_times_a_slip_cannot_be_told_and_nothing_is_alarmed():
    linked = a_session(Shift(12, 24, 1), mode="ticket")
    assert linked.slips.is_empty()
    assert linked.links["code"].null_count() == COUNT


def test_links_in_the_order_of_the_roster_say_so_and_others_stand_out():
    linked = a_session(NOBODY)
    assert linked.links["supports"].str.ends_with("+order").all()
    assert linked.links["contradicts"].null_count() == COUNT


def test_classes_may_come_in_any_order():
    linked = a_session(NOBODY, classes=("四班", "一班", "三班", "二班"))
    assert linked.links["supports"].str.ends_with("+order").all()


def test_classmates_in_another_order_stand_out():
    people = [student(serial) for serial in (1, 3, 2, 4)]
    shots = [shot(f"E201/{person['student_no']}.jpg", 30 * place) for place, person in enumerate(people)]
    links = link(captures_of(*shots), log_of(), roster_of(*people), the_profile().linking).links
    assert links["row"].null_count() == 0
    stands_out = links["contradicts"] == "与名册顺序不一致"
    assert stands_out.fill_null(False).to_list() == [False, True, True, False]
