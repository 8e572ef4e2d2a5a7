"""What a simulation found: counts that add up experience by experience, and the difference of two of them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from services.notifications.policy import Plan
from services.notifications.simulation.engine import Event

SENDING = frozenset({"sent", "corrected"})
WORK = {"task_opened": "opened", "task_done": "done", "task_late": "late", "task_escalated": "escalated"}
MOST_LATE = 50


@dataclass
class Report:
    """Counts by (what, touchpoint …); `late_ones` are the furthest behind their time, at most fifty."""

    plan: Plan
    experiences: int = 0
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    reasons: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    weeks: Counter[tuple[str, str]] = field(default_factory=Counter)
    load: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    entities: Counter[tuple[str, str]] = field(default_factory=Counter)
    people_over_budget: int = 0
    late_ones: list[tuple[float, int, str, str]] = field(default_factory=list)

    def add(self, happened: Iterable[Event]) -> None:
        """Count what happened to one experience."""
        self.experiences += 1
        over = False
        for event in happened:
            code = event.entry.code
            self.counts[event.what, code] += 1
            if event.reason:
                self.reasons[event.what, event.reason, code] += 1
            if event.what in SENDING:
                self.weeks[week(event.at), str(event.entry.audience)] += 1
                self.entities[str(event.life.entity), "messages"] += 1
                self._late(event)
            elif event.what in WORK:
                self.load[week(event.at), str(event.entry.audience), WORK[event.what]] += 1
                if event.what == "task_opened":
                    self.entities[str(event.life.entity), "tasks"] += 1
            over = over or event.what == "over_budget"
        self.people_over_budget += over

    def _late(self, event: Event) -> None:
        behind = event.at - (event.due or event.at)
        if behind < timedelta(hours=event.entry.late.after_hours):
            return
        self.counts["sent_late", event.entry.code] += 1
        self.late_ones.append((-behind.total_seconds(), event.life.number, event.entry.code, event.at.isoformat()))
        if len(self.late_ones) > 4 * MOST_LATE:
            self.late_ones = sorted(self.late_ones)[:MOST_LATE]

    def merge(self, other: "Report") -> None:
        """Add what another part of the same cohort came to."""
        self.experiences += other.experiences
        self.people_over_budget += other.people_over_budget
        for name in ("counts", "reasons", "weeks", "load", "entities"):
            getattr(self, name).update(getattr(other, name))
        self.late_ones = sorted(self.late_ones + other.late_ones)[:MOST_LATE]

    def figures(self) -> dict[str, Any]:
        """As JSON values, every list in one order: the same simulation makes the same bytes."""
        total: Counter[str] = Counter()
        for (what, _), count in self.counts.items():
            total[what] += count
        return {
            "plan": self.plan.plan,
            "version": self.plan.version,
            "experiences": self.experiences,
            "totals": dict(sorted(total.items())) | {"people_over_budget": self.people_over_budget},
            "touchpoints": self._touchpoints(),
            "reasons": [
                {"what": what, "reason": reason, "touchpoint": code, "count": count}
                for (what, reason, code), count in sorted(self.reasons.items())
            ],
            "standards": self._standards(),
            "messages_per_week": _series(self.weeks),
            "staff_load": self._load(),
            "entities": _pairs(self.entities),
            "late_ones": [
                {"experience": number, "touchpoint": code, "sent_at": at, "hours_late": round(-behind / 3600, 1)}
                for behind, number, code, at in sorted(self.late_ones)[:MOST_LATE]
            ],
        }

    def _touchpoints(self) -> list[dict[str, Any]]:
        found: dict[str, dict[str, int]] = {entry.code: {} for entry in self.plan.touchpoints}
        for (what, code), count in sorted(self.counts.items()):
            found.setdefault(code, {})[what] = count
        return [{"touchpoint": code, **counts} for code, counts in found.items()]

    def _standards(self) -> list[dict[str, Any]]:
        found: dict[str, dict[str, int]] = {}
        for entry in self.plan.touchpoints:
            if entry.proves is None:
                continue
            counts = found.setdefault(entry.proves.standard, {"in_time": 0, "late": 0})
            counts["in_time"] += self.counts["evidence_in_time", entry.code]
            counts["late"] += self.counts["evidence_late", entry.code]
        return [{"standard": standard, **counts} for standard, counts in sorted(found.items())]

    def _load(self) -> list[dict[str, Any]]:
        """Per week and role: what came, what was done, and what stood open at the end of the week."""
        roles = sorted({role for _, role, _ in self.load})
        weeks, found = sorted({week_ for week_, _, _ in self.load}), []
        for role in roles:
            still = 0
            for week_ in weeks:
                row = {what: self.load[week_, role, what] for what in WORK.values()}
                still += row["opened"] - row["done"] - row["late"]
                found.append({"week": week_, "role": role, **row, "open": still})
        return found


def week(at: datetime) -> str:
    """The ISO week of a moment, by UTC."""
    year, number, _ = at.astimezone(UTC).isocalendar()
    return f"{year}-W{number:02}"


def _series(weeks: Counter[tuple[str, str]]) -> list[dict[str, Any]]:
    return [{"week": week_, "audience": audience, "count": n} for (week_, audience), n in sorted(weeks.items())]


def _pairs(entities: Counter[tuple[str, str]]) -> list[dict[str, Any]]:
    names = sorted({entity for entity, _ in entities})
    return [
        {"entity": name, "messages": entities[name, "messages"], "tasks": entities[name, "tasks"]} for name in names
    ]


def difference(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """What changes from one plan to the other on the same cohort: only what differs, each as before and after."""
    found: dict[str, Any] = {"totals": _changed(before["totals"], after["totals"]), "touchpoints": []}
    one, two = ({row["touchpoint"]: row for row in side["touchpoints"]} for side in (before, after))
    for code in dict.fromkeys((*one, *two)):
        changed = _changed(one.get(code, {}), two.get(code, {}))
        presence = {"added": code not in one, "removed": code not in two}
        if changed or any(presence.values()):
            found["touchpoints"].append({"touchpoint": code, **presence, "changed": changed})
    sides = ({row["standard"]: row for row in side["standards"]} for side in (before, after))
    old, new = sides
    found["standards"] = [
        {"standard": name, "changed": changed}
        for name in sorted({*old, *new})
        if (changed := _changed(old.get(name, {}), new.get(name, {})))
    ]
    return found


def _changed(before: dict[str, Any], after: dict[str, Any]) -> dict[str, dict[str, int]]:
    names = sorted(name for name in {*before, *after} if isinstance(before.get(name, after.get(name)), int))
    pairs = {name: (before.get(name, 0), after.get(name, 0)) for name in names}
    return {name: {"before": a, "after": b} for name, (a, b) in pairs.items() if a != b and not isinstance(a, bool)}
