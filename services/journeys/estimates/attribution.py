"""`attribution`: which share of sign-ups, applications, approvals and realizations is due to which channel or campaign.

Touches are a customer's contacts on any channel, ours among them, and what brought them (labelled links, codes of class
visits, booths, flyers and recommendations), before the outcome and not older than the window. Steps that a customer
takes, as signing up or answering a survey, are no touches.
"""

import random
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from pydantic import Field
from sqlalchemy import String, Text, Uuid, and_, any_, case, cast, func, literal, or_, select, union_all
from sqlalchemy.dialects.postgresql import ARRAY

from services.journeys.estimates.registry import Params, estimator
from services.journeys.model import Contact, Course, Visitor, WayIn
from services.journeys.model.narrowing import narrowed, scope
from services.journeys.policy.attribution import Path, by_rules, rarer_together, within
from services.journeys.policy.attribution_driven import driven
from services.journeys.policy.funnel import Of
from services.journeys.policy.questions import Question, View, moments
from shared.storage.tx import Uow

MOST_PEOPLE = 40_000  # of more, as many are taken by lot
MOST_CHANNELS, LEAST_MET = 9, 10
DAY = 86_400.0
GROUND = ("class_visit", "booth", "flyer", "event", "referral")
TOUCHES = (*GROUND, "call", "meeting", "message", "question", "session", "touchpoint", "reply")


class Outcome(StrEnum):
    """What is attributed."""

    signed_up = "signed_up"
    applied = "applied"
    approved = "approved"
    realized = "realized"


class Dimension(StrEnum):
    """To what: where it was (a class visit, a booth, the phone …), or which campaign or source it was."""

    channel = "channel"
    campaign = "campaign"


class AttributionParams(Params):
    """Of which outcomes between which days (UTC); touches of so many days before count."""

    outcome: Outcome = Outcome.approved
    by: Dimension = Dimension.channel
    since: date | None = None
    until: date | None = None
    window: int = Field(90, ge=1, le=1096)
    half_life: float = Field(7.0, gt=0.0, le=365.0)


@estimator("attribution", version=1, params=AttributionParams)
class Attribution:
    """Five rules and one from data, each with intervals; an outcome of which no touch is known stays unknown."""

    async def load(self, uow: Uow, question: Question) -> Any:
        asked = AttributionParams(**question.params)
        since, until = moments(asked.since, asked.until)
        end = min(until, uow.now) if until else uow.now
        people = await self._people(uow, question, asked, since, end)
        touches = await self._touches(uow, [row["id"] for row in people if row["kind"] == "person"], asked, end)
        if question.view is View.everything and asked.outcome is Outcome.signed_up and question.rule is None:
            strangers = await self._strangers(uow, asked, end)
            people += [{"id": id_, "kind": "visitor", "entry": None, "at": None} for id_ in strangers]
            touches |= strangers
        rows = [[_seconds(one["entry"]), _seconds(one["at"]), touches.get(one["id"], [])] for one in people]
        return {"rows": rows, "end": end.timestamp(), **asked.model_dump(mode="json")}

    async def _people(
        self, uow: Uow, question: Question, asked: AttributionParams, since: datetime | None, end: datetime
    ) -> list[dict[str, Any]]:
        """Who reached the outcome in the period, and who had not by its end; the moment each became known."""
        row, at = Course, getattr(Course, f"{asked.outcome}_at")
        entry = func.least(row.first_contact_at, row.signed_up_at)
        reached = and_(at <= end, at >= since) if since else at <= end
        where = [scope(Of.people, uow.caller), *narrowed(Of.people, question.rule), entry <= end]
        where.append(or_(reached, at.is_(None), at > end))
        query = select(row.person_id, entry, case((at <= end, at))).where(*where)  # type: ignore[call-overload]
        query = query.order_by(func.md5(cast(row.person_id, String))).limit(MOST_PEOPLE)
        found = (await uow.execute(query)).all()
        return [{"id": one[0], "kind": "person", "entry": one[1], "at": one[2]} for one in found]

    async def _touches(self, uow: Uow, people: list[Any], asked: AttributionParams, end: datetime) -> dict[Any, Any]:
        """(moment, label) of each touch, by person."""
        met, way = Contact, WayIn
        theirs = any_(literal(people, ARRAY(Uuid)))  # one parameter, however many they are
        written = select(met.person_id, met.at, _of_contact(asked.by)).where(  # type: ignore[call-overload]
            met.person_id == theirs, met.kind.in_(TOUCHES), met.at <= end  # type: ignore[union-attr, attr-defined]
        )  # fmt: skip
        owner = func.coalesce(way.person_id, Visitor.person_id)
        came = select(owner, way.at, _of_way(asked.by)).outerjoin(Visitor, Visitor.id == way.visitor_id)  # type: ignore[call-overload]
        came = came.where(owner == theirs, way.at <= end)
        found: dict[Any, list[Any]] = {}
        for person, at, label in (await uow.execute(union_all(written, came))).all():
            found.setdefault(person, []).append([at.timestamp(), label])
        return found

    async def _strangers(self, uow: Uow, asked: AttributionParams, end: datetime) -> dict[Any, Any]:
        """Visitors of whom nobody knows who they are: they have not signed up, as far as one can tell."""
        way = WayIn
        query = select(way.visitor_id, way.at, _of_way(asked.by)).outerjoin(Visitor, Visitor.id == way.visitor_id)  # type: ignore[call-overload]
        query = query.where(way.visitor_id.is_not(None), Visitor.person_id.is_(None), way.at <= end)  # type: ignore[union-attr]
        found: dict[Any, list[Any]] = {}
        for visitor, at, label in (await uow.execute(query.order_by(way.visitor_id).limit(5 * MOST_PEOPLE))).all():
            found.setdefault(visitor, []).append([at.timestamp(), label])
        return found

    def compute(self, data: Any, seed: int) -> dict[str, Any]:
        paths = aligned(data["rows"], data["end"], data["window"], seed)
        grouped, channels = rarer_together(paths, MOST_CHANNELS, LEAST_MET)
        reached = [path for path in grouped if path.reached]
        rules = by_rules(grouped, data["half_life"], seed)
        said = {name: data[name] for name in ("outcome", "by", "window", "half_life", "since", "until")}
        met = {
            one: {
                "people": sum(any(channel == one for _, channel in path.touches) for path in grouped),
                "reached": sum(any(channel == one for _, channel in path.touches) for path in reached),
            }
            for one in channels
        }
        unknown = sum(not path.touches for path in reached)
        return {**said, "n": len(reached), "people": len(grouped), "unknown": unknown, "met": met, "rules": rules,
                "driven": driven(grouped, channels, seed)}  # fmt: skip


def _seconds(at: datetime | None) -> float | None:
    return at.timestamp() if at else None


def _of_contact(by: Dimension) -> Any:
    row = Contact
    if by is Dimension.campaign:
        return func.coalesce(row.campaign, literal("source:") + row.source, literal("unlabelled"))
    return cast(case((row.kind.in_(GROUND), row.kind), else_=row.channel), Text)  # type: ignore[attr-defined]


def _of_way(by: Dimension) -> Any:
    row = WayIn
    if by is Dimension.campaign:
        return func.coalesce(row.campaign, literal("source:") + cast(row.source_id, String), literal("unlabelled"))
    return cast(func.coalesce(row.source_kind, row.medium, row.origin, row.channel), Text)


def aligned(rows: list[Any], end: float, window: float, seed: int) -> list[Path]:
    """Everybody's touches in the window before a moment: the outcome's, or, for who has not reached it, one as long
    after the entry as that of somebody who has, drawn by lot from those delays that were possible.

    Else those without the outcome would have had more time to meet channels (Z. Zhou, E. Rahme, M. Abrahamowicz & L.
    Pilote 2005, “Survival bias associated with time-to-treatment initiation”, Am. J. Epidemiol. 162(10): 1016–1023:
    prescription time-distribution matching).
    """
    chance = random.Random(seed)
    begun = [_begin(entry, touches) for entry, _, touches in rows]
    both = [(start, at) for start, (_, at, _) in zip(begun, rows, strict=True)]
    delays = sorted(max(0.0, at - start) for start, at in both if at is not None and start is not None)
    paths = []
    for start, (_, at, touches) in zip(begun, rows, strict=True):
        then = at if at is not None else _drawn(start, end, delays, chance)
        ages = [((then - moment) / DAY, label) for moment, label in touches]
        paths.append(Path(within(ages, window), at is not None))
    return paths


def _begin(entry: float | None, touches: list[Any]) -> float | None:
    """When somebody became known: at the entry, or by an earlier touch."""
    known = [moment for moment, _ in touches] + ([entry] if entry is not None else [])
    return min(known, default=None)


def _drawn(start: float | None, end: float, delays: list[float], chance: random.Random) -> float:
    if start is None or not delays:
        return end
    possible = [delay for delay in (delays[chance.randrange(len(delays))] for _ in range(8)) if start + delay <= end]
    return start + possible[0] if possible else end
