"""What the next run of a campaign would seal: the flow as far as its assessment; only photos are kept."""

from pathlib import Path
from typing import NamedTuple

import polars as pl
from prefect.task_runners import ThreadPoolTaskRunner

from flows import tasks
from flows.bundle_side import origins_of
from flows.photo_store import open_store
from flows.post_capture import assess_day
from flows.purged import read_living
from flows.scope import PLACE, Scope
from flows.settings import workers
from flows.sources import LoadedCampaign
from flows.withheld import quiet_flow
from outputs.provenance import origins
from schemas.audit import EnrolmentState
from transforms.assessment import Assessment
from transforms.bundle_side import ENDS, Side, side_of
from transforms.decisions import boxes_of


class NextRun(NamedTuple):
    """What would be sealed of everybody, and where its photos lie, by their SHA-256."""

    side: Side
    photos: dict[str, Path]


@quiet_flow(name="diff", task_runner=ThreadPoolTaskRunner(max_workers=workers()))
def next_run(campaign: str) -> NextRun:
    """Assess the campaign as it stands; `campaign` is the path of its file."""
    loaded = read_living(Path(campaign))
    inputs = tasks.read_inputs(loaded)
    past = tasks.read_past(loaded)

    pictures = open_store(loaded)._replace(boxes=boxes_of(past.decisions))
    assessed = assess_day(loaded, inputs, past, pictures, Scope(dry_run=True))
    photos = accepted_photos(assessed)
    places = photos.select("photo_sha256", "capture_sha256").iter_rows()
    found = {photo: pictures.photo(capture) for photo, capture in places}
    return NextRun(next_side(loaded, assessed, photos), found)


def accepted_photos(assessed: Assessment) -> pl.DataFrame:
    """The accepted who have a photo: `row`, its name and digest, and what it was made of."""
    shots = assessed.captures.select("capture_path", *PLACE, capture_sha256="sha256")
    accepted = assessed.enrolments.filter(pl.col("state") == EnrolmentState.ACCEPTED)
    return (
        accepted.select("row", "photo_name", "photo_sha256", "capture_path")
        .drop_nulls("photo_sha256")
        .join(shots, on="capture_path", how="left", validate="m:1", maintain_order="left")
    )


def next_side(loaded: LoadedCampaign, assessed: Assessment, photos: pl.DataFrame) -> Side:
    """The assessment as one side of a comparison."""
    profile = loaded.profile
    written = assessed.records.written(photos["row"])
    tables = [(table, written[table.name].drop("row")) for table in profile.tables]
    made = assessed.derivatives.join(photos, on="row", how="inner", validate="m:1", maintain_order="left")
    side = side_of(
        loaded.campaign.campaign.id,
        tables,
        origins=origins_of(origins(photos)),
        derivatives=made.select("photo_name", "id", "sha256"),
        naming=profile.naming.photo,
    )
    return side._replace(ends=assessed.enrolments.select(list(ENDS)).drop_nulls("student_no"))
