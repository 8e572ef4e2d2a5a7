"""The two clocks: machine time never moves by itself; business time is machine time plus the offset of development."""

from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """`now` is business time (statuses, due dates); `machine` is real (leases, tokens, back-off). Both aware, UTC."""

    def now(self) -> datetime: ...

    def machine(self) -> datetime: ...

    def today(self, zone: str) -> date: ...


class BusinessClock:
    """Real time plus an offset, which only the development control ever moves."""

    def __init__(self, offset: timedelta = timedelta(0)) -> None:
        self.offset = offset

    def machine(self) -> datetime:
        return datetime.now(UTC)

    def now(self) -> datetime:
        return self.machine() + self.offset

    def today(self, zone: str) -> date:
        """The calendar day in a named zone."""
        return self.now().astimezone(ZoneInfo(zone)).date()
