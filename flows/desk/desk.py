"""The desk itself: a campaign, its latest run as read from the audit, and who is at it."""

import threading
from typing import NamedTuple

from flows.decision_checks import Known
from flows.decisions import known_of
from flows.desk.day import Shown, read_shown
from flows.desk.session import Session, Sessions
from flows.desk.standing import Decisions, stamp_of
from flows.freeze import is_frozen
from flows.run_lock import is_running
from flows.settings import language
from flows.sources import LoadedCampaign
from outputs.ledger import open_ledger


class Now(NamedTuple):
    """What a request finds: the run shown, and all that was decided until now."""

    shown: Shown
    known: Known
    decisions: Decisions


class Desk:
    """A campaign's desk at a port of this machine; `by_whom` decides unless a session says otherwise."""

    def __init__(self, loaded: LoadedCampaign, port: int, by_whom: str) -> None:
        self.loaded, self.port = loaded, port
        self.sessions = Sessions(by_whom, language())
        self._lock = threading.Lock()
        self._shown: Shown | None = None

    def now(self) -> Now:
        """The latest run with the decisions made. InputError where there is none, or its audit is gone."""
        with open_ledger(self.loaded.ledger_url, must_exist=True) as ledger:
            known = known_of(ledger, self.loaded.campaign.campaign.id)
        with self._lock:
            if self._shown is None or self._shown.summary.run != known.latest.run:
                self._shown = read_shown(self.loaded, known.latest.run)
            shown = self._shown
        return Now(shown, known, Decisions(known, stamp_of(shown.summary.started_at)))

    def jpeg(self, name: str) -> bytes | None:
        """A picture of the run shown, by its name."""
        return self._shown.pictures.jpeg(name) if self._shown else None

    def asks_after_freeze(self, session: Session) -> bool:
        """Whether a decision needs a reason for being made after the freeze date, and none is known yet."""
        return is_frozen(self.loaded) and not session.after_freeze

    def is_running(self) -> bool:
        """Whether a run of the campaign is under way."""
        return is_running(self.loaded)
