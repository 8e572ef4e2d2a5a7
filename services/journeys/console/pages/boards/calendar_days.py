"""The days of the calendar: which a view draws, how much is due on each, and what of it is named."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from services.journeys.console import words
from services.journeys.console.boards_words import said
from services.journeys.console.heard import heard
from services.journeys.console.pages.boards.entering import Json, items
from services.journeys.console.rooms import Panel
from services.journeys.console.session import HOME

VIEWS = ("month", "week", "agenda", "day")
AGENDA_DAYS = 28
NAMED = {"month": 3, "week": 12, "agenda": 8, "day": 0}  # so many of a day are named
STEPS = {"week": 7, "agenda": AGENDA_DAYS, "day": 1}


@dataclass(frozen=True, slots=True)
class Span:
    """The days of a view: those that it is about and those drawn around them."""

    view: str
    day: date
    first: date
    last: date

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=place) for place in range((self.last - self.first).days + 1)]

    def moved(self, by: int) -> date:
        """The day that the view before or after is about."""
        if self.view == "month":
            month = self.day.year * 12 + self.day.month - 1 + by
            return date(month // 12, month % 12 + 1, 1)
        return self.day + timedelta(days=by * STEPS[self.view])


def span(view: str, day: date, week_starts: int) -> Span:
    """`week_starts`: 0 is Monday; a month is drawn in whole weeks."""

    def begin(of: date) -> date:
        return of - timedelta(days=(of.weekday() - week_starts) % 7)

    if view == "day":
        return Span(view, day, day, day)
    if view == "agenda":
        return Span(view, day, day, day + timedelta(days=AGENDA_DAYS - 1))
    if view == "week":
        return Span(view, day, begin(day), begin(day) + timedelta(days=6))
    first = day.replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return Span(view, first, begin(first), begin(last) + timedelta(days=6))


@dataclass(slots=True)
class Day:
    """How much is due by kind, how much of it is late, and the first of it in the order of time."""

    on: date
    counts: dict[str, int] = field(default_factory=dict)
    late: int = 0
    named: list[Json] = field(default_factory=list)

    @property
    def more(self) -> int:
        return sum(self.counts.values()) - len(self.named)


def drawn(over: Span, due: Panel, sessions: Panel, standards: Panel, zone: str) -> list[Day]:
    """Every day of the view, from what the rooms answered."""
    counts: dict[date, dict[str, int]] = defaultdict(dict)
    late: dict[date, int] = {}
    found: dict[date, list[Json]] = defaultdict(list)
    for day in _days(due):
        on = date.fromisoformat(day["on"])
        counts[on] |= {"touchpoint": day["touchpoints"], "task": day["tasks"]}
        late[on] = day["late_touchpoints"] + day["late_tasks"]
        found[on] += map(happening, day["first"])
    for one in (session(row, zone) for row in items(sessions)):
        counts[one["on"]]["session"] = counts[one["on"]].get("session", 0) + 1
        found[one["on"]].append(one)
    for day in _days(standards):
        on = date.fromisoformat(day["on"])
        counts[on]["standard"] = day["n"]
        found[on] += map(standard, day["first"])
    most = NAMED[over.view]
    ordered = {on: sorted(some, key=lambda one: one["time"] or "")[:most] for on, some in found.items()}
    kept = {on: {kind: n for kind, n in some.items() if n} for on, some in counts.items()}
    return [Day(on, kept.get(on, {}), late.get(on, 0), ordered.get(on, [])) for on in over.days]


def _days(panel: Panel) -> Iterable[Json]:
    return (panel.items or {}).get("days", ())


def happening(row: Json) -> Json:
    """A touchpoint or a task; a task has a day and no hour."""
    href = f"{HOME}/people/{row['person_id']}" if row["person_id"] else None
    moment = row["at"] if row["kind"] == "touchpoint" else None
    what = {"what": words.plain(row["code"]), "who": row["person"] or row["enabler"], "href": href}
    return {"kind": row["kind"], "on": date.fromisoformat(row["on"]), "time": moment, **what, **_about(row)}


def session(row: Json, zone: str) -> Json:
    on = words.local(row["starts_at"], zone).date()
    what = {"what": row["title"], "who": row.get("place"), "href": f"{HOME}/sessions/{row['id']}"}
    return {"kind": "session", "on": on, "time": row["starts_at"], **what, **_about({})}


def standard(row: Json) -> Json:
    what = {"what": heard(row["title"]) if row["title"] else said(row["standard"]), "who": None}
    href = f"{HOME}/standards/{row['application_id']}#{row['standard']}"
    return {"kind": "standard", "on": date.fromisoformat(row["on"]), "time": None, **what, "href": href, **_about(row)}


def _about(row: Json) -> Json:
    return {name: row.get(name) for name in ("person_id", "state", "late")}
