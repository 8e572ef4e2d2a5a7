"""Runs the calendar of one experience through its time, with the room's own policies and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from services.notifications.policy import (
    Audience,
    Budget,
    Do,
    Entry,
    Gone,
    Happening,
    Key,
    Kind,
    Nudge,
    Plan,
    Priority,
    Quiet,
    Row,
    State,
    Stay,
    Step,
    TaskRule,
    anchor_day,
    budget_until,
    due_at,
    due_day,
    end_of_day,
    evidence_due,
    is_digestible,
    keeps_until,
    learn,
    plan_calendar,
    quiet_until,
    steps,
    too_late,
    wakes,
)
from services.notifications.simulation.cohorts import Life
from shared.zones import to_utc

LATEST = datetime.max.replace(tzinfo=UTC)
MORNING, NIGHT = time(9), Quiet(time(22), time(7))
NUDGES = {Nudge.remind: "task_reminder", Nudge.escalate: "task_escalated"}


@dataclass(frozen=True, slots=True)
class Rules:
    """What the room's settings would say about sending: quiet hours on the host's clock, messages a week per class."""

    quiet: Quiet = NIGHT
    care: int = 5
    promotion: int = 2

    def most(self, budget: Budget) -> int | None:
        """Messages of this class that one person gets within seven days."""
        return {Budget.care: self.care, Budget.promotion: self.promotion}.get(budget)


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
    "sent", "digested", "corrected", "skipped", "cancelled", "moved", "waited", "deferred", "over_budget",
    "task_opened", "task_reminder", "task_escalated", "task_done", "task_late", "evidence_in_time", "evidence_late",
)  # fmt: skip


class Walk:
    """One experience on its way through a plan. `run` gives what happened up to `until`, in the order of time."""

    def __init__(self, plan: Plan, life: Life, until: datetime, rules: Rules) -> None:
        self.entries: Mapping[str, Entry] = {entry.code: entry for entry in plan.touchpoints}
        self.plan, self.life, self.until, self.rules = plan, life, until, rules
        self.stay = Stay()
        self.calendar = plan.for_applications()
        self.held: dict[Key, Row] = {}
        self.gone: dict[Key, Gone] = {}
        self.due: dict[Key, datetime] = {}  # the next look at a row that waits
        self.meant: dict[Key, datetime] = {}  # the time that the plan gave it
        self.counted: dict[Budget, list[datetime]] = {}
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

    def _note(
        self, what: str, at: datetime, entry: Entry, reason: str | None = None, due: datetime | None = None
    ) -> None:
        self.happened.append(Event(what, at, entry, self.life, due, reason))

    # --- what is heard

    def _settle(self, now: datetime) -> None:
        wanted = plan_calendar(self.calendar, self.stay, list(self.gone.values()))
        for step in steps(wanted, self.held):
            self._take(step, now)

    def _take(self, step: Step, now: datetime) -> None:
        row, key = step.row, step.row.key
        before = self.held.get(key)
        self.held[key] = row
        entry = self.entries[row.code]
        if step.do is Do.cancel:
            self.due.pop(key, None)
            if before is not None and before.state is State.waiting:
                self._note("cancelled", now, entry, row.reason, self.meant.get(key))
        elif step.do in (Do.schedule, Do.move):
            self.meant[key] = due_at(row.slot)
            self.due[key] = max(now, self.meant[key])
            if step.do is Do.move:
                self._note("moved", now, entry, None, self.meant[key])

    # --- what is due

    def _until(self, moment: datetime) -> None:
        while self.due:
            key = min(self.due, key=self.due.__getitem__)
            at = self.due[key]
            if at > moment:
                return
            self._come(self.entries[key[0]], key, at)

    def _come(self, entry: Entry, key: Key, now: datetime) -> None:
        """The time of a touchpoint has come: it goes out, waits for a fact or for the morning, or is skipped."""
        meant = self.meant[key]
        if too_late(entry, meant, now):
            self._end(key, State.skipped)
            return self._note("skipped", now, entry, "late", meant)
        if entry.kind is Kind.task:
            self._end(key, State.done)
            self.gone[key] = Gone(*key, self.held[key].slot.anchor_version, entry.audience, now)
            return self._task(entry, now)
        known = self._known(entry)
        if known > now:
            self._note("waited", now, entry, "waits_for_facts", meant)
            self.due[key] = known
            return None
        if (later := self._held_back(entry, key, now)) is not None:
            self.due[key] = later
            return None
        if key not in self.due:
            return None
        corrects = entry.trigger.event is Happening.dates_changed
        self._send(entry, key, now, "corrected" if corrects else "sent")
        for other in self._mates(entry) if is_digestible(entry) else ():
            mate = self.entries[other[0]]
            if self.due[other] <= now and self._known(mate) <= now and not too_late(mate, self.meant[other], now):
                self._send(mate, other, now, "digested")
        return None

    def _mates(self, entry: Entry) -> list[Key]:
        """The nudges of the same recipient that wait: what is due by now goes out in one message."""
        waiting = ((key, self.entries[key[0]]) for key in self.due)
        return [key for key, one in waiting if one.audience is entry.audience and is_digestible(one)]

    def _later_today(self, entry: Entry, key: Key, now: datetime) -> datetime | None:
        """A nudge waits for the others of its recipient that are due later on the same day."""
        ends = end_of_day(now, self.life.zone)
        coming = [at for other in self._mates(entry) if other != key and now < (at := self.due[other]) < ends]
        until = max(coming, default=None)
        if until is None or not keeps_until(entry, self.meant[key], until):
            return None
        return None if quiet_until(self.rules.quiet, until, self.life.zone) else until

    def _send(self, entry: Entry, key: Key, now: datetime, what: str) -> None:
        self._end(key, State.sent)
        told = {anchor: anchor_day(anchor, self.stay) for anchor in entry.tells} if self.stay.end_on else {}
        self.gone[key] = Gone(*key, self.held[key].slot.anchor_version, entry.audience, now, told)
        self._note(what, now, entry, None, self.meant[key])
        self._prove(entry, now)

    def _end(self, key: Key, state: State) -> None:
        del self.due[key]
        self.held[key] = replace(self.held[key], state=state)

    def _known(self, entry: Entry) -> datetime:
        """When the last of the facts that it needs is known."""
        moments = [self.life.known.get(need, self.life.later) for need in entry.needs]
        return max((moment or LATEST for moment in moments), default=self.life.heard[0][0])

    def _held_back(self, entry: Entry, key: Key, now: datetime) -> datetime | None:
        """Until when the gates hold a message: quiet hours, the digest, the budget; it may be given up for that."""
        if entry.priority is not Priority.urgent:
            until = quiet_until(self.rules.quiet, now, self.life.zone)
            if until is not None:
                self._note("deferred", now, entry, "quiet_hours", self.meant[key])
                return until
        if is_digestible(entry) and (until := self._later_today(entry, key, now)) is not None:
            self._note("deferred", now, entry, "digest", self.meant[key])
            return until
        most = self.rules.most(entry.budget)
        if entry.audience is not Audience.ep or most is None:
            return None
        counted = self.counted.setdefault(entry.budget, [])
        until = budget_until(counted, most, now)
        if until is None:
            counted.append(now)
            return None
        self._note("over_budget", now, entry, "over_budget", self.meant[key])
        if keeps_until(entry, self.meant[key], until):
            return until
        self._end(key, State.skipped)
        self._note("skipped", now, entry, "over_budget", self.meant[key])
        return None

    def _prove(self, entry: Entry, now: datetime) -> None:
        if entry.proves is not None:
            on = now.astimezone(ZoneInfo(self.life.zone)).date()
            late = on > evidence_due(entry.proves, self.stay)
            self._note("evidence_late" if late else "evidence_in_time", now, entry)

    # --- tasks

    def _task(self, entry: Entry, now: datetime) -> None:
        """Somebody has something to do: how soon it is done is drawn by the diligence of this experience's people."""
        self._note("task_opened", now, entry)
        rule, zone = entry.task or TaskRule(), self.life.zone
        due_on = due_day(rule, now.astimezone(ZoneInfo(zone)).date())
        chance = Random(f"{self.life.number}/{entry.code}")
        days = chance.expovariate(1.5 * (0.2 + self.life.diligence) / (rule.days + 1))
        done = now + timedelta(days=min(days, 60.0))
        for wake in wakes(rule, due_on):
            at = to_utc(datetime.combine(wake.on, MORNING), zone)
            if wake.nudge in NUDGES and now < at < min(done, self.until):
                self._note(NUDGES[wake.nudge], at, entry)
        if done > self.until:
            return
        late = done.astimezone(ZoneInfo(zone)).date() > due_on
        self._note("task_late" if late else "task_done", done, entry)
        self._prove(entry, done)


def month_later(start: date, months: int) -> datetime:
    """Midnight (UTC) of the first day so many months after the month of `start`."""
    count = start.month - 1 + months
    return datetime(start.year + count // 12, count % 12 + 1, 1, tzinfo=UTC)
