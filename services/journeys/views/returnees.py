"""Reads of returnees: who may be invited, and what came of invitations."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import literal_column
from sqlmodel import select

from services.journeys.model import Application, MemberCourse, PersonName, ReturneeInvitation, Subject, applications_of
from services.journeys.model import invitations_of as own_invitations
from services.journeys.policy import Status
from services.journeys.policy.returnees import Choice, Returnee, blocked_by
from services.journeys.schemas import ReturneeInvitationOut, ReturneeOut
from shared import links
from shared.storage.paging import Page, Paging, listing
from shared.storage.scope import within
from shared.storage.tx import Uow

DAY = timedelta(days=1)
ROW = ReturneeInvitation
OVER: Any = literal_column(f"'{Status.completed}'")  # written out: the planner finds the index that holds these alone


@dataclass(frozen=True, slots=True)
class Candidate:
    """A completed exchange with what decides about an invitation."""

    application_id: UUID
    person_id: UUID
    sending_entity_id: UUID
    completed_at: datetime
    returnee: Returnee
    given_name: str | None = None
    family_name: str | None = None
    invitation: ReturneeInvitation | None = None


def bounds(since: date | None, until: date | None) -> tuple[datetime | None, datetime | None]:
    """The first moment of a period of days in UTC, and the first one after it."""
    begin = datetime.combine(since, time(), UTC) if since else None
    return begin, datetime.combine(until + DAY, time(), UTC) if until else None


def _query(uow: Uow, entity_id: UUID | None, since: date | None, until: date | None) -> Any:
    query = select(Application, PersonName.given_name, PersonName.family_name, Application.status_at, Application.id)
    query = query.outerjoin(PersonName, PersonName.person_id == Application.person_id)  # type: ignore[arg-type]
    query = query.where(applications_of(uow.caller), Application.status == OVER)
    query = query.where(Application.status_at.is_not(None))  # type: ignore[union-attr]
    if entity_id:
        query = query.where(within(Application.sending_entity_id, entity_id))
    begin, end = bounds(since, until)
    if begin:
        query = query.where(Application.status_at >= begin)  # type: ignore[operator]
    return query.where(Application.status_at < end) if end else query  # type: ignore[operator]


async def candidates(
    uow: Uow, entity_id: UUID, since: date | None, until: date | None, *, people: Sequence[UUID] | None = None
) -> list[Candidate]:
    """Those of a committee, who came back first before others."""
    query = _query(uow, entity_id, since, until).order_by(Application.status_at, Application.id)
    if people is not None:
        query = query.where(Application.person_id.in_(people))  # type: ignore[attr-defined]
    return await _candidates(uow, (await uow.execute(query)).all())


async def _candidates(uow: Uow, rows: Sequence[Any]) -> list[Candidate]:
    people = {row[0].person_id for row in rows}
    asked: dict[UUID, list[ReturneeInvitation]] = {}
    for one in await uow.rows(select(ROW).where(ROW.person_id.in_(people))):  # type: ignore[attr-defined]
        asked.setdefault(one.person_id, []).append(one)
    active = select(MemberCourse.person_id).where(
        MemberCourse.person_id.in_(people),
        MemberCourse.left_at.is_(None),  # type: ignore[union-attr]
    )
    members = set(await uow.rows(active))
    return [_candidate(row, asked.get(row[0].person_id, []), row[0].person_id in members) for row in rows]


def _candidate(row: Any, asked: Sequence[ReturneeInvitation], member: bool) -> Candidate:
    application, given_name, family_name = row[:3]
    own = next((one for one in asked if one.application_id == application.id), None)
    returnee = Returnee(
        application.id, given_name is not None, member, own is not None,
        max((one.invited_at for one in asked), default=None), any(one.choice is Choice.no for one in asked),
    )  # fmt: skip
    ids = (application.id, application.person_id, application.sending_entity_id, application.status_at)
    return Candidate(*ids, returnee, given_name, family_name, own)


async def list_returnees(
    uow: Uow, entity_id: UUID | None, since: date | None, until: date | None, paging: Paging
) -> Page:
    """Whose exchange is over, who came back last first, with what was asked of them."""
    order = (Application.status_at.desc(), Application.id.desc())  # type: ignore[union-attr, attr-defined]
    found = await listing(uow, _query(uow, entity_id, since, until), order=order, paging=paging)
    return Page([_shape(one, uow.now) for one in await _candidates(uow, found.items)], found.next)


def _shape(one: Candidate, now: datetime) -> ReturneeOut:
    asked = one.invitation
    names = ("application_id", "person_id", "sending_entity_id", "completed_at", "given_name", "family_name")
    return ReturneeOut(
        **{name: getattr(one, name) for name in names}, blocked=blocked_by(one.returnee, now),
        arm=asked and asked.arm, invited_at=asked and asked.invited_at, choice=asked and asked.choice,
    )  # fmt: skip


async def list_returnee_invitations(uow: Uow, entity_id: UUID | None, paging: Paging) -> Page:
    """Those that were sent; who was held back by lot was not invited."""
    query = select(ROW).where(own_invitations(uow.caller), ROW.arm == "invited")
    if entity_id:
        query = query.where(within(ROW.sending_entity_id, entity_id))
    order = (ROW.changed_at, ROW.id)
    return await listing(
        uow, query, order=order, paging=paging, changed=ROW.changed_at, shape=ReturneeInvitationOut.model_validate
    )


async def get_returnee_invitation(uow: Uow, invitation_id: UUID) -> ReturneeInvitationOut:
    row = await uow.get(ROW, invitation_id, own_invitations(uow.caller), ROW.arm == "invited")
    return ReturneeInvitationOut.model_validate(row)


async def invitation_by_link(uow: Uow, token: str) -> tuple[ReturneeInvitation, str | None]:
    """The invitation that a personal link opens, and the returnee's language; LinkRefused for any other token."""
    opened = links.links().open(links.RETURNEE, token)
    row = await uow.find(ROW, id=opened.subject)
    if row is None or row.arm != "invited":
        raise links.LinkRefused
    subject = await uow.find(Subject, person_id=row.person_id)
    return row, subject.language if subject else None
