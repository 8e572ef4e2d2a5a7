"""What an error of a transaction means: for whoever caused it, and for whether it is worth another try."""

from enum import StrEnum

import asyncpg
from sqlalchemy.exc import DBAPIError, InterfaceError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from shared.errors import Transient


class Trouble(StrEnum):
    value = "value"  # a value that can't be stored
    clash = "clash"  # a constraint speaks
    away = "away"  # the database can't be reached, or not now
    bug = "bug"


class Failure(StrEnum):
    transient = "transient"  # will pass: wait in place for as long as it takes
    doubtful = "doubtful"  # may be a race or a slow moment: some tries alone, then it counts as deterministic
    deterministic = "deterministic"  # would fail again: park


_STATES = {
    "22": Trouble.value,  # data exception: out of range, NUL in text, date overflow
    "23": Trouble.clash,  # integrity constraint violation
    "08": Trouble.away,  # connection exception
    "25P03": Trouble.away,  # idle in transaction timeout: the connection was cut
    "40": Trouble.away,  # serialisation failure, deadlock: worth a retry
    "53": Trouble.away,  # insufficient resources
    "55P03": Trouble.away,  # lock not available
    "57": Trouble.away,  # shutdown, statement timeout, starting up
    "58": Trouble.away,  # system error
}
# Two partitions may insert the same row at the same moment; a statement may have met a slow minute.
_DOUBTFUL = frozenset({"23505", "23503", "57014"})
# asyncpg checks values before it sends them, then the error carries no SQLSTATE of the server.
_CLIENT_SIDE = {"DataError": Trouble.value, "OverflowError": Trouble.value}
DRIVER = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
_LOST = ("ConnectionDoesNotExistError", "InterfaceError", "InternalClientError", "CannotConnectNowError")


def diagnose(error: BaseException) -> Trouble:
    """What went wrong, by SQLSTATE where the server told one."""
    if isinstance(error, PoolTimeout):
        return Trouble.away
    if isinstance(error, OSError):
        return Trouble.away if error.filename is None else Trouble.bug
    if isinstance(error, DRIVER):
        return _by_driver(error, error)
    if not isinstance(error, SQLAlchemyError):
        return Trouble.bug
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return Trouble.away
    return _by_driver(getattr(error, "orig", None), error)


def _by_driver(driver: BaseException | None, error: BaseException) -> Trouble:
    state = str(getattr(driver, "sqlstate", None) or "")
    for known, trouble in _STATES.items():
        if state.startswith(known):
            return trouble
    cause = driver.__cause__ if driver is not None and driver.__cause__ is not None else driver
    if type(cause).__name__ in _CLIENT_SIDE:
        return _CLIENT_SIDE[type(cause).__name__]
    if isinstance(error, InterfaceError) or type(cause).__name__ in _LOST or isinstance(cause, OSError | TimeoutError):
        return Trouble.away
    return Trouble.bug


def deadlocked(error: BaseException) -> bool:
    """Whether two transactions waited for each other and this is the one that was broken off."""
    return getattr(getattr(error, "orig", None) or error, "sqlstate", None) == "40P01"


def waited(error: BaseException) -> bool:
    """Whether this transaction gave up waiting for a row that somebody holds."""
    return deadlocked(error) or getattr(getattr(error, "orig", None) or error, "sqlstate", None) == "55P03"


def kind_of(error: BaseException) -> Failure:
    """Whether it is worth another try."""
    driver = getattr(error, "orig", None) or error
    if getattr(driver, "sqlstate", None) in _DOUBTFUL:
        return Failure.doubtful
    if isinstance(error, Transient) or diagnose(error) is Trouble.away:
        return Failure.transient
    return Failure.deterministic
