"""Reads of the member journey."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, and_, case, cast, desc, func, literal
from sqlmodel import select

from services.journeys.model import Label, MemberCourse, MemberName, members_of
from services.journeys.policy import FAIR
from services.journeys.policy.incidence import ENDED, OPEN, REACHED
from services.journeys.policy.members import (
    ACTIVE,
    Course,
    Horizon,
    MemberStage,
    days_in_role,
    horizons,
    median_stay,
    stage_of,
)
from services.journeys.policy.quantiles import Z
from services.journeys.policy.questions import moments
from services.journeys.schemas import (
    HorizonOut,
    MemberJourneyOut,
    MemberStageOut,
    RecruitmentOut,
    RoleTimeOut,
    ShareOut,
)
from shared.errors import NotFound
from shared.proportions import wilson
from shared.storage.paging import Page, Paging, listing
from shared.storage.scope import within
from shared.storage.tx import Uow

ROW = MemberCourse
LEFT, AT_WORK = ROW.left_at.is_not(None), ROW.activated_at.is_not(None)  # type: ignore[union-attr]
WHERE: dict[MemberStage, Any] = {
    MemberStage.applied: and_(~LEFT, ROW.selected_at.is_(None), ~AT_WORK),  # type: ignore[union-attr]
    MemberStage.selected: and_(~LEFT, ROW.selected_at.is_not(None), ~AT_WORK),  # type: ignore[union-attr]
    MemberStage.active: and_(~LEFT, AT_WORK),
    MemberStage.not_taken: and_(LEFT, ROW.was.is_distinct_from(ACTIVE)),  # type: ignore[union-attr]
    MemberStage.alumna: and_(LEFT, ROW.was == ACTIVE, ROW.alumna.is_(True)),  # type: ignore[union-attr]
    MemberStage.former: and_(LEFT, ROW.was == ACTIVE, ROW.alumna.is_distinct_from(True)),  # type: ignore[union-attr]
}


def course_of(row: MemberCourse) -> Course:
    return Course(**{name: getattr(row, name) for name in Course.__slots__})


def _query(uow: Uow) -> Any:
    query = select(ROW, MemberName.given_name, MemberName.family_name, Label.text, ROW.member_id)
    query = query.outerjoin(MemberName, MemberName.member_id == ROW.member_id)  # type: ignore[arg-type]
    return query.outerjoin(Label, Label.id == ROW.entity_id).where(members_of(uow.caller))  # type: ignore[arg-type]


def _shape(row: Any, today: date) -> MemberJourneyOut:
    course, given_name, family_name, entity = row[:4]
    known = course_of(course)
    values = course.model_dump() | {"given_name": given_name, "family_name": family_name, "entity": entity}
    told = {"id": course.member_id, "stage": stage_of(known), "days_in_role": days_in_role(known, today)}
    return MemberJourneyOut.model_validate(values | told)


async def list_member_journeys(
    uow: Uow, entity_id: UUID | None, stage: MemberStage | None, role: str | None, paging: Paging
) -> Page:
    """The newest application first."""
    query = _query(uow)
    if entity_id:
        query = query.where(within(ROW.entity_id, entity_id))
    if stage:
        query = query.where(WHERE[stage])
    if role:
        query = query.where(ROW.role == role)
    found = await listing(uow, query, order=(desc(ROW.member_id),), paging=paging)  # type: ignore[arg-type]
    return Page([_shape(row, uow.now.date()) for row in found.items], found.next)


async def get_member_journey(uow: Uow, member_id: UUID) -> MemberJourneyOut:
    row = (await uow.execute(_query(uow).where(ROW.member_id == member_id))).one_or_none()
    if row is None:
        raise NotFound(f"There is no member {member_id}, or it is not yours to see.")
    return _shape(row, uow.now.date())


async def get_recruitment(
    uow: Uow, entity_id: UUID | None, role: str | None, since: date | None, until: date | None
) -> RecruitmentOut:
    """Memberships whose application was made in the period (days in UTC), counted by the database."""
    begin, end = moments(since, until)
    where = [members_of(uow.caller), ROW.applied_at.is_not(None)]  # type: ignore[union-attr]
    where += [within(ROW.entity_id, entity_id)] if entity_id else []
    where += [ROW.role == role] if role else []
    where += ([ROW.applied_at >= begin] if begin else []) + ([ROW.applied_at < end] if end else [])  # type: ignore[operator]
    counts = [func.count().filter(where_) for where_ in WHERE.values()]
    reached = [func.count(ROW.selected_at), func.count(ROW.activated_at)]
    told = (await uow.execute(select(func.count(), *reached, *counts).where(*where))).one()
    n, stages = told[0], dict(zip(WHERE, told[3:], strict=True))
    left = stages[MemberStage.alumna] + stages[MemberStage.former]
    return RecruitmentOut(
        n=n,
        stages=[MemberStageOut(stage=stage, count=stages[stage]) for stage in MemberStage],
        reached={"selected": share_of(told[1], n), "activated": share_of(told[2], n)},
        horizons=[_horizon(one) for one in horizons(await _waits(uow, where))],
        alumni=share_of(stages[MemberStage.alumna], left),
        time_in_role=await _time_in_role(uow, where),
        note="not enough data" if n < FAIR else None,
    )


async def _waits(uow: Uow, where: Sequence[Any]) -> list[tuple[int, int, int]]:
    """(whole days since applying, what it came to, how many)."""
    over = func.coalesce(ROW.activated_at, ROW.left_at, literal(uow.now))
    days = cast(func.floor(func.extract("epoch", over - ROW.applied_at) / 86_400), Integer)
    outcome = case((AT_WORK, REACHED), (LEFT, ENDED), else_=OPEN)
    query = select(func.greatest(days, 0).label("days"), outcome.label("outcome"), func.count()).where(*where)
    return [tuple(row) for row in (await uow.execute(query.group_by("days", "outcome"))).all()]


async def _time_in_role(uow: Uow, where: Sequence[Any]) -> RoleTimeOut:
    today = literal(uow.now.date())
    until = case((LEFT, func.least(func.coalesce(ROW.to_on, today), today)), else_=today)
    days = func.greatest(until - ROW.from_on, 0)
    query = select(days.label("days"), LEFT.label("over"), func.count()).where(
        *where, AT_WORK, ROW.from_on.is_not(None)
    )  # type: ignore[union-attr]
    stays = [tuple(row) for row in (await uow.execute(query.group_by("days", "over"))).all()]
    median = median_stay(stays)
    n, left = (sum(count for _, ended, count in stays if ended in kinds) for kinds in ((True, False), (True,)))
    return RoleTimeOut(n=n, left=left, median_days=median.value, low=median.low, high=median.high)


def _horizon(one: Horizon) -> HorizonOut:
    known = one.share if one.n >= FAIR else None
    values = {name: round(getattr(known, name), 4) if known else None for name in ("value", "low", "high")}
    share = ShareOut(count=one.count, n=one.n, share=values["value"], low=values["low"], high=values["high"])
    return HorizonOut(days=one.days, ending=one.ending, share=share)


def share_of(count: int, n: int) -> ShareOut:
    """With its interval; both empty while there are too few to speak of shares."""
    if n < FAIR:
        return ShareOut(count=count, n=n, share=None, low=None, high=None)
    low, high = wilson(count, n, Z)
    return ShareOut(count=count, n=n, share=round(count / n, 4), low=round(low, 4), high=round(high, 4))
