"""What is known of somebody on a day, as the row that rules are asked about: wants and behaviour, nothing else.

A row is a function of the facts and the day alone: within a day only facts change it, and at midnight (UTC) it may
change by itself. So what is kept up fact by fact, with one look at everybody a day, is what a fresh look would say.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from services.scoring.policy.enablers import EnablerFact, EnablerStep
from services.scoring.policy.enablers import known as known_of_enabler
from services.scoring.policy.enablers import row as numbers_of_enabler
from services.scoring.policy.features import SIGNS_OF_LIFE, Fact, Step, features
from services.scoring.policy.interactions import CONTACTS, MAIL, VISITS, Kind

MOST_SILENT = 365
REPLIES = frozenset({Kind.message, Kind.question})


@dataclass(frozen=True, slots=True)
class Met:
    """An interaction that a person made, with what the opportunity was that it concerned."""

    kind: Kind
    channel: str
    at: datetime
    opportunity_id: UUID | None = None
    product: str | None = None
    country: str | None = None
    campaign: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """A fact of a step, as the other rooms told it; product and country are those of what it is about."""

    fact: Fact
    product: str | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Voice:
    """A score that somebody gave: the metric on its own scale."""

    metric: str
    score: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Wish:
    """What an EP told of its wishes; empty lists: said nothing."""

    products: Sequence[str] = ()
    fields: Sequence[str] = ()
    countries: Sequence[str] = ()
    free_from: date | None = None
    free_to: date | None = None
    looking: bool | None = None
    study_field: str | None = None
    budget: float | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """All that is known of one person."""

    told: Sequence[Told] = ()
    met: Sequence[Met] = ()
    voices: Sequence[Voice] = ()
    wish: Wish | None = None
    lifecycle: str | None = None


@dataclass(frozen=True, slots=True)
class Partner:
    """All that is known of one enabler; `offers` are programme, country and field of work of each opportunity."""

    facts: Sequence[EnablerFact] = ()
    offers: Mapping[UUID, tuple[str, str, str | None]] = field(default_factory=dict)
    voices: Sequence[Voice] = ()
    lifecycle: str | None = None


def end_of(day: date) -> datetime:
    """The last moment of a day in UTC."""
    return datetime.combine(day, time.max, UTC)


def person_row(known: Known, day: date) -> dict[str, Any]:
    """The fields of an EP on this day."""
    until = end_of(day)
    told = [one for one in known.told if one.fact.at <= until]
    met = _human([one for one in known.met if one.at <= until], until)
    numbers = features([one.fact for one in told], until)
    voices = [one for one in known.voices if one.at <= until]
    signs = [one.at for one in met] + [one.fact.at for one in told if one.fact.kind in SIGNS_OF_LIFE]
    heard = [one.fact.at for one in told] + [one.at for one in met]
    return {
        **_wishes(known.wish, told, day),
        **_met(met, until),
        "replies.90": sum(one.kind in REPLIES for one in _within(met, until, 90))
        + sum(one.fact.kind is Step.surveyed and one.fact.at > until - timedelta(days=90) for one in told),
        "touchpoints.90": sum(
            one.fact.kind is Step.touchpoint and one.fact.at > until - timedelta(days=90) for one in told
        ),
        "applications": len({one.fact.application_id for one in told if one.fact.kind is Step.submitted}),
        "applications.live": numbers.live_applications,
        "rejections": numbers.rejected_candidate_side,
        "withdrawals": numbers.withdrawn,
        "experiences": len({one.fact.application_id for one in told if one.fact.kind is Step.completed}),
        "surveys": numbers.surveys,
        "open_cases": numbers.open_cases,
        "silent_days": _days(max(signs, default=None), day),
        "known_days": _days(min(heard, default=None), day, None),
        "stage": _stage(told, numbers.stage.name),
        "lifecycle": known.lifecycle,
        **_scores(voices),
    }


def enabler_row(partner: Partner, day: date) -> dict[str, Any]:
    """The fields of an enabler on this day."""
    until = end_of(day)
    facts = known_of_enabler(partner.facts, until)
    numbers = numbers_of_enabler(facts, until)
    posted = [fact for fact in facts if fact.kind is EnablerStep.posted]
    offers = [partner.offers[one.opportunity_id] for one in posted if one.opportunity_id in partner.offers]
    kinds = {fact.kind for fact in facts}
    reached = [name for step, name in ENABLER_LADDER if step in kinds]
    counts = {name: int(numbers[of]) for name, of in ENABLER_NUMBERS.items()}
    return {
        "offers.products": sorted({product for product, _, _ in offers}) or None,
        "offers.fields": sorted({work for _, _, work in offers if work}) or None,
        "offers.countries": sorted({country for _, country, _ in offers}) or None,
        "offers.365": sum(fact.at > until - timedelta(days=365) for fact in posted),
        **counts,
        "silent_days": min(MOST_SILENT, int(numbers["silent_days"])),
        "known_days": _days(min((fact.at for fact in facts), default=None), day, None),
        "stage": reached[-1] if reached else "none",
        "lifecycle": partner.lifecycle,
        **_scores([one for one in partner.voices if one.at <= until]),
    }


ENABLER_NUMBERS = {
    "offers": "raised", "offers.open": "open_opportunities", "reraised": "reraised", "applications": "applications",
    "answers": "answers", "quick_answers": "quick_answers", "unanswered": "unanswered", "accepted": "accepted",
    "approved": "approved", "experiences": "completed", "contacts.30": "contacts", "surveys": "surveys",
    "open_cases": "open_cases",
}  # fmt: skip
ENABLER_LADDER = (
    (EnablerStep.registered, "registered"), (EnablerStep.posted, "posted"), (EnablerStep.submitted, "applied"),
    (EnablerStep.accepted, "accepted"), (EnablerStep.approved, "approved"), (EnablerStep.realized, "realized"),
    (EnablerStep.completed, "completed"),
)  # fmt: skip
LADDER = (
    (Step.submitted, "applied"), (Step.accepted, "accepted"), (Step.signed, "signed"), (Step.approved, "approved"),
    (Step.realized, "realized"), (Step.completed, "completed"),
)  # fmt: skip


def _stage(told: Iterable[Told], live: str) -> str:
    """The furthest step ever; an approval of one side only is seen in live applications alone."""
    kinds = {one.fact.kind for one in told}
    reached = [name for step, name in LADDER if step in kinds] or ["none"]
    return "half_approved" if reached[-1] == "signed" and live == "half_approved" else reached[-1]


def _human(met: list[Met], until: datetime) -> list[Met]:
    """Opens and clicks of mail count beside something else only: mail scanners make them."""
    recent = _within(met, until, MOST_SILENT)
    return recent if any(one.kind not in MAIL for one in recent) else []


def _within(met: Iterable[Met], until: datetime, days: int) -> list[Met]:
    return [one for one in met if one.at > until - timedelta(days=days)]


def _met(met: Sequence[Met], until: datetime) -> dict[str, Any]:
    recent = _within(met, until, 90)
    views = [one for one in recent if one.kind is Kind.opportunity_view and one.product]
    return {
        "visits.14": sum(one.kind in VISITS for one in _within(met, until, 14)),
        "visits.90": sum(one.kind in VISITS for one in recent),
        "opportunities.90": len({one.opportunity_id for one in views}),
        "forms.90": sum(one.kind is Kind.form_start for one in recent),
        "mails.90": sum(one.kind in MAIL for one in recent),
        "contacts.90": sum(one.kind in CONTACTS for one in recent),
        "channels": sorted({str(one.channel) for one in recent}),
        "campaigns": sorted({one.campaign for one in recent if one.campaign}),
        "views.products": sorted({one.product for one in views if one.product}),
        "views.countries": sorted({one.country for one in views if one.country}),
    }


def _wishes(wish: Wish | None, told: Iterable[Told], day: date) -> dict[str, Any]:
    """What was said and what was applied to, together; nothing of either is unknown, not “wants nothing”."""
    said = wish or Wish()
    applied = [one for one in told if one.fact.kind is Step.submitted]
    products = {*said.products, *(one.product for one in applied if one.product)}
    countries = {*said.countries, *(one.country for one in applied if one.country)}
    begin, end = said.free_from, said.free_to
    return {
        "wants.products": sorted(products) or None,
        "wants.fields": sorted(said.fields) or None,
        "wants.countries": sorted(countries) or None,
        "wants.from": begin.isoformat() if begin else None,
        "wants.to": end.isoformat() if end else None,
        "wants.in_days": (begin - day).days if begin else None,
        "wants.weeks": max(0, (end - begin).days + 1) // 7 if begin and end else None,
        "wants.budget": said.budget,
        "looking": said.looking,
        "study.field": said.study_field,
    }


def _scores(voices: Iterable[Voice]) -> dict[str, int | None]:
    """The newest score of each metric."""
    newest: dict[str, Voice] = {}
    for one in voices:
        if one.metric not in newest or (one.at, one.score) > (newest[one.metric].at, newest[one.metric].score):
            newest[one.metric] = one
    return {name: newest[name].score if name in newest else None for name in ("nps", "ces2", "csat")}


def _days(since: datetime | None, day: date, nothing: int | None = MOST_SILENT) -> int | None:
    if since is None:
        return nothing
    passed = max(0, (day - since.astimezone(UTC).date()).days)
    return passed if nothing is None else min(passed, nothing)
