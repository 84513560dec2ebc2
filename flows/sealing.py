"""What a bundle of the newly accepted is made of, and how the ledger remembers it."""

from collections.abc import Sequence
from datetime import datetime

import polars as pl

from flows.freeze import AfterFreeze
from flows.parts import Filled, Sealed
from flows.past import Past
from flows.photo_store import PhotoStore
from flows.seal import Seal, facts_of, with_seal
from flows.sources import LoadedCampaign
from outputs.bundle import Contents
from outputs.ledger_rows import SEALED, SealedBundle
from outputs.provenance import MADE_FROM
from outputs.report.cover import Cover
from transforms.assessment import Assessment
from transforms.cover import changed_records, crops_of, waivers_of

SEALED_IN = {"row": pl.UInt32, "sealed_in": pl.String}
"""The rows that a run seals, and in which bundle."""


def filling(
    loaded: LoadedCampaign,
    assessed: Assessment,
    past: Past,
    pictures: PhotoStore,
    reason: AfterFreeze | None,
    seal: Seal,
) -> Filled:
    """What fills a run's bundles; `reason` is why they are sealed after the freeze date."""

    def filled(records: pl.DataFrame, at: int) -> Contents:
        contents = contents_of(loaded, assessed, records, past, pictures)
        cover = cover_of(assessed, records, past, reason)
        name = bundle_name(loaded, past.next_number + at)
        return with_seal(contents._replace(name=name, cover=cover), seal)

    return filled


def sealed_in(sealed: Sequence[Sealed]) -> pl.DataFrame:
    """Which bundle holds which row (SEALED_IN)."""
    told = [each.records.select("row", sealed_in=pl.lit(each.bundle.name)) for each in sealed]
    return pl.concat([pl.DataFrame(schema=SEALED_IN), *told])


def bundle_name(loaded: LoadedCampaign, number: int) -> str:
    """The name of a campaign's bundle of this number."""
    return f"{loaded.campaign.campaign.id}-{number:03d}"


def contents_of(
    loaded: LoadedCampaign, assessed: Assessment, new: pl.DataFrame, past: Past, pictures: PhotoStore
) -> Contents:
    """The new records with their pictures, as a bundle takes them that holds all."""
    paths = pl.Series("photo_path", [str(pictures.photo(sha)) for sha in new["capture_sha256"]])
    photos = new.select("photo_sha256", *MADE_FROM, paths)
    tables = {table: frame.drop("row") for table, frame in assessed.records.written(new["row"]).items()}
    further = _further_pictures(assessed.derivatives, new, pictures)
    name = bundle_name(loaded, past.next_number)
    return Contents(name, loaded.profile, tables, photos, further, _bag_info(loaded, new, past))


def cover_of(assessed: Assessment, new: pl.DataFrame, past: Past, reason: AfterFreeze | None) -> Cover:
    """What the cover sheet says of the new records; `reason` is why they are sealed after the freeze date."""
    waivers = waivers_of(new, assessed.findings, past.decisions)
    crops = crops_of(new, past.decisions)
    return Cover(changed_records(new, past.decisions), waivers, reason.told() if reason else None, crops)


def _further_pictures(derivatives: pl.DataFrame, new: pl.DataFrame, pictures: PhotoStore) -> pl.DataFrame:
    """The derivatives of those who are sealed, as a bundle takes them."""
    owners = new.select("row", "photo_name", "capture_sha256")
    made = derivatives.join(owners, on="row", how="inner", validate="m:1", maintain_order="left")
    paths = [
        str(pictures.derivative(sha, name)) for sha, name in made.select("capture_sha256", "id").iter_rows()
    ]
    return made.select(
        "photo_name", photo_path=pl.Series(paths, dtype=pl.String), photo_sha256="sha256", derivative="id"
    )


def _bag_info(loaded: LoadedCampaign, new: pl.DataFrame, past: Past) -> dict[str, str]:
    identity = loaded.campaign.campaign
    latest = new["taken_at"].max()
    dated = {"Bagging-Date": latest.date().isoformat()} if isinstance(latest, datetime) else {}
    supplements = {"Regpack-Supplements": past.last_bundle} if past.last_bundle else {}
    return (
        {"Source-Organization": identity.school_name, "Bag-Group-Identifier": identity.id}
        | dated
        | supplements
    )


def entries_of(
    sealed: Sequence[Sealed], past: Past, loaded: LoadedCampaign, numbers: pl.DataFrame, seal: Seal
) -> list[SealedBundle]:
    """A run's bundles as the ledger remembers them; `numbers` are the certificate numbers that none held."""
    return [
        SealedBundle(
            name=each.bundle.name,
            number=past.next_number + at,
            archive_sha256=each.bundle.archive_sha256,
            supplements=past.last_bundle,
            records=each.records.with_row_index("position", offset=1).select(list(SEALED)),
            school_code=loaded.campaign.campaign.school_code,
            numbers=numbers.filter(pl.col("bundle") == each.bundle.name),
            part=(at + 1, len(sealed)) if len(sealed) > 1 else None,
            seal=facts_of(each.bundle, seal),
        )
        for at, each in enumerate(sealed)
    ]


def with_bundle(enrolments: pl.DataFrame, past: Past, now: pl.DataFrame) -> pl.DataFrame:
    """Each enrolment with the bundle that holds its latest record: this run's (SEALED_IN), or an earlier."""
    earlier = past.sealed.select("student_no", earlier="bundle")
    joined = enrolments.join(
        earlier, on="student_no", how="left", validate="m:1", maintain_order="left"
    ).join(now, on="row", how="left", validate="1:1", maintain_order="left")
    return joined.with_columns(bundle=pl.coalesce("sealed_in", "earlier")).drop("earlier", "sealed_in")
