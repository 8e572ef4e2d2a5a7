"""What matching keeps of what other rooms tell: profiles, opportunities, and each step of an application."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import select

from services.scoring.handlers.matching_lists import HOLD
from services.scoring.handlers.matching_weekly import WEEKLY, plan_look
from services.scoring.model import Offer, Pairing, Seeker
from services.scoring.policy.matching.parties import OfferStatus, primary
from services.scoring.policy.matching.ranking import POPULAR_HALF_LIFE, drawn
from shared.contracts import applications as facts
from shared.contracts import parties
from shared.contracts.envelope import Envelope, Event
from shared.contracts.offered import OfferedSlot, OfferedTerms
from shared.messaging.together import together
from shared.storage.tx import Uow

STATUS: Mapping[type[Event], str] = {
    facts.ApplicationSubmitted: "open",
    facts.ApplicationAccepted: "accepted",
    facts.ApplicationRejected: "rejected",
    facts.ApplicationWithdrawn: "withdrawn",
    facts.ApplicationDeclined: "declined",
    facts.AcceptanceNoteSigned: "in_progress",
    facts.ApplicationApproved: "approved",
    facts.ExperienceRealized: "realized",
    facts.ExperienceCompleted: "completed",
    facts.ApprovalBroken: "approval_broken",
    facts.RealizationBroken: "realization_broken",
    facts.ApplicationReopened: "reopened",  # to what it says itself
    facts.ExperienceDatesChanged: "",  # stays what it is
}
MOMENTS: Mapping[str, str] = {
    "open": "submitted_at",
    "accepted": "accepted_at",
    "rejected": "rejected_at",
    "approved": "approved_at",
    "approval_broken": "broken_at",
    "realization_broken": "broken_at",
}
# Openings are told when an opportunity is posted or changed; approvals take them, and only the application tells of it.
RECOUNT = """
UPDATE offer SET waiting = n.waiting, applied = n.applied, decided = n.decided, accepted = n.accepted,
    popularity = n.popularity, popularity_at = $2, changed_at = clock_timestamp(),
    openings = CASE WHEN openings_told IS NOT NULL THEN greatest(0, openings_told + n.freed - n.taken) END
FROM (
    SELECT o.id, count(*) FILTER (WHERE p.status = 'open') AS waiting, count(p.submitted_at) AS applied,
        count(*) FILTER (WHERE p.accepted_at IS NOT NULL OR p.rejected_at IS NOT NULL AND NOT p.ours) AS decided,
        count(p.accepted_at) AS accepted,
        coalesce(sum(power(0.5, least(600, greatest(0, extract(epoch FROM $2 - p.submitted_at)) / $3)))
            FILTER (WHERE p.submitted_at IS NOT NULL), 0) AS popularity,
        count(*) FILTER (WHERE p.approved_at > o.told_at AND coalesce(p.broken_at < p.approved_at, true)) AS taken,
        count(*) FILTER (WHERE p.broken_at > o.told_at AND p.approved_at <= o.told_at) AS freed
    FROM offer o LEFT JOIN pairing p ON p.opportunity_id = o.id
    WHERE o.id = ANY($1::uuid[]) GROUP BY o.id
) AS n WHERE offer.id = n.id
"""
FORGET_EXAMPLES = "DELETE FROM match_example WHERE person_id = $1"
FORGET = text("""
WITH gone AS (DELETE FROM match_shown WHERE person_id = :person RETURNING list_id)
DELETE FROM match_list l WHERE l.person_id = :person
    OR (l.id IN (SELECT list_id FROM gone) AND NOT EXISTS (
        SELECT FROM match_shown s WHERE s.list_id = l.id AND s.person_id <> :person))
""")
BLANK: Mapping[str, Any] = {
    "study_field": None, "study_level": None, "languages": [], "spoken": [], "levels": {}, "skills": [],
    "available_from": None, "available_to": None, "wanted_products": [], "wanted_fields": [], "wanted_countries": [],
    "looking": False, "told": [], "look_on": None,
}  # fmt: skip


# --- EPs


async def seeker_of(uow: Uow, person_id: UUID) -> Seeker:
    """The copy of this person, locked; made when this is the first that is heard."""
    if (held := await uow.find(Seeker, id=person_id, lock=True)) is not None:
        return held
    await uow.fetch(
        "INSERT INTO seeker SELECT * FROM jsonb_populate_record(NULL::seeker, $1::text::jsonb) ON CONFLICT DO NOTHING",
        Seeker(id=person_id).model_dump_json(),
    )
    return await uow.get(Seeker, person_id, lock=True)


async def place_seeker(uow: Uow, envelope: Envelope) -> None:
    """A sign-up tells whose EP it is."""
    person = envelope.data
    assert isinstance(person, facts.PersonRegistered)
    held = await seeker_of(uow, person.person_id)
    uow.change(held, sending_entity_id=person.sending_entity_id, zone=person.zone)
    await plan_look(uow, held)


async def keep_profile(uow: Uow, envelope: Envelope) -> None:
    """The whole profile, each time it changes. An erased person stays blank, whatever comes late."""
    told = envelope.data
    assert isinstance(told, parties.ProfileChanged)
    held = await seeker_of(uow, told.person_id)
    if held.erased_at:
        return
    names = set(BLANK) - {"spoken", "told", "look_on"}
    values = {name: value for name, value in told.model_dump(mode="json", include=names).items() if value is not None}
    days = {"available_from": told.available_from, "available_to": told.available_to}
    studies = {"study_field": told.study_field, "study_level": told.study_level}
    spoken = sorted({primary(language) for language in told.languages})
    uow.change(held, **{**values, **days, **studies, "spoken": spoken})
    await plan_look(uow, held)


async def forget_seeker(uow: Uow, envelope: Envelope) -> None:
    """A tombstone: the profile is blank, and no list tells any more who stood on it."""
    if envelope.data is not None:
        return
    held = await seeker_of(uow, envelope.key)
    uow.change(held, **BLANK, erased_at=held.erased_at or uow.now)
    await uow.cancel(WEEKLY, held.id, why="the person is erased")
    await uow.execute(FORGET, {"person": held.id})
    await uow.fetch(FORGET_EXAMPLES, held.id)


# --- opportunities


async def keep_offer(uow: Uow, envelope: Envelope) -> None:
    """Posted: open, as it was told. What was never told stays unknown."""
    posted = envelope.data
    assert isinstance(posted, facts.OpportunityPosted)
    row = await uow.find(Offer, id=posted.opportunity_id, lock=True)
    ids = {"enabler_id": posted.enabler_id, "hosting_entity_id": posted.hosting_entity_id}
    about = posted.model_dump(mode="json", include={"product", "field", "country", "zone", "weekly_hours"})
    times = {"posted_at": happened(envelope), "told_at": envelope.time, "status": OfferStatus.open}
    values = {**ids, **about, **times, **_asked_for(posted), **_dates(posted.slots, None)}
    if row is None:
        uow.add(Offer(id=posted.opportunity_id, chance=drawn(posted.opportunity_id), **values))
    else:
        _set(row, values)
    await recount(uow, [posted.opportunity_id])


async def change_offer(uow: Uow, envelope: Envelope) -> None:
    """Other terms, dates or openings; a fact from before slots were told has the dates of the first one."""
    changed = envelope.data
    assert isinstance(changed, parties.OpportunityChanged)
    row = await uow.find(Offer, id=changed.opportunity_id, lock=True)
    if row is None:
        return
    alone = OfferedSlot(
        start_on=changed.start_on, end_on=changed.end_on, close_on=changed.start_on, openings=changed.openings
    )
    about = changed.model_dump(mode="json", include={"product", "field", "weekly_hours"})
    dates = _dates(changed.slots or [alone], changed.openings)
    _set(row, {**about, **_asked_for(changed), **dates, "told_at": envelope.time})
    await recount(uow, [row.id])


async def end_offer(uow: Uow, envelope: Envelope) -> None:
    """Closed or removed: on no list from now on."""
    ended = envelope.data
    assert isinstance(ended, parties.OpportunityClosed | parties.OpportunityRemoved)
    row = await uow.find(Offer, id=ended.opportunity_id, lock=True)
    if row is not None and row.status is not OfferStatus.removed:
        closed = isinstance(ended, parties.OpportunityClosed)
        _set(row, {"status": OfferStatus.closed if closed else OfferStatus.removed})


def _asked_for(told: OfferedTerms) -> dict[str, Any]:
    """What was told of what is asked for; None of it takes nothing back that was told before."""
    names = set(OfferedTerms.model_fields) - {"slots"}
    known = {name: value for name, value in told.model_dump(include=names).items() if value is not None}
    if "languages" in known:
        known["needed"] = sorted({primary(language) for language in known["languages"]})
    return known


def _dates(slots: Sequence[OfferedSlot] | None, openings: int | None) -> dict[str, Any]:
    """The slots and the bounds by which they are found. Unknown slots bound nothing."""
    if slots is None:
        return {}
    taking = [slot for slot in slots if slot.openings > 0] or list(slots)
    return {
        "slots": [slot.model_dump(mode="json") for slot in slots],
        "latest_start": max((slot.start_on for slot in taking), default=None),
        "earliest_end": min((slot.end_on for slot in taking), default=None),
        "takes_until": max((slot.close_on for slot in taking), default=None),
        "openings_told": sum(slot.openings for slot in slots) if openings is None else openings,
    }


def _set(row: Offer, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)


async def recount(uow: Uow, offers: Iterable[UUID]) -> None:
    """Count anew what the pairings say of these opportunities; all are held first, in one order."""
    ids = sorted(set(offers))
    if await uow.fetch(HOLD, ids):
        await uow.fetch(RECOUNT, ids, uow.now, POPULAR_HALF_LIFE / timedelta(seconds=1))


# --- applications


def happened(envelope: Envelope) -> datetime:
    """When it did: what is imported is said today and has the day on which it was."""
    return min(envelope.time, datetime.combine(envelope.effective_on + timedelta(days=1), time(), UTC))


@together
async def keep_pairings(uow: Uow, steps: list[Envelope]) -> None:
    """Each step of an application; those of one application come in order."""
    rows = await _pairings(uow, {step.data.application_id for step in steps})  # type: ignore[union-attr]
    for step in steps:
        fact: Any = step.data
        row = rows.get(fact.application_id)
        if row is None:
            ids = fact.model_dump(include={"application_id", "person_id", "opportunity_id", "enabler_id"})
            row = rows[fact.application_id] = uow.add(Pairing(**ids))
        _follow(row, fact, happened(step))
    await recount(uow, {row.opportunity_id for row in rows.values()})


async def _pairings(uow: Uow, applications: set[UUID]) -> dict[UUID, Pairing]:
    if not applications:
        return {}
    query = select(Pairing).where(Pairing.application_id.in_(applications))  # type: ignore[attr-defined]
    held = await uow.rows(query.order_by(Pairing.application_id).with_for_update())  # type: ignore[arg-type]
    return {row.application_id: row for row in held}


def _follow(row: Pairing, fact: Any, at: datetime) -> None:
    if isinstance(fact, facts.Experience):
        row.until = fact.end_on
    if isinstance(fact, facts.ApplicationReopened):
        _begin_again(row, fact.status)
    elif status := STATUS[type(fact)]:
        row.status = status
        if (name := MOMENTS.get(status)) is not None:
            setattr(row, name, at)
    if isinstance(fact, facts.ApplicationRejected):
        row.ours = fact.ours


def _begin_again(row: Pairing, status: str) -> None:
    """Live again: what had been decided after this status is open anew."""
    row.status, row.ours, row.rejected_at = status, False, None
    if status == "open":
        row.accepted_at = None
