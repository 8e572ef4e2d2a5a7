"""Reads of members of committees."""

from datetime import date
from uuid import UUID

from sqlalchemy import or_
from sqlmodel import select

from services.applications.model import Member, members_of
from services.applications.policy import MemberRole, MemberStatus, possible_member_moves
from services.applications.schemas import MemberOut
from shared.access import Caller
from shared.storage.paging import Page, Paging, listing
from shared.storage.tx import Uow


def member_out(row: Member, caller: Caller) -> MemberOut:
    moves = possible_member_moves(MemberStatus(row.status), caller.role)
    return MemberOut.model_validate(row.model_dump() | {"possible_moves": moves})


async def get_member(uow: Uow, member_id: UUID) -> MemberOut:
    return member_out(await uow.get(Member, member_id, members_of(uow.caller)), uow.caller)


async def list_members(
    uow: Uow,
    entity_id: UUID | None,
    status: MemberStatus | None,
    role: MemberRole | None,
    on: date | None,
    paging: Paging,
) -> Page:
    """Members in the caller's reach; `on` asks who was at work on a day, whatever became of them since."""
    query = select(Member).where(members_of(uow.caller))
    for column, wanted in ((Member.entity_id, entity_id), (Member.status, status), (Member.role, role)):
        if wanted is not None:
            query = query.where(column == wanted)
    if on is not None:
        at_work = Member.status.in_((MemberStatus.active, MemberStatus.left))  # type: ignore[attr-defined]
        ends = or_(Member.to_on.is_(None), Member.to_on >= on)  # type: ignore[union-attr, operator]
        query = query.where(at_work, Member.from_on <= on, ends)  # type: ignore[operator]
    order = (Member.changed_at, Member.id)

    def shape(row: Member) -> MemberOut:
        return member_out(row, uow.caller)

    return await listing(uow, query, order=order, paging=paging, changed=Member.changed_at, shape=shape)
