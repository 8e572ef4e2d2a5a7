"""Histograms of answers, read from the answers themselves, within the caller's scope."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, String, Text, and_, case, cast, func, literal, or_, tuple_
from sqlmodel import select

from services.surveys.model import Answer, Experience, Invitation, Score, answers_of, invitations_of
from services.surveys.policy.figures import Histogram
from services.surveys.policy.slices import Dimension, Fact, Narrowing, Slice
from services.surveys.views.library import library
from shared.storage.scope import ENTITY_PATH, within
from shared.storage.tx import Uow

NONE = "none"  # the key of rows that have no value in a dimension
_FORMATS = {Dimension.month: "YYYY-MM", Dimension.quarter: 'YYYY-"Q"Q', Dimension.year: "YYYY"}
Row = type[Answer] | type[Invitation]


async def histogram(uow: Uow, wanted: Slice) -> Histogram:
    """All answers of a slice."""
    return (await histograms(uow, wanted, None)).get("", Histogram.of(wanted.metric, {}))


async def histograms(uow: Uow, wanted: Slice, by: Dimension | None, below: UUID | None = None) -> dict[str, Histogram]:
    """The answers of a slice by the values of a dimension, in their order; without one, all under ''.

    Of entities those right below `below` (the top, when None); answers of other branches are left out.
    """
    query = select(Score.score, func.count()).join(Answer, Answer.id == Score.answer_id)
    query = query.where(*scored(wanted), answers_of(uow.caller), *conditions(wanted, Answer, Answer.answered_at))
    query, key = split(query, by, below, Answer, Answer.answered_at)
    rows = (await uow.execute(query.add_columns(key.label("key")).group_by(key, Score.score).order_by(key))).all()
    found: dict[str, dict[int, int]] = {}
    for score, n, name in rows:
        found.setdefault(name, {})[score] = n
    return {name: Histogram.of(wanted.metric, counts) for name, counts in found.items()}


async def shared_answers(uow: Uow, one: Slice, other: Slice) -> int:
    """How many answers are in both of two slices."""
    query: Any = select(func.count()).select_from(Score).join(Answer, Answer.id == Score.answer_id)
    query = query.where(*scored(one), *scored(other), answers_of(uow.caller))
    both = [part for wanted in (one, other) for part in conditions(wanted, Answer, Answer.answered_at)]
    return int((await uow.execute(query.where(*both))).scalar_one())


def scored(wanted: Slice) -> list[ColumnElement[bool]]:
    return [Score.metric == wanted.metric, Score.about == wanted.about]  # type: ignore[list-item]


def conditions(wanted: Narrowing, row: Row, moment: Any) -> list[Any]:
    """The slice as conditions on invitations or answers."""
    found: list[Any] = [row.party == wanted.party, *placed(wanted, row, moment)]
    values = {name: getattr(wanted, name) for name in ("product", "country", "language", "programme")}
    values["occasion"] = wanted.wave
    return found + [getattr(row, name) == value for name, value in values.items() if value is not None]


class Placed(Protocol):
    """An entity with all below it, on either side, and days (UTC, both included); None: all."""

    @property
    def entity_id(self) -> UUID | None: ...
    @property
    def since(self) -> date | None: ...
    @property
    def until(self) -> date | None: ...


def placed(wanted: Placed, row: Any, moment: Any) -> list[Any]:
    """Where and when, as conditions on rows that name both sides."""
    found: list[Any] = []
    if wanted.entity_id is not None:
        sides = (row.sending_entity_id, row.hosting_entity_id)
        found.append(or_(*(within(side, wanted.entity_id) for side in sides)))
    if wanted.since is not None:
        found.append(moment >= _midnight(wanted.since))
    if wanted.until is not None:
        found.append(moment < _midnight(wanted.until) + timedelta(days=1))
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


Cohort = dict[tuple[Fact, ...], list[tuple[tuple[str, ...], int | None, int]]]


async def cohort(uow: Uow, wanted: Slice, sets: Sequence[tuple[Fact, ...]]) -> Cohort:
    """Those asked in the slice's days, for each set of facts: their values, the score given (None: none yet), how many.

    Asked means asked for this metric: by a questionnaire that has it. All sets are counted in one pass.
    """
    query: Any = select(Score.score).select_from(Invitation)
    query = query.outerjoin(Answer, Answer.invitation_id == Invitation.id)
    query = query.outerjoin(Score, and_(Score.answer_id == Answer.id, *scored(wanted)))
    query = query.where(
        await asking(uow, wanted), invitations_of(uow.caller), *conditions(wanted, Invitation, Invitation.invited_at)
    )
    needed = [fact for fact in Fact if any(fact in one for one in sets)]
    for fact in needed:
        query, key = _fact(query, fact)
        query = query.add_columns(key.label(fact.value))
    people = query.subquery("people")
    keys = [people.c[fact.value] for fact in needed]
    grouped = func.grouping_sets(*(tuple_(people.c.score, *(people.c[fact.value] for fact in one)) for one in sets))
    counted = select(people.c.score, func.count(), *keys).group_by(grouped).order_by(*keys)
    found: Cohort = {one: [] for one in sets}
    by_names = {frozenset(one): one for one in sets}
    for score, n, *values in await uow.execute(counted):
        known = {fact: value for fact, value in zip(needed, values, strict=True) if value is not None}
        one = by_names[frozenset(known)]
        found[one].append((tuple(known[fact] for fact in one), score, n))
    return found


async def questionnaires_asking(uow: Uow, wanted: Slice) -> set[str]:
    asked = (wanted.metric, wanted.about)
    return {one.id for one in (await library(uow)).all.values() if asked in {(q.metric, q.about) for q in one.scored}}


async def asking(uow: Uow, wanted: Slice) -> ColumnElement[bool]:
    """Invitations to a questionnaire that asks for the slice's metric about the same."""
    asked = Invitation.questionnaire.in_(await questionnaires_asking(uow, wanted))  # type: ignore[attr-defined]
    return and_(asked, ~Invitation.imported)  # type: ignore[operator]


def _fact(query: Any, fact: Fact) -> tuple[Any, ColumnElement[str]]:
    if fact is Fact.length:
        stay = Experience.__table__.alias("stay")  # type: ignore[attr-defined]
        weeks = (stay.c.end_on - stay.c.start_on + 1) / 7.0
        spans = ((weeks <= 8, "up to 8 weeks"), (weeks <= 26, "9 to 26 weeks"), (weeks > 26, "over 26 weeks"))
        return query.outerjoin(stay, stay.c.id == Invitation.application_id), case(*spans, else_=NONE)
    return split(query, Dimension(fact.value), None, Invitation, Invitation.invited_at)


def split(query: Any, by: Dimension | None, below: UUID | None, row: Row, moment: Any) -> tuple[Any, Any]:
    """The query with what the dimension needs, and the expression of its keys."""
    match by:
        case None:
            return query, literal("", Text())
        case Dimension.sending_entity | Dimension.hosting_entity:
            return _children(query, getattr(row, f"{by.value}_id"), below, by.value)
        case Dimension.month | Dimension.quarter | Dimension.year:
            return query, func.to_char(func.timezone("UTC", moment), _FORMATS[by])
        case Dimension.wave:
            return query, row.occasion
        case _:
            return query, func.coalesce(cast(getattr(row, by.value), String), NONE)


def _children(query: Any, side: Any, below: UUID | None, name: str) -> tuple[Any, Any]:
    """By the entity right below another; the answers of that one itself stand under its own id."""
    path = ENTITY_PATH.alias(name)
    if below is None:
        return query.outerjoin(path, path.c.entity_id == side), func.coalesce(
            cast(func.coalesce(path.c.path[2], path.c.path[1]), Text), NONE
        )
    query = query.join(path, (path.c.entity_id == side) & path.c.path.contains([below]))
    return query, cast(func.coalesce(path.c.path[func.array_position(path.c.path, below) + 1], side), Text)
