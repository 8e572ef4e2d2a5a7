"""What became of a message: its document filed, accepted, sent, refused, or unknown; and what it proves."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import select

from services.notifications import texts
from services.notifications.commands import (
    FileDocuments,
    NoteAcceptance,
    Outcome,
    Paper,
    ReleaseLeases,
    SettleDeliveries,
    SettleDelivery,
)
from services.notifications.handlers.beside import note_quotations
from services.notifications.handlers.calendar import mark_sent, tell, told
from services.notifications.handlers.evidence import prove_touchpoint
from services.notifications.handlers.experiences import settle_experience, stay_of
from services.notifications.handlers.fallback import fall_back
from services.notifications.handlers.papers import keep_link
from services.notifications.handlers.suppressions import suppress
from services.notifications.handlers.survey_letters import say_invitation_sent
from services.notifications.model import Delivery, Document, Experience, Person, Touchpoint
from services.notifications.plan import store
from services.notifications.policy import Medium, State, Why, anchor_day, pause
from shared.contracts import notifications as said
from shared.ids import derived_id
from shared.storage.engine import Database
from shared.storage.tx import Cause, Uow

RELEASE = text("""
UPDATE delivery SET state = 'unknown', uncertain = true, reason = 'sender_died', lease_until = NULL,
    version = version + 1, changed_at = clock_timestamp()
WHERE id IN (SELECT id FROM delivery WHERE state = 'sending' AND accepted_at IS NULL
    AND lease_until < clock_timestamp() FOR UPDATE SKIP LOCKED)
RETURNING id
""")
ACCEPTED = text("""
SELECT id FROM delivery WHERE state = 'sending' AND accepted_at IS NOT NULL AND lease_until < clock_timestamp()
ORDER BY id LIMIT 100
""")
# A crash of the database server alone could lose this note; the message would then go out twice under one Message-ID.
ACCEPT = """
WITH quick AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true) AS set)
UPDATE delivery SET accepted_at = clock_timestamp() FROM quick WHERE id = $1 AND state = 'sending' AND set = 'off'
"""


async def release_leases(uow: Uow, _command: ReleaseLeases) -> list[UUID]:
    """What a dead sender held: what was accepted is settled; the rest may have arrived or not and is sent again under
    the same Message-ID. The ids of the latter."""
    accepted = list((await uow.execute(ACCEPTED)).scalars())
    if accepted:
        tries = tuple(SettleDelivery(id_, Outcome.sent) for id_ in accepted)
        await settle_deliveries(uow, SettleDeliveries(tries))
    return list((await uow.execute(RELEASE)).scalars())


async def note_acceptance(database: Database, command: NoteAcceptance) -> None:
    """Remember that the other side has said yes; the rest of the bookkeeping follows for many at once."""
    await database.at_once(ACCEPT, command.delivery_id)


async def file_documents(uow: Uow, command: FileDocuments) -> set[UUID]:
    """Keep the documents; the deliveries whose person wasn't erased meanwhile."""
    query = select(Delivery).where(Delivery.id.in_({paper.delivery_id for paper in command.papers}))  # type: ignore[attr-defined]
    deliveries = {row.id: row for row in await uow.rows(query)}
    people = select(Person).where(Person.id.in_({row.person_id for row in deliveries.values()}))  # type: ignore[attr-defined]
    erased = {person.id for person in await uow.rows(people.with_for_update(read=True)) if person.erased}
    kept = [paper for paper in command.papers if deliveries[paper.delivery_id].person_id not in erased]
    for paper in kept:
        await _file(uow, paper, deliveries[paper.delivery_id])
    await note_quotations(uow, [deliveries[paper.delivery_id] for paper in kept])
    return {paper.delivery_id for paper in kept}


async def _file(uow: Uow, paper: Paper, delivery: Delivery) -> None:
    id_ = derived_id("document", delivery.id, paper.sha256)
    names = ("touchpoint_id", "application_id", "person_id", "sending_entity_id", "hosting_entity_id")
    put = insert(Document).values(
        id=id_, delivery_id=delivery.id, kind=paper.kind, language=paper.language, file_name=paper.file_name,
        sha256=paper.sha256, size=len(paper.content), content=paper.content, made_at=uow.now, version=1,
        **{name: getattr(delivery, name) for name in names},
    )  # fmt: skip
    await uow.execute(put.on_conflict_do_nothing())
    await uow.execute(update(Delivery).where(Delivery.id == delivery.id).values(document_id=id_))
    await keep_link(uow, delivery, id_, paper.kind)


# --- what became of a try


async def settle_delivery(uow: Uow, command: SettleDelivery) -> None:
    """Record one try."""
    await settle_deliveries(uow, SettleDeliveries((command,)))


async def settle_deliveries(uow: Uow, command: SettleDeliveries) -> None:
    """Record tries, or that there was none: such a message can go at once. What was folded into one shares its fate.

    Locks go from the experiences over the touchpoints to the deliveries, each in the order of their ids, as everywhere.
    """
    tries = {one.delivery_id: one for one in command.tries}
    with_folded = (Delivery.id.in_(tries)) | (Delivery.folded_into.in_(tries) & (Delivery.state == "folded"))  # type: ignore[attr-defined, union-attr]
    rows = list(await uow.rows(select(Delivery).where(with_folded).order_by(Delivery.id)))
    experiences = await _locked(uow, Experience, (row.application_id for row in rows))
    touchpoints = await _locked(uow, Touchpoint, (row.touchpoint_id for row in rows))
    await _locked(uow, Delivery, (row.id for row in rows))
    documents = await _digests(uow, rows)
    for row in rows:
        touchpoint, experience = touchpoints[row.touchpoint_id], experiences.get(row.application_id)
        uow.cause = Cause(touchpoint.correlation_id)
        one = tries.get(row.id) or replace(tries[row.folded_into], delivery_id=row.id)  # type: ignore[index]
        if one.outcome is Outcome.sent:
            if row.state != "sent":
                await _sent(uow, row, touchpoint, experience, documents.get(row.document_id))
        elif row.state in ("sending", "folded"):
            await _not_sent(uow, row, touchpoint, experience, one)


async def _locked(uow: Uow, model: Any, ids: Iterable[UUID | None]) -> dict[UUID | None, Any]:
    query = select(model).where(model.id.in_({id_ for id_ in ids if id_})).order_by(model.id).with_for_update()
    return {row.id: row for row in await uow.rows(query)}


async def _digests(uow: Uow, rows: Iterable[Delivery]) -> dict[UUID | None, str]:
    ids = {row.document_id for row in rows if row.document_id}
    if not ids:
        return {}
    found = await uow.execute(select(Document.id, Document.sha256).where(Document.id.in_(ids)))  # type: ignore[attr-defined]
    return dict(found.all())


async def _sent(
    uow: Uow, row: Delivery, touchpoint: Touchpoint, experience: Experience | None, digest: str | None
) -> None:
    zone = experience.zone if experience and experience.zone else touchpoint.zone
    on = uow.today(zone)
    uow.change(row, state="sent", sent_at=uow.now, reason=None, lease_until=None)
    touchpoint.document_id = row.document_id
    for one in await mark_sent(uow, touchpoint):
        entry = await store.entry_of(uow, one)
        proof = entry.proves if entry else None
        how: dict[str, Any] = {"channel": row.channel, "language": row.language or texts.FALLBACK, "document": digest}
        how |= {"proves": proof.standard if proof else None, "budget": entry.budget if entry else None}
        tell(uow, one, said.TouchpointSent, on, **how)
        await say_invitation_sent(uow, one, row.channel)
        if one.application_id is not None:
            await prove_touchpoint(uow, one, "message", proof.standard if proof else None)
    if experience is not None and _told_wrong(touchpoint, experience):
        await uow.flush()
        await settle_experience(uow, experience)  # the dates moved while it was being sent


def _told_wrong(touchpoint: Touchpoint, experience: Experience) -> bool:
    stay = stay_of(experience)
    return any(anchor_day(anchor, stay) != day for anchor, day in told(touchpoint).items())


async def _not_sent(
    uow: Uow, row: Delivery, touchpoint: Touchpoint, experience: Experience | None, command: SettleDelivery
) -> None:
    if command.outcome in (Outcome.refused, Outcome.bounced):
        if command.outcome is Outcome.bounced and row.recipient_id is not None and row.state == "sending":
            await suppress(uow, row.recipient_id, Medium(row.channel), Why.hard_bounce, delivery=row)
        entry = await store.entry_of(uow, touchpoint)
        await fall_back(uow, row, touchpoint, entry, command.reason or "refused", state=State.failed)
        return
    if row.state == "folded":  # goes out again with the one that it is folded into
        return
    uncertain = row.uncertain or command.outcome is Outcome.unknown
    values = {"state": "unknown" if uncertain else "pending", "uncertain": uncertain, "reason": command.reason}
    untried = command.outcome is Outcome.untried
    wait = timedelta() if untried else pause(row.attempts)
    uow.change(
        row, **values, lease_until=None, attempts=row.attempts - untried, not_before=func.clock_timestamp() + wait
    )
    uow.change(touchpoint, reason=command.reason)
    if experience is not None and not uncertain:
        await uow.flush()
        await settle_experience(uow, experience)  # the dates may have moved while it was being sent
