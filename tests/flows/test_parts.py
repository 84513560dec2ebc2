"""Where the receiver takes only so much in one bundle, a run seals several that know of each other."""

import json
import shutil
import zipfile

import polars as pl
import pytest

from flows.bundle_side import opened_side
from flows.delivery import Prepared, Recovered
from flows.parts import MB, seal_in_parts
from flows.recovery import recover
from flows.sources import read_campaign
from flows.story import story
from flows.verify import verify
from outputs.bundle import Contents, build_parts
from outputs.handover import Staging, staged
from outputs.ledger import open_ledger
from outputs.ledger_rows import SEALED, SealedBundle
from outputs.report.cover import COVER_FILE
from schemas.errors import ProfileError
from schemas.parts import part_of
from schemas.profile import BundleLimits, Profile
from tests.bundle_builders import a_profile, some_contents
from tests.campaign_builders import write_campaign
from tests.run_frames import capture_day
from tests.small_campaign import write_small

OWN = """
extends = "studio"
name = "parted"
[bundle]
max_photos = { value = 2, unit = "photos", source = "contract", trust = "K" }
"""
NUMBERS = [f"40101900000{serial}" for serial in (1, 2, 3)]
STUDENTS = 4


def limited(**limits: float) -> Profile:
    """The default profile whose receiver takes so much in one bundle."""
    cited = {
        name: {"value": value, "unit": "", "source": "contract", "trust": "K"}
        for name, value in limits.items()
    }
    return a_profile().model_copy(update={"bundle": BundleLimits.model_validate(cited)})


@pytest.fixture
def whole(tmp_path):
    return some_contents(tmp_path / "work", students=STUDENTS)


@pytest.fixture
def filled(whole):
    """A bundle of some of the students, whatever the limits."""

    def filled(records: pl.DataFrame, at: int) -> Contents:
        rows = records["row"].to_list()
        photos = whole.photos[rows]
        made = whole.derivatives.join(photos, on="photo_name", how="semi", maintain_order="left")
        tables = {name: table[rows] for name, table in whole.tables.items()}
        return whole._replace(name=f"demo-2020-{at + 1:03}", tables=tables, photos=photos, derivatives=made)

    return filled


@pytest.fixture
def parted(filled, tmp_path):
    """Those students sealed under limits, in an empty folder of their own."""

    def parted(**limits: float):
        place = tmp_path / "-".join(map(str, limits.values()))
        place.mkdir()
        new = pl.DataFrame({"row": range(STUDENTS)}, schema={"row": pl.UInt32})
        return seal_in_parts(new, limited(**limits), filled, place)

    return parted


def sizes(sealed) -> list[int]:
    return [each.bundle.photos for each in sealed]


@pytest.mark.parametrize(("most", "expected"), [(4, [4]), (3, [2, 2]), (2, [2, 2]), (1, [1, 1, 1, 1])])
def test_no_bundle_holds_more_photos_than_may_be(parted, most, expected):
    sealed = parted(max_photos=most)
    assert sizes(sealed) == expected
    assert [row for each in sealed for row in each.records["row"]] == list(range(STUDENTS))
    assert all(verify(each.bundle.archive).faults == () for each in sealed)


def test_a_zip_is_as_large_as_may_be_and_no_larger(parted):
    (alone,) = parted(max_photos=STUDENTS)
    size = alone.bundle.archive.stat().st_size
    assert sizes(parted(max_mb=size / MB)) == [STUDENTS]
    smaller = parted(max_mb=(size - 1) / MB)
    assert sizes(smaller) == [2, 2]
    assert max(each.bundle.archive.stat().st_size for each in smaller) < size


def test_limits_that_hold_nobody_are_the_profiles_fault(parted):
    with pytest.raises(ProfileError):
        parted(max_mb=0.001)


def test_parts_name_each_other_and_a_whole_bundle_names_nobody(parted):
    first, second = (each.bundle for each in parted(max_photos=2))
    told = verify(first.folder)
    assert (told.part.text.zh, told.part.number, told.absent) == ("第 1 包，共 2 包", 1, ())
    assert [each.name for each in told.part.others] == [second.name]
    cover = (second.folder / COVER_FILE).read_text("utf-8")
    assert "第 2 包，共 2 包" in cover
    assert first.name in cover
    (alone,) = parted(max_photos=STUDENTS)
    assert verify(alone.bundle.folder).part is None
    assert "Bag-Count" not in (alone.bundle.folder / "bag-info.txt").read_text("utf-8")


def test_a_profile_without_limits_says_nothing_of_them():
    assert "bundle" not in json.loads(a_profile().model_dump_json())
    profile = limited(max_photos=2)
    assert Profile.model_validate_json(profile.model_dump_json()) == profile


def test_the_same_records_are_always_parted_alike(parted):
    once, again = parted(max_photos=3), parted(max_photos=3.0)
    digests = [[each.bundle.archive_sha256 for each in sealed] for sealed in (once, again)]
    assert digests[0] == digests[1]
    assert len(set(digests[0])) == 2


@pytest.fixture
def pair(parted):
    return [each.bundle for each in parted(max_photos=2)]


def test_a_part_that_lies_elsewhere_is_missed(pair, tmp_path):
    alone = shutil.copytree(pair[0].folder, tmp_path / "alone" / pair[0].name)
    told = verify(alone)
    assert (told.faults, told.absent) == ((), (pair[1].name,))


def test_another_bundle_under_a_parts_name_is_found(pair):
    shutil.rmtree(pair[1].folder)
    shutil.copytree(pair[0].folder, pair[1].folder)
    assert [fault.file for fault in verify(pair[0].folder).faults] == [pair[1].name]
    assert verify(pair[0].archive).faults == (), "beside a zip its sibling's zip counts"


def test_a_part_under_anothers_word_is_found(pair):
    first, second = (bundle.folder / "bag-info.txt" for bundle in pair)
    spoilt = first.read_text("utf-8").replace("1 of 2", "2 of 2")
    first.write_text(spoilt, "utf-8")
    assert "所写的本包不是这一包" in {fault.text.zh for fault in verify(pair[0].folder).faults}
    second.write_text(second.read_text("utf-8").replace("2 of 2", "3 of 2"), "utf-8")
    assert "没有写清是第几包、共几包" in {fault.text.zh for fault in verify(pair[1].folder).faults}


@pytest.mark.parametrize("count", ["0 of 2", "3 of 2", "1 of 3", "one of 2", "1 of 0"])
def test_a_count_that_makes_no_sense_is_no_part(count):
    named = {f"Regpack-Part-{place}": f"x-00{place} {'0' * 64}" for place in (1, 2)}
    with pytest.raises(ValueError, match="which part"):
        part_of({"Bag-Count": count, **named})


def test_a_bundle_beyond_its_own_limits_is_found(filled, tmp_path):
    new = pl.DataFrame({"row": [0, 1, 2]}, schema={"row": pl.UInt32})
    narrow = limited(max_photos=2, max_mb=0.01)
    (bundle,) = build_parts([filled(new, 0)._replace(profile=narrow)], tmp_path)
    assert {fault.file for fault in verify(bundle.archive).faults} == {"data/photos", bundle.archive.name}


# -- all or none ---------------------------------------------------------------------------------------------


@pytest.fixture
def killed(filled, tmp_path):
    """A campaign, and a run of it that staged two parts and was recorded, and then was killed."""
    loaded, run = read_campaign(write_campaign(tmp_path)), "20201123-120000-000"
    frames = capture_day(campaign="test-day")
    frames = frames._replace(summary=frames.summary.model_copy(update={"run": run}))
    new = pl.DataFrame({"row": range(STUDENTS)}, schema={"row": pl.UInt32})
    with staged(staging := Staging(loaded.out, "test-day", run)):
        sealed = seal_in_parts(new, limited(max_photos=2), filled, staging.bundles)
        staging.audit.mkdir(parents=True)
        (staging.audit / "summary.json").write_text("{}")
    records = pl.DataFrame({name: ["a"] for name in SEALED}).with_columns(position=pl.lit(1))
    entries = [
        SealedBundle(each.bundle.name, at, each.bundle.archive_sha256, None, records, part=(at, 2))
        for at, each in enumerate(sealed, start=1)
    ]
    with open_ledger(loaded.ledger_url) as ledger, ledger.recording(frames, inputs={}, sealed=entries):
        pass
    bundles = tuple(each.bundle for each in sealed)
    return loaded, Prepared(staging, frames, {}, bundles, entries, loaded.ledger_url)


def test_parts_of_a_run_that_was_killed_are_put_in_place_together(killed):
    loaded, prepared = killed
    assert recover(loaded) == Recovered(completed=(prepared.staging.run,))
    assert len(list((loaded.out / "bundles").iterdir())) == 4


def test_one_damaged_part_holds_back_all(killed):
    loaded, prepared = killed
    with zipfile.ZipFile(prepared.bundles[1].archive, "a") as archive:
        archive.writestr("more", b"")
    recovered = recover(loaded)
    assert recovered.damaged == (prepared.staging.run,)
    assert len(recovered.absent) == 2
    assert not (loaded.out / "bundles").exists()


# -- a whole campaign ----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("prefect_server")
@pytest.mark.xdist_group("prefect")
def test_a_campaign_in_parts_is_one_to_ledger_diff_and_supplement(tmp_path):
    from flows.post_capture import post_capture

    campaign = write_small(tmp_path, {1: 1, 2: 2, 3: 3})
    (tmp_path / "own.toml").write_text(OWN, "utf-8")
    campaign.write_text(campaign.read_text("utf-8").replace('"studio"', '"own.toml"'), "utf-8")
    outcome = post_capture(str(campaign))
    assert [bundle.name for bundle in outcome.bundles] == ["small-001", "small-002"]
    assert (outcome.summary.bundle, outcome.summary.sealed) == ("small-001–002", 3)
    compared = [verify(each.archive, tmp_path / "handed-in").compared for each in outcome.bundles]
    assert [bundle.photos for bundle in outcome.bundles] == [1, 2]
    assert all(compared)
    with opened_side(campaign) as opened:
        assert opened.side.name == "small-001–002"
        assert sorted(opened.side.people["student_no"]) == NUMBERS

    later = post_capture(str(campaign), full=True)
    assert [bundle.name for bundle in later.bundles] == ["small-003", "small-004"]
    loaded = read_campaign(campaign)
    with open_ledger(loaded.ledger_url) as ledger:
        known = ledger.bundles("small")
        told = story(ledger, "small", NUMBERS[2])
    assert known.select("part", "parts").rows() == [(1, 2), (2, 2)] * 2
    assert known["supplements"].to_list() == [None, None, "small-002", "small-002"]
    assert known["archive_sha256"].to_list() == [
        bundle.archive_sha256 for bundle in (*outcome.bundles, *later.bundles)
    ]
    assert told.select("bundle", "part").rows() == [("small-002", "2/2"), ("small-004", "2/2")]
