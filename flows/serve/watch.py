"""Watches the inbox, and has a run started once for every new state of it."""

import threading
import time
from collections.abc import Callable

from flows.serve.arrivals import Look, Settling, look_at
from flows.serve.known import Digests, is_known
from flows.sources import LoadedCampaign, read_campaign
from schemas.errors import PipelineError
from schemas.words import Text

LOOKS = 4
"""How often the inbox is looked at while it settles."""
SHORTEST_S, LONGEST_S = 0.2, 15.0


class Watch:
    """One campaign's inbox; `start` has a run started, `is_busy` tells whether one is under way."""

    def __init__(
        self,
        loaded: LoadedCampaign,
        *,
        start: Callable[[], object],
        is_busy: Callable[[], bool],
        say: Callable[[Text], None],
    ) -> None:
        self._loaded, self._start, self._is_busy, self._say = loaded, start, is_busy, say
        self._settling = Settling(loaded.campaign.serve.settle_s)
        self._digests = Digests()
        self._handled: Look | None = None
        self._said = Text("", "")

    @property
    def pause_s(self) -> float:
        """How long to wait from one look to the next."""
        return min(max(self._loaded.campaign.serve.settle_s / LOOKS, SHORTEST_S), LONGEST_S)

    def until(self, stopped: threading.Event) -> None:
        """Look again and again."""
        while not stopped.wait(self.pause_s):
            try:
                self.look(time.monotonic())
            except PipelineError as wrong:
                self._say_once(Text(wrong.say("zh"), wrong.say("en")))

    def look(self, at_s: float) -> None:
        """Look once; have a run started where the inbox is settled, new, and no run is under way."""
        seen = look_at(self._loaded)
        if seen == self._handled:
            return
        if seen.unfinished:
            self._say_once(_unfinished(seen))
        if not self._settling.is_settled(seen, at_s) or self._is_busy():
            return
        self._loaded = read_campaign(self._loaded.path)
        if not is_known(self._loaded, seen, self._digests):
            self._start()
        self._handled, self._said = seen, Text("", "")

    def _say_once(self, what: Text) -> None:
        if what != self._said:
            self._said = what
            self._say(what)


def _unfinished(look: Look) -> Text:
    count = len(look.unfinished)
    return Text(
        f"有 {count} 个文件还在拷贝或正被打开（如 ~$、.part），等它们完成",
        f"{count} files are still being copied or are open in a program (~$, .part): waiting for them",
    )
