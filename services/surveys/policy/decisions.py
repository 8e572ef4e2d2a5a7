"""Whether somebody is asked when the time has come, and why not, with the numbers that decided."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from services.surveys.policy.programmes import Programme


class AskState(StrEnum):
    """An asking waits for its time, is held back by the facts as they are, and ends as asked or declined."""

    waiting = "waiting"
    held = "held"
    asked = "asked"
    declined = "declined"


SETTLED = frozenset({AskState.asked, AskState.declined})


class Why(StrEnum):
    """Why somebody is not asked; what a stay or a condition says against it has codes of its own beside these."""

    erased = "erased"
    programme_off = "programme_off"
    not_in_sample = "not_in_sample"
    too_late = "too_late"
    language_unknown = "language_unknown"
    unreachable = "unreachable"
    asked_by_this = "asked_by_this"  # the programme's own clock
    cool_down = "cool_down"
    quota = "quota"


@dataclass(frozen=True, slots=True)
class Situation:
    """What decides at the moment of asking. `unreachable`: why nothing can be sent; `quota_used`: of this period."""

    now: datetime
    until: datetime | None
    erased: bool
    language: str | None
    unreachable: str | None
    enabled: bool
    share: float
    position: float
    cool_down_days: int
    last_asked_at: datetime | None = None
    last_by_this_at: datetime | None = None
    period: str | None = None
    quota_used: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """`asked`, `declined` for good, `held` until the facts change, or `waiting` for the language."""

    state: AskState
    reason: Why | None = None
    numbers: Mapping[str, Any] = field(default_factory=dict)


def judge(programme: Programme, now: Situation) -> Verdict:
    """Ask, or the first reason not to. Whoever isn't in the sample is never counted or held back by anything else."""
    if now.erased:
        return Verdict(AskState.held, Why.erased)
    if not now.enabled:
        return Verdict(AskState.declined, Why.programme_off)
    drawn = {"share": now.share, "position": round(now.position, 6)}
    if now.position >= now.share:
        return Verdict(AskState.declined, Why.not_in_sample, drawn)
    if now.until is not None and now.now >= now.until:
        return Verdict(AskState.held, Why.too_late, {"until": now.until.isoformat()})
    if now.language is None:
        return Verdict(AskState.waiting, Why.language_unknown)
    if now.unreachable:
        return Verdict(AskState.declined, Why.unreachable, {"suppressed": now.unreachable})
    return _contact(programme, now, drawn)


def _contact(programme: Programme, now: Situation, drawn: dict[str, Any]) -> Verdict:
    """The clocks and the quota."""
    if until := _rests(now.last_by_this_at, programme.again_after_days, now.now):
        numbers = _resting(programme.again_after_days, now.last_by_this_at, until)
        return Verdict(AskState.declined, Why.asked_by_this, numbers)
    if not programme.lifecycle and (until := _rests(now.last_asked_at, now.cool_down_days, now.now)):
        return Verdict(AskState.declined, Why.cool_down, _resting(now.cool_down_days, now.last_asked_at, until))
    if programme.quota:
        counted = {"quota": programme.quota.most, "used": now.quota_used, "period": now.period}
        if now.quota_used >= programme.quota.most:
            return Verdict(AskState.declined, Why.quota, counted)
        drawn = drawn | counted
    return Verdict(AskState.asked, None, drawn)


def _rests(last: datetime | None, days: int, now: datetime) -> datetime | None:
    """Until when a recipient who was asked then is left alone, if that is still to come."""
    until = last + timedelta(days=days) if last is not None and days else None
    return until if until is not None and now < until else None


def _resting(days: int, last: datetime | None, until: datetime) -> dict[str, Any]:
    assert last is not None
    return {"days": days, "last_asked_at": last.isoformat(), "until": until.isoformat()}


# --- what an entity says of a programme, and what is suppressed


class Switch(Protocol):
    """What one entity says of a programme; None leaves it to the one above."""

    entity_id: UUID
    enabled: bool | None
    share: float | None


@dataclass(frozen=True, slots=True)
class Effective:
    """Whether a programme runs for an entity, for which share, and which entities say so (None: the file does)."""

    enabled: bool
    share: float
    enabled_from: UUID | None = None
    share_from: UUID | None = None


def effective(programme: Programme, path: Sequence[UUID], switches: Iterable[Switch]) -> Effective:
    """The nearest entity that says something counts; `path` runs from the root down to the entity itself."""
    said = {one.entity_id: one for one in switches}
    near = [said[id_] for id_ in reversed(path) if id_ in said]
    on = next((one for one in near if one.enabled is not None), None)
    part = next((one for one in near if one.share is not None), None)
    return Effective(
        programme.enabled if on is None or on.enabled is None else on.enabled,
        programme.share if part is None or part.share is None else part.share,
        on.entity_id if on else None,
        part.entity_id if part else None,
    )


class Suppressed(Protocol):
    """A suppression of the notifications room, as it was heard."""

    channel: str | None
    budget: str | None
    reason: str
    since: datetime
    lifted: bool


CHANNELS, BUDGETS = (None, "email"), (None, "care")
BOUNCED = "hard_bounce"


def unreachable(suppressions: Iterable[Suppressed], details_at: datetime | None) -> str | None:
    """Why a survey's e-mail can't go out to somebody, or None. A bounce counts until their details were told anew."""
    for one in suppressions:
        stale = one.reason == BOUNCED and details_at is not None and details_at > one.since
        if not one.lifted and not stale and one.channel in CHANNELS and one.budget in BUDGETS:
            return one.reason
    return None
