"""What a profile asks of links, the timetable, people and what comes back, beside photos and tables."""

from schemas.campaign import CaptureMode, Strict
from schemas.cited import Cited


class Linking(Strict):
    """How a capture finds its enrolment: the keys a file name may carry, how long after a card is read.

    So many characters, and so many last ones, a document number must show if it is masked.
    """

    mode: CaptureMode = "swipe"
    file_name_keys: tuple[str, ...]
    moment_max_s: Cited[float]
    masked_shown_min: Cited[int]
    masked_end_min: Cited[int]
    sitting_min_s: Cited[float]
    """Shots of a camera that are closer show one person: nobody changes seats so fast."""
    readings_min_s: Cited[float]
    """Of students whose cards were read closer together, it is open who sat down first."""
    slip_min: Cited[int]
    """So many captures in a row that are named after somebody else in the line are an order slip."""
    near_max_bits: Cited[int]
    """So many bits of their hashes may differ in two frames that are one picture."""


class Timetable(Strict):
    """How a timetable is held against the day."""

    pace_s: Cited[float]
    """Seconds a student, where no camera tells: a slot that allows fewer is too short."""
    pace_max_s: Cited[float]
    """Seconds a student at most: a camera that was slower waited for students."""
    pace_turns_min: Cited[int]
    """Students in succession at one camera on one day who tell its pace."""
    silent_min: Cited[int]
    """Captures without any log line, or log lines without any capture, that make a session's silence."""


class People(Strict):
    """What a person's particulars usually are: beyond it, somebody should look."""

    name_max_bytes: Cited[int]
    """In GB 18030."""
    age_min: Cited[int]
    age_max: Cited[int]
    """Completed years on the day of capture."""


class Feedback(Strict):
    """How long an answer takes."""

    wait_days: Cited[int]
    """From the sealing of a bundle until its students show on the platform."""
    case_days: Cited[int]
    """From the opening of a case until it should be settled."""
