"""When a touchpoint is due, as a fixed table: months that are shorter, years that leap, clocks that jump, two zones."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from services.notifications.policy import (
    Anchor,
    Around,
    Audience,
    DueRule,
    Entry,
    Heard,
    Late,
    LatePolicy,
    Status,
    Stay,
    Trigger,
    Weight,
    Whose,
    due_at,
    learn,
    plan_calendar,
)

STOCKHOLM, END = "Europe/Stockholm", Anchor.end
START, APPROVED, RECIPIENT = Anchor.start, Anchor.approved, Whose.recipient


def on(text: str) -> date:
    return date.fromisoformat(text)


# trigger; start of the stay; zone of the host; zone of the EP; the wall time wanted; the moment wanted, UTC.
# Offsets: tz database 2025b, `zdump -v`.
VECTORS: tuple[tuple[str, dict[str, Any], str, str, str, str, str], ...] = (
    ("the day itself", {"anchor": START}, "2026-03-02", STOCKHOLM, "UTC", "2026-03-02T09:00", "2026-03-02T08:00"),
    ("a month that is shorter", {"anchor": START, "months": -1}, "2026-03-31", STOCKHOLM, "UTC",
     "2026-02-28T09:00", "2026-02-28T08:00"),
    ("the same month in a leap year", {"anchor": START, "months": -1}, "2028-03-31", STOCKHOLM, "UTC",
     "2028-02-29T09:00", "2028-02-29T08:00"),
    ("a year after 29 February", {"anchor": START, "months": 12}, "2028-02-29", STOCKHOLM, "UTC",
     "2029-02-28T09:00", "2029-02-28T08:00"),
    ("four years after 29 February", {"anchor": START, "months": 48}, "2028-02-29", STOCKHOLM, "UTC",
     "2032-02-29T09:00", "2032-02-29T08:00"),
    ("months first, then weeks, then days", {"anchor": START, "months": -6, "weeks": 1, "days": -1}, "2026-08-31",
     STOCKHOLM, "UTC", "2026-03-06T09:00", "2026-03-06T08:00"),
    ("over the turn of the year", {"anchor": START, "months": -2}, "2026-01-31", STOCKHOLM, "UTC",
     "2025-11-30T09:00", "2025-11-30T08:00"),
    ("a week before the clocks change", {"anchor": START, "weeks": -1}, "2026-03-30", STOCKHOLM, "UTC",
     "2026-03-23T09:00", "2026-03-23T08:00"),
    ("the same clock after they changed", {"anchor": START}, "2026-03-30", STOCKHOLM, "UTC",
     "2026-03-30T09:00", "2026-03-30T07:00"),
    ("a wall time that is skipped moves on", {"anchor": START, "at": time(2, 30)}, "2026-03-29", STOCKHOLM, "UTC",
     "2026-03-29T02:30", "2026-03-29T01:30"),
    ("a wall time that comes twice is its first", {"anchor": START, "at": time(2, 30)}, "2026-10-25", STOCKHOLM, "UTC",
     "2026-10-25T02:30", "2026-10-25T00:30"),
    ("half an hour is skipped", {"anchor": START, "at": time(2, 15)}, "2026-10-04", "Australia/Lord_Howe", "UTC",
     "2026-10-04T02:15", "2026-10-03T15:45"),
    ("midnight is skipped", {"anchor": START, "at": time(0, 30)}, "2026-04-24", "Africa/Cairo", "UTC",
     "2026-04-24T00:30", "2026-04-23T22:30"),
    ("three quarters of an hour", {"anchor": START}, "2026-03-02", "Asia/Kathmandu", "UTC",
     "2026-03-02T09:00", "2026-03-02T03:15"),
    ("a day that the date line swallowed", {"anchor": START, "days": -1}, "2011-12-31", "Pacific/Apia", "UTC",
     "2011-12-30T09:00", "2011-12-30T19:00"),
    ("the EP's clock, ahead of the host's", {"anchor": START, "days": -7, "at": time(10), "zone": RECIPIENT},
     "2026-03-02", STOCKHOLM, "Pacific/Auckland", "2026-02-23T10:00", "2026-02-22T21:00"),
    ("the EP's clock, the first on earth", {"anchor": START, "days": -7, "at": time(10), "zone": RECIPIENT},
     "2026-03-02", STOCKHOLM, "Pacific/Kiritimati", "2026-02-23T10:00", "2026-02-22T20:00"),
    ("the EP's clock, behind the host's", {"anchor": START, "days": -7, "at": time(10), "zone": RECIPIENT},
     "2026-03-02", STOCKHOLM, "Pacific/Honolulu", "2026-02-23T10:00", "2026-02-23T20:00"),
    ("the end counts back", {"anchor": END, "days": -14}, "2026-03-02", STOCKHOLM, "UTC",
     "2026-05-10T09:00", "2026-05-10T07:00"),
    ("the day of the approval is the host's", {"anchor": APPROVED, "days": 3}, "2026-03-02", STOCKHOLM, "UTC",
     "2026-02-01T09:00", "2026-02-01T08:00"),
    ("and another one beyond the date line", {"anchor": APPROVED, "days": 3}, "2026-03-02", "Pacific/Honolulu", "UTC",
     "2026-01-31T09:00", "2026-01-31T19:00"),
    ("not after this day", {"anchor": APPROVED, "days": 40, "latest": DueRule(START, -3)}, "2026-03-02", STOCKHOLM,
     "UTC", "2026-02-27T09:00", "2026-02-27T08:00"),
    ("sooner than the latest day stays", {"anchor": APPROVED, "days": 4, "latest": DueRule(START, -3)}, "2026-03-02",
     STOCKHOLM, "UTC", "2026-02-02T09:00", "2026-02-02T08:00"),
    ("the latest day on 29 February", {"anchor": APPROVED, "months": 3, "latest": DueRule(START, -1)}, "2026-03-01",
     STOCKHOLM, "UTC", "2026-02-28T09:00", "2026-02-28T08:00"),
)  # fmt: skip
SAID = datetime(2026, 1, 28, 23, 30, tzinfo=UTC)  # the 29th in Stockholm, the 28th in Honolulu


@pytest.mark.parametrize(
    ("rule", "start", "host", "recipient", "local", "moment"), [v[1:] for v in VECTORS], ids=[v[0] for v in VECTORS]
)
def test_a_touchpoint_is_due_when_the_table_says(
    rule: dict[str, Any], start: str, host: str, recipient: str, local: str, moment: str
) -> None:
    trigger = Trigger(**{"at": time(9), **rule})
    entry = Entry("one", "One", Audience.ep, trigger, Late(LatePolicy.send_now), Weight.mandatory, letter="one")
    end = max(on("2026-05-24"), on(start))
    stay = learn(Stay(), Heard(1, SAID, Status.approved, start_on=on(start), end_on=end, zone=host))
    (row,) = plan_calendar([entry], stay, (), Around(host, {Audience.ep: recipient}))
    assert row.slot.local_at == datetime.fromisoformat(local)
    assert due_at(row.slot) == datetime.fromisoformat(moment).replace(tzinfo=UTC)
