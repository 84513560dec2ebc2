"""A make-up run that is handed last year's picture under another name: real files, a real ledger."""

from functools import partial
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from PIL import Image
from sqlalchemy import make_url

from outputs.ledger_engine import engine_at
from outputs.ledger_tables import FRAME_HASHES
from tests.campaign_builders import HEADER, LOG, STUDENT, a_campaign, write_campaign, write_xlsx

pytestmark = [pytest.mark.usefixtures("prefect_server"), pytest.mark.xdist_group("prefect")]

OTHER = ("401020000002", "某甲", "女", "1999-01-31", "居民身份证", "110101199901310006", *STUDENT[6:])


def a_picture(seed: int = 0) -> Image.Image:
    """Nobody's portrait, but with lights and shades of its own."""
    spots = np.random.default_rng(seed).integers(0, 256, (48, 36, 3)).astype(np.uint8)
    return Image.fromarray(spots).resize((240, 320), Image.Resampling.BICUBIC)


@pytest.fixture
def run(tmp_path, ledger_url):
    """Runs of campaigns that share a ledger."""
    return partial(run_in, tmp_path, ledger_url)


def run_in(folder: Path, ledger: str, campaign: str, student, picture: Image.Image, quality: int) -> tuple:
    """The state of the one capture, its reasons and the student's, in a campaign that shares a ledger."""
    from flows.makeup import makeup

    place = folder / campaign
    if not place.exists():
        place.mkdir()
        a_campaign(place)
    write_xlsx(place / "roster.xlsx", [HEADER, student])
    (place / "log.csv").write_text(LOG.replace(STUDENT[5], student[5]), encoding="gb18030")
    picture.save(place / "captures" / "E201" / "DSC_0001.JPG", quality=quality)
    shared = {"output": {"ledger": f'"{ledger}"'}}
    audit = makeup(str(write_campaign(place, {"campaign": {"id": f'"{campaign}"'}} | shared))).audit
    capture = pl.read_csv(audit / "captures.csv").row(0, named=True)
    codes = pl.read_csv(audit / "enrolments.csv")["codes"].item()
    return capture["state"], "L216" in capture["codes"], "L202" in codes


def test_last_years_picture_under_another_name_is_quarantined(run):
    assert run("last-year", STUDENT, a_picture(), 90) == ("used", False, False)
    smaller = a_picture().resize((120, 160))
    assert run("this-year", OTHER, smaller, 70) == ("quarantined", True, True)
    assert run("this-year", STUDENT, smaller, 70) == ("used", False, False), "her own"


@pytest.mark.parametrize("ledger_url", ["sqlite"], indirect=True)
def test_a_ledger_from_before_frames_were_hashed_is_read_on(run, ledger_url):
    run("last-year", STUDENT, a_picture(), 90)
    engine = engine_at(make_url(ledger_url))
    FRAME_HASHES.drop(engine)
    FRAME_HASHES.create(engine)
    engine.dispose()
    assert run("this-year", OTHER, a_picture(), 90)[1], "identical bytes are known all the same"
