"""What other rooms tell of people: contacts are kept as interactions, steps as facts, and people scored with both."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from services.scoring.commands import Rescore
from services.scoring.handlers.heard import STEPS, keep_rounds, of_an_ep
from services.scoring.handlers.recording import write
from services.scoring.handlers.scoring import leads_for, rescore_locked
from services.scoring.handlers.sources import Codes, codes_of
from services.scoring.handlers.stale import mark_stale
from services.scoring.handlers.ways_in import tell_ways_in
from services.scoring.model import Interaction, Lead
from services.scoring.policy.contacts import UNDOES, Contact, about, channel_of, contact_in
from services.scoring.policy.interactions import COUNTED, Kind, Origin
from services.scoring.policy.machines import Mark
from shared.contracts.applications import PersonRegistered
from shared.contracts.envelope import Envelope
from shared.contracts.seminars import PresenceUndone, SessionAttended
from shared.ids import derived_id
from shared.messaging.together import together
from shared.storage.tx import Cause, Uow

UNDO = """UPDATE interaction SET mark = $2, marked_at = $3 WHERE id = ANY($1) AND mark IS NULL RETURNING person_id"""


@together
async def hear_people(uow: Uow, envelopes: list[Envelope]) -> None:
    """Contacts first, so that the score that a step brings knows of them."""
    met = [(envelope, found) for envelope in envelopes if (found := contact_in(envelope.data))]
    steps = [envelope for envelope in envelopes if type(envelope.data) in STEPS and of_an_ep(envelope.data)]
    undone = [envelope for envelope in envelopes if type(envelope.data) in UNDOES]
    people = {person_in(envelope) for envelope in [*(envelope for envelope, _ in met), *steps, *undone]}
    if not people:
        return
    leads = await leads_for(uow, people)
    moved = await _keep(uow, leads, met) | await _undo(uow, leads, undone)
    await keep_rounds(uow, leads, steps)
    await _score(uow, leads, [*(envelope for envelope, _ in met), *undone], moved - set(map(person_in, steps)))


def person_in(envelope: Envelope) -> UUID:
    """Whom an event names."""
    return envelope.data.person_id  # type: ignore[union-attr]


def known_at(uow: Uow, leads: Mapping[UUID, Lead], envelope: Envelope) -> datetime:
    """When the room heard of it: never before it was said, or before the person was last looked at."""
    return max(filter(None, (envelope.time, uow.now, leads[person_in(envelope)].scored_at)))


async def _keep(uow: Uow, leads: Mapping[UUID, Lead], met: Collection[tuple[Envelope, Contact]]) -> set[UUID]:
    """The people of whom there are new contacts that count; nothing is kept of the erased."""
    codes = await codes_of(uow, (_referral(envelope) for envelope, _ in met))
    rows = {}
    for envelope, contact in met:
        if leads[person_in(envelope)].erased_at is None:
            row = _row(envelope, contact, codes, known_at(uow, leads, envelope))
            rows[row.id] = row
    new = await write(uow, rows.values())
    await tell_ways_in(uow, [row for row in rows.values() if row.id in new and row.kind is Kind.signed_up])
    return {row.person_id for row in rows.values() if row.id in new and row.kind in COUNTED and row.person_id}


def _row(envelope: Envelope, contact: Contact, codes: Codes, heard_at: datetime) -> Interaction:
    event = envelope.data
    assert event is not None
    source, _ = codes.read(_referral(envelope), envelope.time)
    where = {"channel": channel_of(event, contact), "kind": contact.kind, "move": contact.move}
    which = {"application_id": getattr(event, "application_id", None), "what": about(event, contact)}
    when = {"at": envelope.time, "known_at": heard_at}
    ids = {"person_id": person_in(envelope), "source_id": source.id if source else None}
    return Interaction(id=_id(envelope), origin=Origin.told, **where, **which, **when, **ids)


def _referral(envelope: Envelope) -> str | None:
    """The code that somebody brought to the sign-up: a promoter's link has one, and so has a flyer."""
    return envelope.data.referral if isinstance(envelope.data, PersonRegistered) else None


def _id(envelope: Envelope) -> UUID:
    """The event's own; what may be taken back later is found again by what it was."""
    event = envelope.data
    if isinstance(event, SessionAttended):
        return _of_a_seat(event.seat_id, event.attended_at)
    return envelope.id


def _of_a_seat(seat_id: UUID, at: datetime) -> UUID:
    return derived_id("contact", "session", seat_id, at.astimezone(ZoneInfo("UTC")).isoformat())


async def _undo(uow: Uow, leads: Mapping[UUID, Lead], undone: Collection[Envelope]) -> set[UUID]:
    """Contacts that had not happened count no more, from now on."""
    moved = set()
    for envelope in undone:
        event = envelope.data
        assert isinstance(event, PresenceUndone)
        ids = [_of_a_seat(event.seat_id, event.was_at)]
        rows = await uow.fetch(UNDO, ids, str(Mark.undone), known_at(uow, leads, envelope))
        moved |= {row["person_id"] for row in rows if row["person_id"]}
    return moved


async def _score(
    uow: Uow, leads: Mapping[UUID, Lead], envelopes: Collection[Envelope], people: Collection[UUID]
) -> None:
    """Those who did something that is no step of an application, each for the last thing they did."""
    last = {person_in(envelope): envelope for envelope in envelopes}
    wanted = []
    for person in sorted(people):
        envelope = last[person]
        seen, because = known_at(uow, leads, envelope), Cause.of(envelope)
        wanted.append((leads[person], Rescore((person,), envelope.type, seen=seen, because=because)))
    if wanted:
        await mark_stale(uow, people)
        await rescore_locked(uow, wanted)
