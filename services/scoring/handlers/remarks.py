"""Notes, and contacts with their words: the contact counts as any other, the words are personal data."""

from uuid import UUID

from sqlmodel import select

from services.scoring.commands import BlankRemark, WriteRemark
from services.scoring.handlers.recording import record
from services.scoring.model import Interaction, Lead, Offer, Pairing, Remark, leads_of, remarks_of
from services.scoring.policy.interactions import OLDEST_RECORDED, Bounds, Direction, Move, Origin, wrong_time
from services.scoring.policy.remarks import USUAL, RemarkKind, kind_of
from services.scoring.schemas import RemarkOut
from shared.access import Role
from shared.contracts.conversations import NoteWritten, RemarkWords
from shared.contracts.fields import Side
from shared.contracts.surveys import Party
from shared.errors import FieldError, Invalid, NotFound
from shared.ids import new_id
from shared.storage.scope import below
from shared.storage.tx import Uow

SIDES = {Role.sending_manager: Side.sending, Role.hosting_manager: Side.hosting}
FORGET = "UPDATE remark SET words = NULL, blanked_at = $2 WHERE subject_id = $1 AND words IS NOT NULL RETURNING id"


async def write_remark(uow: Uow, command: WriteRemark) -> RemarkOut:
    """Said to everybody without its words; these go on the personal topic, where they can be taken back."""
    body = command.body
    lead, host = await _subject(uow, command.subject_id, body.application_id)
    at = body.at or uow.now
    if why := wrong_time(at, Bounds.of(uow.now, OLDEST_RECORDED)):
        raise Invalid(errors=[FieldError("#/at", why)])
    told = body.model_dump(exclude={"at", "channel"})
    channel = body.channel or USUAL.get(body.kind)
    about = {"subject_id": lead.id, "hosting_entity_id": host, "side": side_of(uow, lead)}
    when = {"at": min(at, uow.now), "written_at": uow.now, "written_by": uow.caller.subject}
    remark = uow.add(Remark(id=new_id(), **told, channel=channel, **about, **when))
    await _tell(uow, remark, lead)
    if remark.words:
        uow.say(RemarkWords(remark_id=remark.id, subject_id=lead.id, text=remark.words))
    uow.note("write_remark", remark.id, after={"subject_id": str(lead.id), "kind": remark.kind})
    return RemarkOut.model_validate(remark)


async def _subject(uow: Uow, subject_id: UUID, application_id: UUID | None) -> tuple[Lead, UUID | None]:
    """The lead, and the hosting entity when it is the hosting side that writes of an EP who applied to it."""
    lead = await uow.find(Lead, Lead.id == subject_id, leads_of(uow.caller))
    if lead is not None:
        return lead, lead.hosting_entity_id
    host = await _host(uow, subject_id, application_id) if application_id else None
    lead = await uow.find(Lead, Lead.id == subject_id, Lead.erased_at.is_(None)) if host else None  # type: ignore[union-attr]
    if lead is None:
        raise NotFound(f"There is no lead {subject_id}, or it is not yours to see.")
    return lead, host


async def _host(uow: Uow, person_id: UUID, application_id: UUID) -> UUID | None:
    """The entity that would host this person by this application, if it is the caller's."""
    query = select(Offer.hosting_entity_id).join(Pairing, Pairing.opportunity_id == Offer.id)  # type: ignore[arg-type]
    query = query.where(Pairing.application_id == application_id, Pairing.person_id == person_id)
    host: UUID | None = await uow.scalar(query.where(below(Offer.hosting_entity_id, uow.caller)))
    return host


def side_of(uow: Uow, lead: Lead) -> Side | None:
    """Whose side the writer is on; those above both write for the side that looks after the lead."""
    usual = Side.sending if lead.party is Party.ep else Side.hosting
    return None if uow.caller.role is Role.service else SIDES.get(uow.caller.role, usual)


async def _tell(uow: Uow, remark: Remark, lead: Lead) -> None:
    if (kind := kind_of(remark.kind, remark.outcome)) is None:
        _note(uow, remark, lead)
        return
    move = Move.ours if remark.direction is Direction.outward else Move.theirs
    row = Interaction(
        id=remark.id, person_id=lead.id, channel=remark.channel, kind=kind, at=remark.at, known_at=uow.now, move=move,
        origin=Origin.recorded, application_id=remark.application_id, direction=remark.direction,
        outcome=remark.outcome,
    )  # fmt: skip
    await record(uow, [row], host=remark.hosting_entity_id)


def _note(uow: Uow, remark: Remark, lead: Lead) -> None:
    of_ep = lead.party is Party.ep
    who = {"person_id": lead.id if of_ep else None, "enabler_id": None if of_ep else lead.id}
    about = {"application_id": remark.application_id, "hosting_entity_id": remark.hosting_entity_id}
    assert remark.kind is RemarkKind.note
    uow.say(NoteWritten(note_id=remark.id, **who, **about, side=remark.side))


async def blank_remark(uow: Uow, command: BlankRemark) -> RemarkOut:
    """The words are gone for good, here and in every room; that there was a contact stays."""
    remark = await uow.get(Remark, command.remark_id, remarks_of(uow.caller), lock=True)
    uow.expect(remark.version)
    if remark.blanked_at is None and remark.words is not None:
        uow.change(remark, words=None, blanked_at=uow.now)
        uow.erase(RemarkWords, remark.id)
        uow.note("blank_remark", remark.id)
    return RemarkOut.model_validate(remark)


async def forget_remarks(uow: Uow, subject_id: UUID) -> None:
    """All that was written about somebody who is forgotten."""
    for row in await uow.fetch(FORGET, subject_id, uow.now):
        uow.erase(RemarkWords, row["id"])
