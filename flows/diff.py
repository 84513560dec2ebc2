"""Two bundles compared, or everything sealed so far with the next run, for which alone Prefect is needed."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from flows.bundle_side import Opened, Photos, is_campaign, opened_side
from schemas.errors import InputError
from schemas.words import Text
from transforms.bundle_diff import Comparison, compare
from transforms.bundle_side import Side
from transforms.decode import decode


class Diff(NamedTuple):
    """A comparison with its sides and their photos, as long as the bundles are open."""

    before: Side
    after: Side
    compared: Comparison
    photos: Photos


@contextmanager
def diff(before: Path, after: Path | None) -> Iterator[Diff]:
    """Compare two sides, each a bundle or a campaign file.

    A campaign file is all that was sealed so far as `before`, what the next run would seal as `after`; alone
    it is both. InputError where a bundle is damaged.
    """
    with ExitStack() as stack:
        ours = stack.enter_context(opened_side(before))
        theirs = _after(stack, before, after)
        compared = compare(ours.side, theirs.side)
        yield Diff(ours.side, theirs.side, compared, _either(ours.photos, theirs.photos))


def needs_run(before: Path, after: Path | None) -> bool:
    """Whether the second side is a campaign's next run. InputError for a bundle alone."""
    if after is None and not is_campaign(before):
        raise InputError(
            before,
            Text("只给了一个上报包，没有可比的", "this is one bundle, and nothing to compare it with"),
            Text("再写一个上报包或批次文件", "name a second bundle or a campaign file"),
        )
    return is_campaign(after or before)


def _after(stack: ExitStack, before: Path, after: Path | None) -> Opened:
    if after is not None and not needs_run(before, after):
        return stack.enter_context(opened_side(after))
    from flows.next_run import next_run  # noqa: PLC0415  Prefect only now

    assessed = next_run(str((after or before).resolve()))
    places = assessed.photos
    return Opened(assessed.side, lambda digest: places[digest].read_bytes() if digest in places else None)


def _either(ours: Photos, theirs: Photos) -> Photos:
    return lambda digest: _shown(theirs(digest) or ours(digest))


def _shown(photo: bytes | None) -> bytes | None:
    """A photo that opens: what an untrusted bundle calls one need not."""
    return photo if photo is not None and decode(photo, (1, 1)) is not None else None
