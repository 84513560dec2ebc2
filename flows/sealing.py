"""What a bundle of the newly accepted is made of, and how the ledger remembers it."""

from datetime import datetime

import polars as pl

from flows.freeze import AfterFreeze
from flows.past import Past
from flows.photo_store import PhotoStore
from flows.sources import LoadedCampaign
from outputs.bundle import Bundle, Contents
from outputs.ledger_rows import SEALED, SealedBundle
from outputs.provenance import MADE_FROM
from outputs.report.cover import Cover
from transforms.assessment import Assessment
from transforms.cover import changed_records, crops_of, waivers_of


def bundle_name(loaded: LoadedCampaign, past: Past) -> str:
    """The name of a campaign's next bundle."""
    return f"{loaded.campaign.campaign.id}-{past.next_number:03d}"


def contents_of(
    loaded: LoadedCampaign, assessed: Assessment, new: pl.DataFrame, past: Past, pictures: PhotoStore
) -> Contents:
    """The new records with their pictures, as a bundle takes them."""
    paths = pl.Series("photo_path", [str(pictures.photo(sha)) for sha in new["capture_sha256"]])
    photos = new.select("photo_sha256", *MADE_FROM, paths)
    tables = {
        table: frame.filter(pl.col("row").is_in(new["row"].implode())).drop("row")
        for table, frame in assessed.tables.items()
    }
    further = _further_pictures(assessed.derivatives, new, pictures)
    name = bundle_name(loaded, past)
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


def entry_of(
    bundle: Bundle, past: Past, new: pl.DataFrame, loaded: LoadedCampaign, numbers: pl.DataFrame
) -> SealedBundle:
    """A bundle as the ledger remembers it; `numbers` are the certificate numbers that none held before."""
    return SealedBundle(
        name=bundle.name,
        number=past.next_number,
        archive_sha256=bundle.archive_sha256,
        supplements=past.last_bundle,
        records=new.with_row_index("position", offset=1).select(list(SEALED)),
        school_code=loaded.campaign.campaign.school_code,
        numbers=numbers,
    )


def with_bundle(enrolments: pl.DataFrame, past: Past, new: pl.DataFrame, name: str | None) -> pl.DataFrame:
    """Each enrolment with the bundle that holds its latest record: this run's, or an earlier one."""
    earlier = past.sealed.select("student_no", earlier="bundle")
    joined = enrolments.join(earlier, on="student_no", how="left", validate="m:1", maintain_order="left")
    sealed_now = pl.col("row").is_in(new["row"].implode())
    bundle = pl.when(sealed_now).then(pl.lit(name)).otherwise("earlier")
    return joined.with_columns(bundle=bundle).drop("earlier")
