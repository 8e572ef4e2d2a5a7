"""A business clock that stands still until a test moves it; machine time stays real."""

from datetime import UTC, datetime, timedelta

from shared.clock import BusinessClock

MORNING = datetime(2026, 2, 2, 9, 0, tzinfo=UTC)


class FakeClock(BusinessClock):
    """`now` is what the test says."""

    def __init__(self, now: datetime = MORNING) -> None:
        super().__init__()
        self._now = now

    def now(self) -> datetime:
        return self._now

    def set(self, now: datetime) -> None:
        """Put business time to an aware moment."""
        self._now = now.astimezone(UTC)

    def advance(self, step: timedelta) -> None:
        self._now += step
