"""What goes wrong with a ledger's database, in words; never with an address's password or a value."""

from collections.abc import Iterator
from contextlib import contextmanager
from sqlite3 import SQLITE_BUSY, SQLITE_LOCKED
from sqlite3 import Error as SqliteError

from sqlalchemy.exc import (
    IntegrityError,
    InterfaceError,
    InternalError,
    OperationalError,
    ProgrammingError,
    SQLAlchemyError,
)

from schemas.errors import InputError, UnavailableError
from schemas.words import Text

GONE = (OperationalError, InterfaceError, InternalError, ProgrammingError)
"""A database that does not answer, or whose tables somebody changed."""
_AWAY = {"08", "57"}
"""Classes of SQLSTATE: no connection (which has none of its own either), and an operator's stop."""


def is_away(error: BaseException) -> bool:
    """Whether a database did not answer and may do so again: locked by others, stopped, or out of reach.

    A full disk or a changed table is none of these.
    """
    cause = getattr(error, "orig", error)
    if isinstance(cause, SqliteError):
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF in {SQLITE_BUSY, SQLITE_LOCKED}
    return isinstance(error, OperationalError) and (getattr(cause, "sqlstate", "") or "08")[:2] in _AWAY


def no_run_yet(campaign: str) -> InputError:
    """What is said of a campaign that the ledger knows nothing of."""
    return InputError(
        campaign,
        Text("这个批次还没有运行过", "this campaign has had no run yet"),
        Text("先用 regpack run 处理一次", "process it with regpack run first"),
    )


def in_use(place: str) -> UnavailableError:
    """What is said of a ledger that another program reads while it has to be written anew."""
    return UnavailableError(
        place,
        Text("台账正被其他程序使用", "another program uses the ledger"),
        Text("关闭 regpack desk、serve 等程序后再运行一次",
             "close regpack desk, serve and the like, then run this again"),
    )  # fmt: skip


def _kind(error: BaseException) -> type[InputError]:
    return UnavailableError if is_away(error) else InputError


@contextmanager
def opening(place: str) -> Iterator[None]:
    """InputError where the body cannot open the ledger at `place`."""
    try:
        yield
    except (SQLAlchemyError, SqliteError, ImportError, OSError) as error:
        raise _kind(error)(
            place,
            Text("台账打不开", "the ledger cannot be opened"),
            Text("检查批次文件 [output] 的 ledger 一项、文件权限或数据库服务",
                 "check ledger under [output] in the campaign file, the file's rights or the server"),
        ) from None  # fmt: skip


@contextmanager
def using(place: str) -> Iterator[None]:
    """InputError where the body cannot read or write the ledger at `place`."""
    try:
        yield
    except IntegrityError:
        raise InputError(
            place,
            Text("这次运行、上报包或其中的证书编号已有记录",
                 "this run, its bundle or a certificate number in it is already recorded"),
            Text("可能同时开了两次运行，请重新运行一次", "perhaps two runs were started at once: run again"),
        ) from None  # fmt: skip
    except GONE as error:
        raise _kind(error)(
            place,
            Text("台账读写失败", "the ledger cannot be read or written"),
            Text("检查文件、磁盘空间或数据库服务后重试",
                 "check file, disk space or database server, then retry"),
        ) from None  # fmt: skip
