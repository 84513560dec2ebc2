"""What can be said of times in a campaign file: cron expressions and the timezones they are meant in."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

FIELDS = 5
_ANY_DAY = datetime(1970, 1, 1, tzinfo=UTC)


def is_cron(given: str) -> bool:
    """Whether a text is a cron expression of minute, hour, day, month and weekday.

    >>> is_cron("0 6 * * 1-5"), is_cron("0 25 * * *"), is_cron("@daily"), is_cron("0 0 6 * * *")
    (True, False, False, False)
    """
    try:
        CronSim(given, _ANY_DAY)
    except CronSimError:
        return False
    return len(given.split()) == FIELDS


def is_timezone(given: str) -> bool:
    """Whether a text names a timezone.

    >>> is_timezone("Asia/Shanghai"), is_timezone("Beijing"), is_timezone("")
    (True, False, False)
    """
    try:
        ZoneInfo(given)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def next_time(cron: str, after: datetime, timezone: str) -> datetime:
    """When an expression fires next, in its timezone.

    >>> next_time("0 6 * * *", datetime(1970, 1, 1, 23, tzinfo=UTC), "Asia/Shanghai").isoformat()
    '1970-01-03T06:00:00+08:00'
    """
    return next(CronSim(cron, after.astimezone(ZoneInfo(timezone))))
