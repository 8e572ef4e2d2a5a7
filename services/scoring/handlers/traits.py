"""What is heard for rules of segments: wishes, scores, which touchpoint it was, and the digest of an address."""

from collections.abc import Iterable
from typing import Any

import orjson
from sqlalchemy import text

from services.scoring.handlers.forgetting import forget_in_segments
from services.scoring.handlers.scoring import lead_of
from services.scoring.handlers.stale import mark_stale
from services.scoring.policy.audiences import address_digest
from services.scoring.policy.contacts import to_the_ep
from services.scoring.policy.segments.catalogue import Party
from shared.contracts import notifications, surveys
from shared.contracts.applications import PersonDetails
from shared.contracts.envelope import Envelope
from shared.contracts.parties import ProfileChanged
from shared.messaging.together import together
from shared.storage.tx import Uow

EXPERIENCE = "experience"
WISH = text("""
INSERT INTO wanted (person_id, products, fields, countries, free_from, free_to, looking, study_field, known_at)
VALUES (:person, :products, :fields, :countries, :free_from, :free_to, :looking, :study_field, :known_at)
ON CONFLICT (person_id) DO UPDATE SET products = excluded.products, fields = excluded.fields,
    countries = excluded.countries, free_from = excluded.free_from, free_to = excluded.free_to,
    looking = excluded.looking, study_field = excluded.study_field, known_at = excluded.known_at
""")
VOICES = """INSERT INTO given_voice SELECT * FROM jsonb_populate_recordset(NULL::given_voice, $1::text::jsonb)
    ON CONFLICT DO NOTHING"""
TOUCHED = """INSERT INTO touched SELECT * FROM jsonb_populate_recordset(NULL::touched, $1::text::jsonb)
    ON CONFLICT DO NOTHING"""
DIGEST = text("""INSERT INTO address_digest (person_id, digest) VALUES (:person, :digest)
    ON CONFLICT (person_id) DO UPDATE SET digest = excluded.digest""")
NO_DIGEST = text("DELETE FROM address_digest WHERE person_id = :person")


async def know_wishes(uow: Uow, envelope: Envelope) -> None:
    """A profile, whole. One that is heard after its person was erased is not kept."""
    profile = envelope.data
    assert isinstance(profile, ProfileChanged)
    lead = await lead_of(uow, profile.person_id)
    if lead.erased_at:
        return
    wishes = {
        "products": [str(one) for one in profile.wanted_products], "fields": list(profile.wanted_fields),
        "countries": list(profile.wanted_countries), "free_from": profile.available_from,
        "free_to": profile.available_to, "looking": profile.looking, "study_field": profile.study_field,
    }  # fmt: skip
    await uow.execute(WISH, {"person": lead.id, "known_at": max(uow.now, envelope.time), **wishes})
    await mark_stale(uow, [lead.id])


async def know_person(uow: Uow, envelope: Envelope) -> None:
    """Of a person's address only the digest is kept, for audiences; a tombstone forgets it with all that is here."""
    details = envelope.data
    if details is None:
        await forget_in_segments(uow, envelope.key)
        return
    assert isinstance(details, PersonDetails)
    lead = await lead_of(uow, details.person_id)
    if lead.erased_at:
        return
    digest = address_digest(details.email)
    if digest is None:
        await uow.execute(NO_DIGEST, {"person": lead.id})
    else:
        await uow.execute(DIGEST, {"person": lead.id, "digest": digest})


@together
async def keep_traits(uow: Uow, envelopes: list[Envelope]) -> None:
    """Scores and touchpoints among these facts. Whom they concern is looked at again with the lead."""
    voices = [row for envelope in envelopes for row in _voices(uow, envelope)]
    touched = [row for envelope in envelopes if (row := _touched(envelope))]
    for statement, rows in ((VOICES, voices), (TOUCHED, touched)):
        if rows:
            await uow.fetch(statement, orjson.dumps(rows).decode())


async def know_enabler(uow: Uow, envelope: Envelope) -> None:
    """Nothing is kept of an enabler's details; a tombstone forgets all that is here."""
    if envelope.data is None:
        await forget_in_segments(uow, envelope.key)


def _voices(uow: Uow, envelope: Envelope) -> Iterable[dict[str, Any]]:
    fact = envelope.data
    if isinstance(fact, surveys.SurveyAnswered):
        subject = fact.person_id if fact.party is Party.ep else fact.enabler_id
        given = [(one.metric, one.score) for one in fact.scores if one.about == EXPERIENCE]
        party = fact.party
    elif isinstance(fact, surveys.StayAnswered):
        subject, given, party = fact.person_id, list(fact.scores.items()), Party.ep  # type: ignore[assignment]
    else:
        return
    if subject is None:
        return
    known_at = max(uow.now, envelope.time)
    for metric, score in given:
        told = {"answer_id": fact.invitation_id, "metric": str(metric), "score": score}
        yield {**told, "subject_id": subject, "party": str(party), "at": envelope.time, "known_at": known_at}


def _touched(envelope: Envelope) -> dict[str, Any] | None:
    """Which touchpoint a person got; what is for others about that person is none of theirs."""
    fact = envelope.data
    if not isinstance(fact, notifications.TouchpointSent | notifications.MailSent) or not to_the_ep(fact):
        return None
    return {"id": envelope.id, "touchpoint": fact.touchpoint, "channel": str(fact.channel)}
