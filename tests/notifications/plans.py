"""Small plans for tests: entries that start with the approval and say what a shipped letter says."""

from dataclasses import replace

import pytest

from services.notifications import plan
from services.notifications.policy import (
    Audience,
    Budget,
    Entry,
    Happening,
    Late,
    LatePolicy,
    Medium,
    Plan,
    Priority,
    Trigger,
    Weight,
)


def care(code: str, budget: Budget = Budget.care, *channels: Medium, **more: object) -> Entry:
    """A message that goes out with the approval, as a nudge unless it is owed."""
    entry = Entry(
        code=code, title=code, audience=Audience.ep, trigger=Trigger(event=Happening.application_approved),
        late=Late(LatePolicy.send_now), weight=Weight.mandatory if budget is Budget.owed else Weight.nudge,
        channels=channels or (Medium.email,), letter="first-day-reminder", needs=("person", "hosting_entity"),
        budget=budget, priority=Priority.urgent if budget is not Budget.owed else Priority.normal,
    )  # fmt: skip
    return replace(entry, **more)


def using(monkeypatch: pytest.MonkeyPatch, given: Plan) -> None:
    """The plan in use, for this test."""
    monkeypatch.setattr(plan, "current", lambda *_, **__: given)
