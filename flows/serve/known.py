"""Whether what lies in the inbox was read by a run already."""

import hashlib
from pathlib import Path

from flows.inputs import input_digests
from flows.past import has_ledger
from flows.plain_file import unreadable
from flows.serve.arrivals import Look, Stamp
from flows.sources import CaptureFolder, CaptureStore, LoadedCampaign, open_captures
from outputs.ledger import open_ledger
from outputs.ledger_reads import as_kept, last_read


class Digests:
    """The SHA-256 of captures; a file that has not changed since it was last asked for is not read again."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Stamp, str]] = {}

    def of(self, store: CaptureStore, name: str, stamp: Stamp | None) -> str:
        """A capture's digest; `stamp` is that of its file, or of the zip that it lies in."""
        kept = self._known.get(name)
        if kept is None or stamp is None or kept[0] != stamp:
            digest = hashlib.sha256(store.read(name)).hexdigest()
            if stamp is None:
                return digest
            self._known[name] = kept = (stamp, digest)
        return kept[1]


def is_known(loaded: LoadedCampaign, look: Look, digests: Digests) -> bool:
    """Whether the run recorded last read what is here. InputError where there is nothing to run yet."""
    place = loaded.captures
    store = open_captures(place)
    tables = frozenset(_tables(loaded).items())
    if not has_ledger(loaded.ledger_url):
        return False
    with open_ledger(loaded.ledger_url) as ledger:
        last = last_read(ledger, loaded.campaign.campaign.id)
    if last is None or last.inputs != tables:
        return False
    names = store.names()
    paths = as_kept(names)
    if set(paths) != {path for path, _ in last.captures}:  # told without reading a picture
        return False
    shas = (digests.of(store, name, look.files.get(str(_file_of(place, store, name)))) for name in names)
    return frozenset(zip(paths, shas, strict=True)) == last.captures


def _tables(loaded: LoadedCampaign) -> dict[str, str]:
    try:
        return input_digests(loaded)
    except OSError as missing:
        raise unreadable(Path(missing.filename or loaded.path), missing) from missing


def _file_of(place: Path, store: CaptureStore, name: str) -> Path:
    """The file whose change is a capture's change: its own, or the zip."""
    return place / name if isinstance(store, CaptureFolder) else place
