"""Returnees are invited to stay with the organisation, once an exchange; some are held back by lot; they answer."""

from collections import Counter
from datetime import timedelta
from uuid import UUID

from sqlalchemy import literal, select

from services.journeys.commands import AnswerByLink, AnswerInvitation, InviteReturnees
from services.journeys.model import ReturneeInvitation, invitations_of
from services.journeys.policy.returnees import Arm, Blocked, Choice, arm_of, blocked_by, may_choose
from services.journeys.schemas import InvitedOut, ReturneeInvitationOut
from services.journeys.views.returnees import Candidate, candidates
from shared import links
from shared.access import Role
from shared.contracts.returnees import ReturneeAnswered, ReturneeInvited
from shared.errors import Conflict, FieldError, Invalid, NotFound
from shared.ids import derived_id, new_id
from shared.storage.scope import ENTITY_PATH, below
from shared.storage.tx import Uow

MOST = 500
OPEN_FOR = timedelta(days=60)


async def invite_returnees(uow: Uow, command: InviteReturnees) -> InvitedOut:
    """Who can be is invited or held back, those whose exchange ended first before others; the rest is counted."""
    await _own_entity(uow, command.entity_id)
    if command.since and command.until and command.until < command.since:
        raise Invalid(errors=[FieldError("#/until", "is before the first day")])
    if command.people and command.held_share:
        raise Invalid(errors=[FieldError("#/held_share", "who is named is invited: nothing is left to the lot")])
    period = (command.since, command.until)
    found = await candidates(uow, command.entity_id, *period, people=command.people or None)
    why = {one.application_id: blocked_by(one.returnee, uow.now) for one in found}
    free = [one for one in found if why[one.application_id] is None]
    taken: dict[UUID, Candidate] = {}
    for one in free:
        taken.setdefault(one.person_id, one)  # one invitation a person, of the exchange that ended first
    chosen = list(taken.values())[:MOST]
    batch, arms = new_id(), Counter[Arm]()
    for one in chosen:
        arms[await _invite(uow, command, one, batch)] += 1
    uow.note("invite_returnees", batch, after={"invited": arms[Arm.invited], "held": arms[Arm.held]})
    left_out = Counter[Blocked](reason for reason in why.values() if reason)
    return InvitedOut(
        batch_id=batch, invited=arms[Arm.invited], held=arms[Arm.held], left_out=dict(left_out),
        remaining=len(taken) - len(chosen),
    )  # fmt: skip


async def _own_entity(uow: Uow, entity_id: UUID) -> None:
    """NotFound unless the committee is the caller's or below it."""
    there = select(ENTITY_PATH.c.entity_id).where(ENTITY_PATH.c.entity_id == entity_id)
    if uow.caller.role in (Role.sending_manager, Role.national_manager):
        there = there.where(below(literal(entity_id), uow.caller))
    if await uow.scalar(there) is None:
        raise NotFound(f"There is no entity {entity_id}, or it is not yours to see.")


async def _invite(uow: Uow, command: InviteReturnees, one: Candidate, batch: UUID) -> Arm:
    arm = arm_of(one.application_id, command.held_share)
    row = uow.add(
        ReturneeInvitation(
            id=derived_id("returnee", one.application_id), application_id=one.application_id, person_id=one.person_id,
            sending_entity_id=one.sending_entity_id, batch_id=batch, arm=arm, held_share=command.held_share,
            offers=sorted(set(command.offers)), completed_at=one.completed_at, invited_at=uow.now,
            ends_on=(uow.now + OPEN_FOR).date(),
        )
    )  # fmt: skip
    if arm is Arm.invited:
        uow.say(ReturneeInvited(**_about(row), offers=row.offers, ends_on=row.ends_on))
    return arm


def _about(row: ReturneeInvitation) -> dict[str, UUID]:
    names = ("person_id", "application_id", "sending_entity_id")
    return {"invitation_id": row.id, **{name: getattr(row, name) for name in names}}


async def answer_invitation(uow: Uow, command: AnswerInvitation) -> ReturneeInvitationOut:
    """By the returnee who is signed in."""
    row = await uow.get(ReturneeInvitation, command.invitation_id, invitations_of(uow.caller), lock=True)
    uow.expect(row.version)
    return _answered(uow, row, command.choice)


async def answer_by_link(uow: Uow, command: AnswerByLink) -> ReturneeInvitationOut:
    """By whoever holds the personal link; the same answer again changes nothing."""
    opened = links.links().open(links.RETURNEE, command.token)
    row = await uow.find(ReturneeInvitation, id=opened.subject, lock=True)
    if row is None:
        raise links.LinkRefused
    return _answered(uow, row, command.choice)


def _answered(uow: Uow, row: ReturneeInvitation, choice: Choice) -> ReturneeInvitationOut:
    if row.arm is Arm.held:
        raise NotFound("There is no such invitation.")
    if uow.now.date() > row.ends_on:
        raise Conflict("The invitation has ended.", code="invitation-ended")
    if not may_choose(choice, row.offers):
        raise Invalid(errors=[FieldError("#/choice", "was not offered")])
    if row.choice is not choice:
        uow.change(row, choice=choice, answered_at=uow.now)
        uow.say(ReturneeAnswered(**_about(row), choice=choice))
        uow.note("answer_invitation", row.id, after={"choice": choice})
    return ReturneeInvitationOut.model_validate(row)
