"""What the machine decides, not the campaign: workers, language, clock, and how quiet Prefect is.

Environment: REGPACK_WORKERS, REGPACK_LANG (zh or en), REGPACK_LOG_LEVEL, REGPACK_YUNET_MODEL,
REGPACK_LEDGER_KEY, REGPACK_LEDGER_KEY_FILE, REGPACK_SIGNING_KEY_FILE, REGPACK_SIGNING_PASSPHRASE,
REGPACK_CACHE, REGPACK_SHOW_ERRORS.
"""

import gettext
import os
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from schemas.errors import CampaignError
from schemas.words import Language, Text

CHUNK = 256
"""Captures in one Prefect task at most: a task of Prefect's costs as much as looking up fifty of them."""


FRAMES_DECAY = "dirty_decay_ms:0,muzzy_decay_ms:0"
"""Polars' allocator gives memory back as soon as it is free: of 100,000 captures a fifth of what is held."""
YUNET_MODEL = "REGPACK_YUNET_MODEL"
PHOTO_CACHE = "REGPACK_CACHE"
SHOW_ERRORS = "REGPACK_SHOW_ERRORS"
LEDGER_KEY, LEDGER_KEY_FILE = "REGPACK_LEDGER_KEY", "REGPACK_LEDGER_KEY_FILE"
"""The key under which the ledger keeps document numbers, or the file that holds it."""
SIGNING_KEY_FILE, SIGNING_PASSPHRASE = "REGPACK_SIGNING_KEY_FILE", "REGPACK_SIGNING_PASSPHRASE"
"""The file of the key that signs bundles, in place of the campaign's; its passphrase."""
_SCREENS = ("DISPLAY", "WAYLAND_DISPLAY")
LOCALES = Path(__file__).parent / "locale"
CLICK_WORDS = "click"
"""The gettext domain of `flows.words.CLICK`."""


def workers() -> int:
    """How many photos are worked on at once; all cores unless REGPACK_WORKERS says otherwise."""
    asked = os.environ.get("REGPACK_WORKERS", "") or "0"
    if not (asked.isascii() and asked.isdecimal()):
        raise CampaignError(
            "REGPACK_WORKERS",
            Text(f"{asked} 不是整数", f"{asked} is no whole number"),
            Text(
                "请写并行的张数，或删去这个环境变量", "write how many photos to work on at once, or unset it"
            ),
        )
    return int(asked) or os.cpu_count() or 1


def yunet_model() -> Path | None:
    """The second face detector's model file, which REGPACK_YUNET_MODEL names; without it there is none."""
    named = os.environ.get(YUNET_MODEL)
    return Path(named) if named else None


def photo_cache() -> Path | None:
    """A folder for the photo cache of all campaigns, which REGPACK_CACHE names; else each has its own."""
    named = os.environ.get(PHOTO_CACHE)
    return Path(named) if named else None


def shows_error_texts() -> bool:
    """Whether the terminal is to show the texts of bugs, which may hold personal data."""
    return os.environ.get(SHOW_ERRORS, "") not in {"", "0"}


def language() -> Language:
    """The language of messages: Chinese unless REGPACK_LANG is `en`."""
    return "en" if os.environ.get("REGPACK_LANG", "zh").lower().startswith("en") else "zh"


def translate_click() -> None:
    """Have click speak Chinese too, from before it is imported: it asks gettext for every word of its own."""
    if language() == "zh":
        os.environ["LANGUAGE"] = "zh"
        gettext.bindtextdomain(CLICK_WORDS, str(LOCALES))
        gettext.textdomain(CLICK_WORDS)


def now() -> datetime:
    """The current time, UTC."""
    return datetime.now(UTC)


def has_screen() -> bool:
    """Whether a browser can show a page; without a screen one might open in the terminal."""
    return sys.platform in {"win32", "darwin"} or any(os.environ.get(name) for name in _SCREENS)


def today() -> date:
    """The present day where this machine stands."""
    return now().astimezone().date()


def utc_offset() -> timedelta:
    """How far this machine's time zone is ahead of UTC today."""
    return now().astimezone().utcoffset() or timedelta()


def log_level() -> str:
    """How much the libraries say on the terminal: hardly anything unless REGPACK_LOG_LEVEL asks for it."""
    return os.environ.get("REGPACK_LOG_LEVEL", "CRITICAL").upper()


def quiet_prefect() -> None:
    """Settle Prefect's settings before it is imported: no usage analytics, patience at start, few words.

    A setting that the engineer made in the environment stays.
    """
    level = log_level()
    defaults = {
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
        "PREFECT_LOGGING_LEVEL": level,
        "PREFECT_LOGGING_ROOT_LEVEL": level,
        "PREFECT_LOGGING_SERVER_LEVEL": level,
        "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
        "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
        "_RJEM_MALLOC_CONF": FRAMES_DECAY,
    }
    for name, value in defaults.items():
        os.environ.setdefault(name, value)
