"""What stands on the sheets: whom the latest run accepted, rejected and missed, and what was sealed."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import PurePath
from typing import NamedTuple

import polars as pl

from flows.bundle_side import Opened, Photos, opened_side, standing
from flows.known_names import refuse_unknown
from flows.sheets.audited import Audited, latest_audit
from flows.sources import LoadedCampaign
from outputs.handover import BUNDLES
from outputs.ledger import open_ledger
from outputs.sheets.fonts import Type, installed_type
from schemas.errors import InputError
from schemas.sheets import FACES, SHEET_KINDS, Head, SheetKind
from schemas.words import Text
from transforms.sheets import PERSON, faceless, faces, in_order, marked, recalls


class Wanted(NamedTuple):
    """Which sheets, and whose, or else everybody's. `bundle` narrows the photos to those of one bundle."""

    kinds: Sequence[SheetKind] = SHEET_KINDS
    units: Sequence[str] = ()
    classes: Sequence[str] = ()
    bundle: str | None = None

    @property
    def has_pictures(self) -> bool:
        """Whether any of them is a PDF."""
        return not {"proof", "print"}.isdisjoint(self.kinds)

    @property
    def is_narrowed(self) -> bool:
        """Whether somebody's sheets are left out."""
        return bool(self.units or self.classes)


class Press(NamedTuple):
    """What PDFs are made with: pictures, which can be read as long as the bundles are open, and type."""

    photos: Photos
    lettering: Type


class Gathered(NamedTuple):
    """What stands on the sheets.

    `people` are the enrolments wanted, in order. There is no `press` where nothing is sealed yet, or no PDF
    is wanted. `lacking` (student_no, name, characters) has whose name, class or unit holds what no font of
    this machine has.
    """

    audited: Audited
    head: Head
    people: pl.DataFrame
    recalls: pl.DataFrame
    faces: pl.DataFrame
    faceless: pl.DataFrame
    lacking: pl.DataFrame
    press: Press | None


@contextmanager
def gathered(loaded: LoadedCampaign, wanted: Wanted) -> Iterator[Gathered]:
    """What the sheets are made of. InputError where ledger, audit and bundles do not say the same."""
    campaign = loaded.campaign.campaign
    with open_ledger(loaded.ledger_url, must_exist=True) as ledger:
        audited = latest_audit(loaded, ledger)
        sealed, bundles = ledger.sealed(campaign.id), ledger.bundles(campaign.id)["name"].to_list()
    people = _narrowed(in_order(audited.enrolments), wanted)
    bundle = _bundle(wanted, bundles)
    head = Head(
        campaign.school_name, campaign.id, audited.summary.run,
        audited.summary.started_at.astimezone().date(), campaign.freeze_date, bundle,
    )  # fmt: skip
    with ExitStack() as stack:
        opened = _opened(stack, loaded, bundle) if wanted.has_pictures and bundles else None
        press = Press(opened.photos, installed_type()) if opened else None
        known = sealed if bundle is None else sealed.filter(pl.col("bundle") == bundle)
        shown = _shown(people, known, opened, audited.proof, loaded)
        others = faceless(people, audited.findings, sealed["student_no"])
        lacking = _lacking(press, shown, others)
        yield Gathered(
            audited, head, people, recalls(people, audited.findings),
            _settable(shown, lacking, press), _settable(others, lacking, press), lacking, press,
        )  # fmt: skip


def _opened(stack: ExitStack, loaded: LoadedCampaign, bundle: str | None) -> Opened:
    """One bundle, or all of them laid over each other."""
    return stack.enter_context(opened_side(loaded.path if bundle is None else standing(loaded, bundle)))


def _shown(
    people: pl.DataFrame,
    sealed: pl.DataFrame,
    opened: Opened | None,
    proof: pl.DataFrame,
    loaded: LoadedCampaign,
) -> pl.DataFrame:
    """Whose photo is shown (FACES). InputError where a bundle holds another than the ledger says."""
    if opened is None:
        return pl.DataFrame(schema=FACES)
    lines = faces(people, sealed, opened.side.people, proof)
    if not lines["told_sha256"].eq_missing(lines["photo_sha256"]).all():
        raise InputError(loaded.out / BUNDLES, _OTHERS, _PUT_BACK)
    return lines.drop("told_sha256")


def _narrowed(people: pl.DataFrame, wanted: Wanted) -> pl.DataFrame:
    """The units and classes wanted. InputError for one that nobody is in, naming the nearest."""
    for column, names, what in (
        ("unit_name", wanted.units, _NO_UNIT),
        ("class_name", wanted.classes, _NO_CLASS),
    ):
        known = people[column].unique(maintain_order=True).to_list()
        for name in names:
            refuse_unknown(name, known, what)
        people = people.filter(pl.col(column).is_in(list(names))) if names else people
    return people


def _bundle(wanted: Wanted, bundles: Sequence[str]) -> str | None:
    """The ledger's name of the bundle asked for, which may be given as a path to its folder or zip."""
    if wanted.bundle is None:
        return None
    name = PurePath(wanted.bundle).name.removesuffix(".zip")
    refuse_unknown(name, bundles, _NO_BUNDLE)
    return name


def _lacking(press: Press | None, *frames: pl.DataFrame) -> pl.DataFrame:
    """Who has a character in name, class or unit that cannot be printed: student_no, name, characters."""
    people = pl.concat([frame.select(PERSON) for frame in frames])
    written = people.with_columns(text=pl.concat_str(pl.col(PERSON).fill_null("")))
    lacking = sorted(press.lettering.lacking(written["text"])) if press else []
    each = pl.col("text").str.extract_many(lacking) if lacking else pl.lit([], pl.List(pl.String))
    found = written.select("student_no", "name", characters=each).explode("characters")
    return found.drop_nulls("characters").unique(maintain_order=True)


def _settable(lines: pl.DataFrame, lacking: pl.DataFrame, press: Press | None) -> pl.DataFrame:
    characters = lacking["characters"].unique().sort().to_list()
    return marked(lines, characters, press.lettering.mark) if press and characters else lines


_OTHERS = Text("上报包中的照片与台账不一致", "a bundle holds other photos than the ledger knows")
_PUT_BACK = Text(
    "用 regpack verify 检查上报包，并放回原件",
    "check the bundles with regpack verify, and put the original back",
)
_NO_UNIT = Text("名册中没有这个学院", "no student is in this unit")
_NO_CLASS = Text("（所选学院中）没有这个班级", "no student (of these units) is in this class")
_NO_BUNDLE = Text("台账中没有这个上报包", "the ledger knows no such bundle")
