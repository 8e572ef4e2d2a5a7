"""Days from one to another, as calendars ask for them."""

from datetime import date, timedelta

from shared.errors import FieldError, Invalid

MOST = 62  # days: two months


def each_day(since: date, until: date) -> list[date]:
    """Both ends included. Invalid at `until` when it lies before `since`, or more than 62 days would be asked for."""
    if not 0 <= (until - since).days < MOST:
        raise Invalid(errors=[FieldError("query:until", f"from `since` on, {MOST} days at most")])
    return [since + timedelta(days=place) for place in range((until - since).days + 1)]
