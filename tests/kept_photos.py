"""The same capture kept and looked up again and again, as by one of several processes."""

import time
from datetime import UTC, datetime
from pathlib import Path

from flows.photo_store import PhotoStore
from flows.picture_facts import digest, pictured
from tests.builders import the_profile

TIMES = 60


def kept_again_and_again(root: Path, content: bytes, *, begins: Path, after: Path) -> set[str]:
    """Make what a capture gives and keep it so often, from when another is as far; all that was found.

    `begins` is the file that tells the other, `after` the one that the other makes.
    """
    store, sha256 = PhotoStore(root), digest(content)
    made = pictured(content, sha256, the_profile("graduate"))
    begins.touch()
    while not after.exists():
        time.sleep(0.01)
    found = []
    for _ in range(TIMES):
        store.add(sha256, made)
        found.append(store.find(sha256, used_at=datetime.now(UTC)))
    return {repr(each) for each in found}
