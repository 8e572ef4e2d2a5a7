"""Runs the calendar of one experience through its time, with the room's own policies and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from services.notifications.policy import (
    Budget,
    Do,
    Entry,
    Kind,
    Plan,
    Priority,
    Row,
    State,
    Stay,
    Step,
    due_at,
    evidence_due,
    learn,
    plan_calendar,
    steps,
    too_late,
)
from services.notifications.simulation.cohorts import Life

LATEST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Rules:
    """What the simulation takes for granted about sending: quiet hours (local), and kind messages a week per person."""

    quiet_from: time = time(21)
    quiet_to: time = time(8)
    kind_messages_a_week: int = 3


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that the simulation says happened: `what` is a word of WHAT, `at` a moment."""

    what: str
    at: datetime
    entry: Entry
    life: Life
    due: datetime | None = None
    reason: str | None = None


WHAT = (
    "sent", "corrected", "skipped", "cancelled", "moved", "waited", "deferred", "over_budget", "task_opened",
    "task_reminder", "task_escalated", "task_done", "task_late", "evidence_in_time", "evidence_late",
)  # fmt: skip


class Walk:
    """One experience on its way through a plan. `run` gives what happened up to `until`, in the order of time."""

    def __init__(self, plan: Plan, life: Life, until: datetime, rules: Rules) -> None:
        self.entries: Mapping[str, Entry] = {entry.code: entry for entry in plan.touchpoints}
        self.plan, self.life, self.until, self.rules = plan, life, until, rules
        self.stay = Stay()
        self.held: dict[str, Row] = {}
        self.due: dict[str, datetime] = {}  # the next look at a row that waits
        self.meant: dict[str, datetime] = {}  # the time that the plan gave it
        self.kind: list[datetime] = []
        self.happened: list[Event] = []

    def run(self) -> list[Event]:
        for at, heard in self.life.heard:
            if at > self.until:
                break
            self._until(at)
            self.stay = learn(self.stay, heard)
            self._settle(at)
        self._until(self.until)
        return self.happened

    def _note(self, what: str, at: datetime, entry: Entry, reason: str | None = None) -> None:
        self.happened.append(Event(what, at, entry, self.life, self.meant.get(entry.code), reason))

    # --- what is heard

    def _settle(self, now: datetime) -> None:
        final = {code for code, row in self.held.items() if row.state in (State.sent, State.failed)}
        wanted = plan_calendar(self.plan.touchpoints, self.stay, final)
        for step in steps(wanted, self.held):
            self._take(step, now)

    def _take(self, step: Step, now: datetime) -> None:
        row, code = step.row, step.row.code
        before = self.held.get(code)
        self.held[code] = row
        entry = self.entries[code]
        if step.do is Do.cancel:
            self.due.pop(code, None)
            if before is not None and before.state is State.waiting:
                self._note("cancelled", now, entry, row.reason)
        elif step.do in (Do.schedule, Do.move):
            self.meant[code] = due_at(row.slot)
            self.due[code] = max(now, self.meant[code])
            if step.do is Do.move:
                self._note("moved", now, entry)

    # --- what is due

    def _until(self, moment: datetime) -> None:
        while self.due:
            code = min(self.due, key=self.due.__getitem__)
            at = self.due[code]
            if at > moment:
                return
            self._come(self.entries[code], at)

    def _come(self, entry: Entry, now: datetime) -> None:
        """The time of a touchpoint has come: it goes out, waits for a fact or for the morning, or is skipped."""
        code = entry.code
        if too_late(entry, self.meant[code], now):
            self._end(entry, State.skipped)
            return self._note("skipped", now, entry, "late")
        if entry.kind is Kind.task:
            self._end(entry, State.sent)
            return self._task(entry, now)
        known = self._known(entry)
        if known > now:
            self._note("waited", now, entry, "waits_for_facts")
            self.due[code] = known
            return None
        if (morning := self._morning(entry, now)) is not None:
            self._note("deferred", now, entry, "quiet_hours")
            self.due[code] = morning
            return None
        self._count(entry, now)
        self._end(entry, State.sent)
        self._note("sent", now, entry)
        return self._prove(entry, now)

    def _end(self, entry: Entry, state: State) -> None:
        del self.due[entry.code]
        self.held[entry.code] = Row(entry.code, state, self.held[entry.code].slot)

    def _known(self, entry: Entry) -> datetime:
        """When the last of the facts that it needs is known."""
        moments = [self.life.known.get(need, self.life.later) for need in entry.needs]
        return max((moment or LATEST for moment in moments), default=self.life.heard[0][0])

    def _morning(self, entry: Entry, now: datetime) -> datetime | None:
        """The end of the quiet hours, when it is night; a window may pass midnight."""
        if entry.priority is Priority.urgent:
            return None
        local = now.astimezone(ZoneInfo(self.life.zone))
        begins, ends, clock = self.rules.quiet_from, self.rules.quiet_to, local.time()
        if not (begins <= clock < ends if begins <= ends else clock >= begins or clock < ends):
            return None
        day = local.date() + timedelta(days=1 if begins > ends and clock >= begins else 0)
        return datetime.combine(day, ends, ZoneInfo(self.life.zone)).astimezone(UTC)

    def _count(self, entry: Entry, now: datetime) -> None:
        if entry.budget is Budget.owed:
            return
        self.kind = [at for at in self.kind if now - at < timedelta(days=7)] + [now]
        if len(self.kind) > self.rules.kind_messages_a_week:
            self._note("over_budget", now, entry)

    def _prove(self, entry: Entry, now: datetime) -> None:
        if entry.proves is not None:
            on = now.astimezone(ZoneInfo(self.life.zone)).date()
            late = on > evidence_due(entry.proves, self.stay)
            self._note("evidence_late" if late else "evidence_in_time", now, entry)

    # --- tasks

    def _task(self, entry: Entry, now: datetime) -> None:
        """Somebody has something to do: how soon it is done is drawn by the diligence of this experience's people."""
        self._note("task_opened", now, entry)
        rule = entry.task
        days = rule.days if rule else 0
        chance = Random(f"{self.life.number}/{entry.code}")
        took = min(chance.expovariate(1.5 * (0.2 + self.life.diligence) / (days + 1)), 60.0)
        done, due = now + timedelta(days=took), now + timedelta(days=days)
        for offset in rule.remind if rule else ():
            if due + timedelta(days=offset) < min(done, self.until):
                self._note("task_reminder", due + timedelta(days=offset), entry)
        if rule and rule.escalate is not None and due + timedelta(days=rule.escalate) < min(done, self.until):
            self._note("task_escalated", due + timedelta(days=rule.escalate), entry)
        if done > self.until:
            return
        self._note("task_late" if done > due + timedelta(days=1) else "task_done", done, entry)
        self._prove(entry, done)


def month_later(start: date, months: int) -> datetime:
    """Midnight (UTC) of the first day so many months after the month of `start`."""
    count = start.month - 1 + months
    return datetime(start.year + count // 12, count % 12 + 1, 1, tzinfo=UTC)
