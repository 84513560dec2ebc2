"""One side of a comparison as it is read: a bundle, or all bundles of a campaign laid over each other."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import reduce
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import polars as pl

from flows.sources import LoadedCampaign, read_campaign
from flows.verify.bundle import ReadBundle, agreement_faults, read_bundle
from flows.verify.fault import Fault
from flows.verify.manifests import bag_info_of, read_text
from flows.verify.photos import LARGEST
from flows.verify.provenance import origins_in
from flows.verify.source import Files, opened
from flows.verify.tables import ReadTable
from outputs.handover import BUNDLES
from outputs.ledger import open_ledger
from outputs.provenance import SOURCES_FILE
from schemas.errors import InputError
from schemas.parts import COUNT, spanned
from schemas.profile import Profile
from schemas.provenance import Origin
from schemas.words import Text, mask
from transforms.bundle_side import Side, overlaid, side_of

Photos = Callable[[str], bytes | None]
"""The bytes of a photo, or of a further picture, by its SHA-256; None where there is none."""
ORIGINS = {"photo_name": pl.String, "capture_sha256": pl.String, "crop": pl.String}
SUPPLEMENTS = "Regpack-Supplements"


class Opened(NamedTuple):
    """A side with its photos, as long as its bundles are open."""

    side: Side
    photos: Photos


def is_campaign(path: Path) -> bool:
    """Whether a side is a campaign file."""
    return path.suffix.lower() == ".toml"


@contextmanager
def opened_side(path: Path) -> Iterator[Opened]:
    """A bundle, or all that a campaign sealed so far; its photos can be read until the block ends."""
    with ExitStack() as stack:
        if is_campaign(path):
            yield _sealed_so_far(stack, read_campaign(path))
        else:
            yield stack.enter_context(_opened_bundle(path))


@contextmanager
def _opened_bundle(bundle: Path) -> Iterator[Opened]:
    with opened(bundle) as source:
        read = read_bundle(source)
        profile = _sound(read, bundle)
        yield Opened(_side(read, profile, source.name), _photos_in(read.files))


def _sealed_so_far(stack: ExitStack, loaded: LoadedCampaign) -> Opened:
    """Every bundle of a campaign laid over those before it: of each student the latest record."""
    campaign = loaded.campaign.campaign.id
    with open_ledger(loaded.ledger_url, must_exist=True) as ledger:
        names = ledger.bundles(campaign)["name"].to_list()
    if not names:
        raise InputError(
            campaign,
            Text("这个批次还没有上报包", "this campaign has sealed no bundle yet"),
            Text("先用 regpack run 处理一次", "process it with regpack run first"),
        )
    bundles = [stack.enter_context(_opened_bundle(standing(loaded, name))) for name in names]
    whole = reduce(overlaid, (each.side for each in bundles))
    return Opened(whole._replace(name=str(spanned(names))), _first(*(each.photos for each in bundles)))


def standing(loaded: LoadedCampaign, name: str) -> Path:
    """Where a sealed bundle lies: its folder, or its zip where that alone was kept."""
    folder = loaded.out / BUNDLES / name
    found = folder if folder.is_dir() else folder.with_name(f"{name}.zip")
    if not found.exists():
        raise InputError(
            folder,
            Text(
                "台账中有这个上报包，文件夹和 zip 都不在",
                "the ledger has this bundle, but neither its folder nor its zip is there",
            ),
            Text(
                "先用 regpack run 补完被中断的运行；被移走的，放回 bundles 文件夹",
                "complete an interrupted run with regpack run; if it was moved away, put it back",
            ),
        )
    return found


def _first(*photos: Photos) -> Photos:
    return lambda digest: next((found for each in photos if (found := each(digest)) is not None), None)


def _photos_in(files: Files) -> Photos:
    paths = {
        digest: path
        for path, digest in files.digests.items()
        if path.startswith("data/") and path.endswith(".jpg") and files.sizes[path] <= LARGEST
    }
    return lambda digest: files.read(paths[digest]) if digest in paths else None


def _sound(read: ReadBundle, bundle: Path) -> Profile:
    """The profile of a bundle without faults; InputError that names the first where it has any."""
    faults = list(read.faults)
    if read.profile is not None and not faults:
        faults += agreement_faults(read.files, read.profile, read.tables)
    if read.profile is None or faults:
        raise _damaged(bundle, faults)
    return read.profile


def _damaged(bundle: Path, faults: Sequence[Fault]) -> InputError:
    file, text = faults[0]
    more = Text(f"（共 {len(faults)} 处）", f" ({len(faults)} faults)") if len(faults) > 1 else Text("", "")
    return InputError(
        bundle,
        Text(f"上报包有损坏：{text.zh}{more.zh}", f"the bundle is damaged: {text.en}{more.en}"),
        Text(
            "用 regpack verify 查看全部错误，并取一份完好的副本",
            "see all faults with regpack verify, and fetch a sound copy",
        ),
        place=_without_number(file),
    )


def _without_number(file: str) -> str:
    """A path in a bundle whose photo's name, which may be an ID number, is masked."""
    path = PurePosixPath(file)
    return f"{path.parent}/{mask(path.stem)}{path.suffix}" if path.suffix.lower() == ".jpg" else file


def _side(read: ReadBundle, profile: Profile, name: str) -> Side:
    """A bundle as one side of a comparison."""
    files = read.files
    tables = [(each.table, _frame(each)) for each in read.tables]
    side = side_of(
        name,
        tables,
        origins=origins_of(read_text(files, SOURCES_FILE) or ""),
        derivatives=_derivatives(files, profile),
        naming=profile.naming.photo,
    )
    return side._replace(is_supplement=not {SUPPLEMENTS, COUNT}.isdisjoint(bag_info_of(files)))


def _frame(read: ReadTable) -> pl.DataFrame:
    codes = dict.fromkeys((column.code for column in read.table.columns), pl.String)
    return pl.DataFrame(read.records, schema=codes, orient="row").with_columns(pl.all().replace({"": None}))


def _derivatives(files: Files, profile: Profile) -> pl.DataFrame:
    """The digest of every further picture: photo_name, id, sha256."""
    lines = [
        (PurePosixPath(path).name, derivative.id, digest)
        for derivative in profile.derivatives
        for path, digest in files.digests.items()
        if path.startswith(f"data/{derivative.folder}/")
    ]
    return pl.DataFrame(lines, schema=dict.fromkeys(("photo_name", "id", "sha256"), pl.String), orient="row")


def origins_of(text: str) -> pl.DataFrame:
    """What every photo was made of (ORIGINS), by a bundle's list of sources; none where that is not valid."""
    origins, faults = origins_in(text)
    known = () if faults else origins
    lines = [(origin.photo, origin.source_sha256, _crop(origin)) for origin in known]
    return pl.DataFrame(lines, schema=ORIGINS, orient="row")


def _crop(origin: Origin) -> str:
    box = (origin.left_px, origin.top_px, origin.width_px, origin.height_px)
    return f"{origin.orientation} " + " ".join(f"{edge:.3f}" for edge in box)
