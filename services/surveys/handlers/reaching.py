"""Who can be reached: what was sent, and who gets nothing any more."""

from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import select

from services.surveys.handlers.asking import hold_recipient, mark_delivered
from services.surveys.model import Enabler, Invitation, Suppression
from services.surveys.policy.decisions import BOUNCED
from services.surveys.policy.invitations import OPEN, State, reachable
from services.surveys.views import why_unreachable
from shared.contracts.envelope import Envelope
from shared.contracts.notifications import ContactFact, ContactRestored, InvitationSent
from shared.contracts.surveys import Party
from shared.storage.tx import Uow


async def note_delivery(uow: Uow, envelope: Envelope) -> None:
    """The mail that carries an invitation went out: it has reached its recipient."""
    sent = envelope.data
    assert isinstance(sent, InvitationSent)
    await mark_delivered(uow, sent.invitation_id, envelope.time)


async def hear_contact(uow: Uow, envelope: Envelope) -> None:
    """Somebody is written to no more, or again; what was lifted stays so, in whatever order that is heard."""
    told = envelope.data
    assert isinstance(told, ContactFact)
    party = Party.enabler if told.person_id is None else Party.ep
    if party is Party.ep or await uow.find(Enabler, id=told.recipient_id):  # members of committees are asked elsewhere
        await hold_recipient(uow, party, told.recipient_id)
    lifted = isinstance(told, ContactRestored)
    values = {name: getattr(told, name) for name in ("recipient_id", "channel", "budget", "reason")}
    put = insert(Suppression).values(id=told.suppression_id, since=envelope.time, lifted=lifted, **values)
    lift = put.on_conflict_do_update(index_elements=["id"], set_={"lifted": True})
    await uow.execute(lift if lifted else put.on_conflict_do_nothing())
    await show_reach(uow, party, told.recipient_id)


async def show_reach(uow: Uow, party: Party, recipient_id: UUID) -> None:
    """Open invitations show whether their mail can arrive. What went out before somebody chose to get no more, did."""
    why = await why_unreachable(uow, party, recipient_id)
    mine = (Invitation.recipient_id == recipient_id, Invitation.state.in_(OPEN))  # type: ignore[attr-defined]
    for row in await uow.rows(select(Invitation).where(*mine).with_for_update()):
        here = reachable(row.delivered_at is not None)
        state = State.undelivered if why and (why == BOUNCED or here is State.invited) else here
        if row.state != state:
            uow.change(row, state=state)
