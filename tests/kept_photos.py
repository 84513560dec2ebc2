"""The same capture kept and looked up again and again, as by one of several processes."""

from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier

from flows.photo_store import PhotoStore
from flows.picture_facts import digest, pictured
from tests.builders import the_profile

TIMES = 60


def kept_again_and_again(root: Path, content: bytes, barrier: Barrier) -> set[str]:
    """Make what a capture gives, and, once the others are as far, keep it so often; all that was found."""
    store, sha256 = PhotoStore(root), digest(content)
    made = pictured(content, sha256, the_profile("graduate"))
    barrier.wait()
    found = []
    for _ in range(TIMES):
        store.add(sha256, made)
        found.append(store.find(sha256, used_at=datetime.now(UTC)))
    return {repr(each) for each in found}
