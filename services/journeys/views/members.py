"""Reads of the member journey."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, desc
from sqlmodel import select

from services.journeys.model import Label, MemberCourse, MemberName, members_of
from services.journeys.policy import FAIR
from services.journeys.policy.members import (
    ACTIVE,
    Course,
    MemberStage,
    Stay,
    days_in_role,
    horizons,
    median_stay,
    stage_of,
)
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

Z = 1.959964
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
    """Memberships whose application was made in the period (days in UTC)."""
    query = select(ROW).where(members_of(uow.caller), ROW.applied_at.is_not(None))  # type: ignore[union-attr]
    if entity_id:
        query = query.where(within(ROW.entity_id, entity_id))
    if role:
        query = query.where(ROW.role == role)
    courses = [course_of(row) for row in await uow.rows(query)]
    courses = [one for one in courses if _in_period(one, since, until)]
    return recruitment(courses, uow)


def _in_period(course: Course, since: date | None, until: date | None) -> bool:
    if course.applied_at is None:
        return False
    on = course.applied_at.date()
    return (since is None or on >= since) and (until is None or on <= until)


def recruitment(courses: list[Course], uow: Uow) -> RecruitmentOut:
    stages = [stage_of(one) for one in courses]
    left = [stage for stage in stages if stage in (MemberStage.alumna, MemberStage.former)]
    n, today = len(courses), uow.now.date()
    stays = [Stay(days, one.left_at is not None) for one in courses if (days := days_in_role(one, today)) is not None]
    median, low, high = median_stay(stays)
    reached = {"selected": [one.selected_at for one in courses], "activated": [one.activated_at for one in courses]}
    return RecruitmentOut(
        n=n,
        stages=[MemberStageOut(stage=stage, count=stages.count(stage)) for stage in MemberStage],
        reached={name: share_of(sum(1 for at in all_ if at), n) for name, all_ in reached.items()},
        horizons=[
            HorizonOut(days=one.days, ending=one.ending, share=share_of(one.part, one.n))
            for one in horizons(courses, uow.now)
        ],
        alumni=share_of(left.count(MemberStage.alumna), len(left)),
        time_in_role=RoleTimeOut(
            n=len(stays), left=sum(one.ended for one in stays), median_days=median, low=low, high=high
        ),
        note="not enough data" if n < FAIR else None,
    )


def share_of(count: int, n: int) -> ShareOut:
    """With its interval; both empty while there are too few to speak of shares."""
    if n < FAIR:
        return ShareOut(count=count, n=n, share=None, low=None, high=None)
    low, high = wilson(count, n, Z)
    return ShareOut(count=count, n=n, share=round(count / n, 4), low=round(low, 4), high=round(high, 4))
