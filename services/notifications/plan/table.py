"""Every touchpoint of the customer flow with what serves it: `docs/touchpoints.md`, of `table.yaml` and the plan."""

from collections.abc import Iterator
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from services.notifications.plan import shipped
from services.notifications.policy import Entry, Trigger

SOURCE = Path(__file__).with_name("table.yaml")
EVERY = "tests/notifications/test_touchpoints.py::test_every_entry_comes_when_its_trigger_says"
HEAD = """# The touchpoints, and what serves them

Made by `sojourn docs` from `services/notifications/plan/table.yaml` and the shipped plan (`plan/default.yaml`): every
item of the customer flow's table of touchpoints, by party and phase. A test fails on an empty cell, and on a code, a
symbol or a test that is not there.
"""
COLUMNS = "| phase | what happens | entries of the plan | what else serves it | tests |\n" + "| --- " * 5 + "|"
ENTRIES = "| entry | for | kind | when | late | proves |\n" + "| --- " * 6 + "|"


class Item(BaseModel):
    """One item of the table; `other` holds `path:symbol`, `tests` holds `path::test`."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    party: str = Field(min_length=1)
    phase: str = Field(min_length=1)
    item: str = Field(min_length=1)
    plan: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _is_served(self) -> "Item":
        if not self.plan and not self.other:
            raise ValueError(f"nothing serves: {self.item}")
        if not self.all_tests:
            raise ValueError(f"no test shows: {self.item}")
        return self

    @property
    def all_tests(self) -> tuple[str, ...]:
        return (*((EVERY,) if self.plan else ()), *self.tests)


def read(source: str) -> list[Item]:
    """The items as data; ValueError on an empty cell or an unknown field."""
    return TypeAdapter(list[Item]).validate_python(yaml.safe_load(source))


def touchpoints_page() -> str:
    """The whole page, Markdown."""
    return "\n".join(_page(read(SOURCE.read_text(encoding="utf-8"))))


def _page(items: list[Item]) -> Iterator[str]:
    yield HEAD
    yield f"{len(items)} items, {len(shipped().touchpoints)} entries in version {shipped().version} of the plan."
    party = None
    for item in items:
        if item.party != party:
            party = item.party
            yield f"\n## {party[0].upper()}{party[1:]}\n\n{COLUMNS}"
        plan = ", ".join(f"`{code}`" for code in item.plan)
        other = "<br>".join(_linked(*place.split(":", 1)) for place in item.other)
        tests = "<br>".join(_linked(*place.split("::", 1)) for place in item.all_tests)
        yield f"| {item.phase} | {item.item} | {plan} | {other} | {tests} |"
    yield f"\n## The entries of the plan\n\n{ENTRIES}"
    yield from (_entry(entry) for entry in shipped().touchpoints)
    yield ""


def _entry(entry: Entry) -> str:
    proves = entry.proves.standard if entry.proves else ""
    cells = (f"`{entry.code}`", entry.audience, entry.kind, when(entry.trigger), entry.late.policy, proves)
    return "| " + " | ".join(cells) + " |"


def when(trigger: Trigger) -> str:
    """A trigger in words: `end − 14 d at 09:00`."""
    parts = ((trigger.months, "months"), (trigger.weeks, "weeks"), (trigger.days, "d"))
    offset = "".join(f" {'+' if count > 0 else '−'} {abs(count)} {unit}" for count, unit in parts if count)
    at = f" at {trigger.at:%H:%M}" if trigger.at else ""
    whose = f" ({trigger.zone})" if trigger.at else ""
    again = f", every {trigger.repeat.days} d" if trigger.repeat else ""
    return f"{trigger.event or trigger.anchor}{offset}{at}{whose}{again}"


def _linked(path: str, name: str) -> str:
    return f"[`{name}`](../{path})"
