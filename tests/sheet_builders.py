"""A campaign that has been run, without running it: ledger, audit folder and sealed bundle, all real."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import polars as pl
import pypdfium2
from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE

from outputs.audit import write_audit
from outputs.ledger import open_ledger
from outputs.ledger_rows import SEALED, SealedBundle
from schemas.audit import AuditFrames
from tests.bundle_builders import a_derivative, a_photo, sealed_in, some_contents
from tests.campaign_builders import write_campaign
from tests.run_frames import a_run, capture, enrolment, finding, the_material

MM = 25.4 / 72
CAMPAIGN, EARLIER, RUN = "demo-2020", "20201105-120000-000", "20201105-183000-000"
BUNDLE, SUPPLEMENT = "demo-2020-001", "demo-2020-002"
STARTED = datetime(2020, 11, 5, 10, 30, tzinfo=UTC)
UNIT = "文学院"


def number_of(nth: int) -> str:
    """A student number, as `bundle_builders.a_subject` has it."""
    return f"4010190000{nth:02}"


def document_of(nth: int) -> str:
    """The ID number of the same student."""
    return f"3601021998010112{nth:02}"


@dataclass
class RunCampaign:
    """What was accepted (students from 1), and further roster rows with their findings."""

    folder: Path
    accepted: int = 3
    names: dict[int, str] = field(default_factory=dict)
    classes: dict[int, str] = field(default_factory=dict)
    others: list[dict] = field(default_factory=list)
    found: list[dict] = field(default_factory=list)
    changes: dict[str, dict[str, str]] = field(default_factory=dict)
    told_as: dict[int, int] = field(default_factory=dict)
    """Whose photo the ledger says it was."""
    links: dict[int, str] = field(default_factory=dict)
    """The evidence for a student's capture, where it is not two kinds."""
    supplement: int = 0
    """So many of the accepted, the last, are in a second bundle."""

    @property
    def out(self) -> Path:
        return self.folder / "out"

    @property
    def bundle(self) -> Path:
        return self.out / "bundles" / BUNDLE

    def made(self) -> Path:
        """Run it; the path of its campaign file."""
        self.folder.mkdir(exist_ok=True)
        frames = a_run(*self._people(), self.found, run=RUN, started_at=STARTED)
        write_audit(frames, the_material(), folder=self.out / "audit" / RUN)
        path = write_campaign(self.folder, {"campaign": {"id": f'"{CAMPAIGN}"'}, **self.changes})
        first, later = self.accepted - self.supplement, self.supplement
        self._recorded(a_run(run=EARLIER, started_at=STARTED), BUNDLE, range(1, first + 1))
        self._recorded(frames, SUPPLEMENT, range(first + 1, first + later + 1))
        return path

    def _people(self) -> tuple[list[dict], list[dict]]:
        """Enrolments and captures."""
        numbers = range(1, self.accepted + 1)
        accepted = [
            enrolment(
                nth + 1, "accepted", student_no=number_of(nth), name=self._name(nth), bundle=BUNDLE,
                capture_path=f"A/{nth}.jpg", photo_sha256=_digest(nth),
                class_name=self.classes.get(nth, "一班"),
            )
            for nth in numbers
        ]  # fmt: skip
        shots = [
            capture(
                f"A/{nth}.jpg", "used", row=nth + 1, student_no=number_of(nth), supports=self.links.get(nth)
            )
            for nth in numbers
        ]
        return [*accepted, *self.others], shots

    def _name(self, nth: int) -> str:
        return self.names.get(nth, f"学生{nth}")

    def _recorded(self, frames: AuditFrames, name: str, students: range) -> None:
        """A run in the ledger with the bundle of these students, if there are any."""
        records = pl.DataFrame(
            [
                {
                    "student_no": number_of(nth), "record_sha256": "r",
                    "photo_sha256": _digest(self.told_as.get(nth, nth)),
                }
                for nth in students
            ],
            schema=SEALED,
        )  # fmt: skip
        number = int(name[-3:])
        sealed = [SealedBundle(name, number, self._sealed(name, students), None, records)] if students else []
        address = f"sqlite:///{self.out / 'ledger.db'}"
        with open_ledger(address) as ledger, ledger.recording(frames, inputs={}, sealed=sealed):
            pass

    def _sealed(self, name: str, students: range) -> str:
        """The bundle in place; its zip's SHA-256."""
        contents = some_contents(self.folder / name, students=self.accepted)
        names = pl.Series([self._name(nth) for nth in range(1, self.accepted + 1)])
        tables = {
            table: (frame.with_columns(XM=names) if "XM" in frame.columns else frame)[_places(students)]
            for table, frame in contents.tables.items()
        }
        photos = contents.photos[_places(students)]
        derivatives = contents.derivatives.filter(pl.col("photo_name").is_in(photos["photo_name"].implode()))
        part = contents._replace(name=name, tables=tables, photos=photos, derivatives=derivatives)
        return sealed_in(self.out, part).archive_sha256


def _places(students: range) -> list[int]:
    return [nth - 1 for nth in students]


def missing(row: int, **changes) -> dict:
    """Somebody who did not come; `left_out` finds why."""
    return enrolment(row, "missing", **changes)


def left_out(row: int, code: str, **changes) -> dict:
    """Why a row is kept out."""
    return finding(code, row=row, student_no=f"4010190000{row:02}") | changes


def _digest(nth: int) -> str:
    return sha256(a_photo(nth)).hexdigest()


def delivered(nth: int) -> bytes:
    """The photo in the bundle."""
    return a_photo(nth)


def printed(nth: int) -> bytes:
    """The picture for printing in the bundle."""
    return a_derivative(nth)


@dataclass
class Placed:
    """A picture on a page: its bytes as they stand in the file, and its box in mm from the upper left."""

    data: bytes
    left: float
    top: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        return self.left + self.width / 2


class Pdf:
    """A PDF as pdfium reads it."""

    def __init__(self, content: bytes | Path) -> None:
        self._pdf = pypdfium2.PdfDocument(content)
        self.pages = list(self._pdf)

    def size_mm(self, page: int) -> tuple[float, float]:
        width, height = self.pages[page].get_size()
        return round(width * MM, 2), round(height * MM, 2)

    def text(self, page: int) -> str:
        return self.pages[page].get_textpage().get_text_bounded()

    def texts(self) -> str:
        return "\n".join(map(self.text, range(len(self.pages))))

    def pictures(self, page: int) -> list[Placed]:
        _, height = self.pages[page].get_size()
        found = []
        for each in self.pages[page].get_objects(filter=[FPDF_PAGEOBJ_IMAGE]):
            left, bottom, right, top = each.get_bounds()
            data = bytes(each.get_data(decode_simple=False))
            found.append(
                Placed(data, left * MM, (height - top) * MM, (right - left) * MM, (top - bottom) * MM)
            )
        return found

    def place_of(self, page: int, text: str) -> tuple[float, float]:
        """Middle and top of a text in mm from the upper left."""
        _, height = self.pages[page].get_size()
        words = self.pages[page].get_textpage()
        start, count = words.search(text).get_next()
        boxes = [words.get_charbox(start + nth) for nth in range(count)]
        left, right, top = min(b[0] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)
        return (left + right) / 2 * MM, (height - top) * MM

    @property
    def bookmarks(self) -> list[str]:
        return [each.get_title() for each in self._pdf.get_toc()]

    @property
    def metadata(self) -> dict[str, str]:
        return self._pdf.get_metadata_dict()
