"""What may happen when a student's turn comes: as it should be, or one of the mishaps of the assumptions."""

from collections.abc import Mapping

from flows.drill.scene import Booth, Turn


def as_should_be(booth: Booth, rows: list[int]) -> None:
    """Card, shot; perhaps another shot, with the card or without."""
    row = rows.pop(0)
    reading = booth.read(row, booth.ready_at())
    frame = booth.shoot_for(reading, row, reading.at + booth.delay())
    if not booth.rates.retaken.happens(booth.rng):
        return
    again_at = frame.at + booth.pace.shot_to_shot.draw(booth.rng)
    if booth.rates.retaken_with_card.happens(booth.rng):
        reading = booth.read(row, again_at)
        booth.shoot_for(reading, row, again_at + booth.pace.card_to_shot.draw(booth.rng))
    else:
        booth.shoot(row, row, again_at)


def absent(_booth: Booth, rows: list[int]) -> None:
    """The student did not come."""
    rows.pop(0)


def stepped_aside(booth: Booth, rows: list[int]) -> None:
    """A card is read and its owner steps aside; every other one comes back later and shows no card."""
    row = rows.pop(0)
    reading = booth.read(row, booth.ready_at())
    booth.next_card_at = reading.at + booth.pace.neighbours.draw(booth.rng)
    if booth.rng.random() < 0.5:
        for _ in range(min(len(rows), booth.rng.randint(1, 3))):
            as_should_be(booth, rows)
        shoot_without_card(booth, row, row)


def without_card(booth: Booth, rows: list[int]) -> None:
    """A student whose card cannot be read; who names files knows the name all the same."""
    row = rows.pop(0)
    shoot_without_card(booth, row, row)


def stranger(booth: Booth, rows: list[int]) -> None:
    """Somebody who is on no roster, before the student."""
    shoot_without_card(booth, None, None)
    as_should_be(booth, rows)


def empty_chair(booth: Booth, rows: list[int]) -> None:
    """A test shot of the empty chair, a moment before the student."""
    booth.shoot(None, None, booth.ready_at())
    as_should_be(booth, rows)


def shoot_without_card(booth: Booth, shows: int | None, called: int | None) -> None:
    """A shot at the usual pace, without a reading before it."""
    at = booth.ready_at()
    booth.next_card_at = at + booth.pace.between_cards.draw(booth.rng)
    booth.shoot(shows, called, at + booth.pace.card_to_shot.draw(booth.rng))


# -- two neighbours ------------------------------------------------------------------------------------------


def early_card(booth: Booth, rows: list[int]) -> None:
    """The next one's card is read before this one's shot; both are shot in their order."""
    _both_cards_first(booth, rows, is_changed=False)


def changed_after_cards(booth: Booth, rows: list[int]) -> None:
    """Both cards are read, then the second sits down first; the reader's program notices nothing."""
    _both_cards_first(booth, rows, is_changed=True)


def _both_cards_first(booth: Booth, rows: list[int], *, is_changed: bool) -> None:
    one, other = rows.pop(0), rows.pop(0)
    first = booth.read(one, booth.ready_at())
    second = booth.read(other, first.at + booth.pace.neighbours.draw(booth.rng))
    seated = (other, one) if is_changed else (one, other)
    shot = booth.shoot_for(first, seated[0], second.at + booth.pace.card_to_shot.draw(booth.rng))
    booth.shoot_for(second, seated[1], shot.at + booth.pace.between_cards.draw(booth.rng))


def changed_places(booth: Booth, rows: list[int]) -> None:
    """Two stand in the other order, each with the own card: nobody is named wrongly."""
    rows[0], rows[1] = rows[1], rows[0]
    as_should_be(booth, rows)
    as_should_be(booth, rows)


def changed_cards(booth: Booth, rows: list[int]) -> None:
    """The first one's card, the second sits down; then the second one's card, and the first."""
    one, other = rows.pop(0), rows.pop(0)
    for card, sitter in ((one, other), (other, one)):
        reading = booth.read(card, booth.ready_at())
        booth.shoot_for(reading, sitter, reading.at + booth.delay())


ALONE: Mapping[str, Turn] = {
    "absent": absent, "stepped_aside": stepped_aside, "without_card": without_card, "stranger": stranger,
    "test_shot": empty_chair,
}  # fmt: skip
IN_PAIRS: Mapping[str, Turn] = {
    "early_card": early_card, "changed_places": changed_places, "changed_after_cards": changed_after_cards,
    "changed_cards": changed_cards,
}  # fmt: skip
"""Keys are names of the assumptions' rates."""


def as_drawn(booth: Booth, rows: list[int]) -> None:
    """Whatever happens to the next one, by the rates of the day."""
    possible = {**ALONE, **(IN_PAIRS if len(rows) > 1 else {})}
    happening = (each for each in possible.items() if getattr(booth.rates, each[0]).happens(booth.rng))
    booth.mishap, turn = next(happening, ("", as_should_be))
    turn(booth, rows)
