"""Returnees: the letter that invites them to stay with the organisation, and the talk with who wants to be a member."""

from services.notifications.handlers.calendar import About, settle, slot_of
from services.notifications.handlers.happenings import held_about, start
from services.notifications.policy import FINAL, Happening, Reached, Row, State
from shared.contracts.envelope import Envelope
from shared.contracts.returnees import ReturneeAnswered, ReturneeFact, ReturneeInvited
from shared.storage.tx import Uow

MEMBERSHIP = "membership"


async def hear_returnee(uow: Uow, envelope: Envelope) -> None:
    """The invitation is due at once, as far as wishes and contact budget let it; a yes to membership becomes a task.

    The task belongs to the sending committee: this is why it stands on both sides of what it is about.
    """
    fact = envelope.data
    assert isinstance(fact, ReturneeFact)
    entity = fact.sending_entity_id
    about = About(fact.invitation_id, None, fact.person_id, entity, entity)
    reached = Reached(envelope.sequence, envelope.time)
    if isinstance(fact, ReturneeInvited):
        await start(uow, about, Happening.returnee_invited, reached)
    elif isinstance(fact, ReturneeAnswered):
        await _stop_letter(uow, about)
        if fact.choice == MEMBERSHIP:
            await start(uow, about, Happening.returnee_willing, reached)


async def _stop_letter(uow: Uow, about: About) -> None:
    """Who has answered gets no letter any more, and no task for an earlier answer that is open still."""
    held = [row for row in await held_about(uow, about) if row.state not in FINAL and row.state != State.skipped]
    gone = [Row(row.code, State.cancelled, slot_of(row), "returnee_answered", row.round) for row in held]
    await settle(uow, about, gone, held)
