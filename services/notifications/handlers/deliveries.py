"""An e-mail on its way: claimed under a lease, kept waiting for facts, sent, refused, or unknown."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import select

from services.notifications import plan, texts
from services.notifications.commands import (
    ClaimDeliveries,
    FileDocuments,
    Outcome,
    Paper,
    ReleaseLeases,
    SettleDelivery,
    Work,
)
from services.notifications.handlers.beside import note_quotations
from services.notifications.handlers.calendar import mark_sent, skip, tell, told
from services.notifications.handlers.evidence import prove_touchpoint
from services.notifications.handlers.experiences import settle_experience, stay_of
from services.notifications.handlers.gathering import Known
from services.notifications.handlers.recipients import NOBODY
from services.notifications.model import Delivery, Document, Experience, Person, Touchpoint
from services.notifications.policy import Audience, Entry, State, anchor_day, missing, pause, too_late
from shared.contracts import notifications as said
from shared.ids import derived_id
from shared.storage.tx import Cause, Uow

WAITS = "waits_for_facts"
# The touchpoint is locked with its delivery, or the pair is left alone: nobody waits here, so nobody deadlocks.
CLAIM = text("""
SELECT d.id FROM delivery d JOIN touchpoint t ON t.id = d.touchpoint_id
WHERE d.state IN ('pending', 'unknown') AND d.not_before <= clock_timestamp()
ORDER BY d.not_before LIMIT :limit FOR UPDATE OF d, t SKIP LOCKED
""")
RELEASE = text("""
UPDATE delivery SET state = 'unknown', uncertain = true, reason = 'sender_died', lease_until = NULL,
    version = version + 1, changed_at = clock_timestamp()
WHERE id IN (SELECT id FROM delivery WHERE state = 'sending' AND lease_until < clock_timestamp() FOR UPDATE SKIP LOCKED)
RETURNING id
""")


async def release_leases(uow: Uow, _command: ReleaseLeases) -> list[UUID]:
    """What a dead sender held may have arrived or not: it is sent again under the same Message-ID."""
    return list((await uow.execute(RELEASE)).scalars())


async def claim_deliveries(uow: Uow, command: ClaimDeliveries) -> list[Work]:
    """E-mails that can go out now, marked as being sent; the others wait, with what they wait for, or are dropped."""
    ids = list((await uow.execute(CLAIM, {"limit": command.limit})).scalars())
    if not ids:
        return []
    deliveries = await uow.rows(select(Delivery).where(Delivery.id.in_(ids)).order_by(Delivery.not_before))  # type: ignore[attr-defined]
    held = await uow.rows(select(Touchpoint).where(Touchpoint.id.in_({row.touchpoint_id for row in deliveries})))  # type: ignore[attr-defined]
    touchpoints = {row.id: row for row in held}
    known = await Known.of(uow, deliveries)
    found = [await _claim(uow, command, row, touchpoints[row.touchpoint_id], known) for row in deliveries]
    return [work for work in found if work is not None]


async def _claim(
    uow: Uow, command: ClaimDeliveries, row: Delivery, touchpoint: Touchpoint, known: Known
) -> Work | None:
    entry = plan.current().entry(row.touchpoint)
    reason = _why_not(uow, row, touchpoint, entry, known)
    if reason is not None or entry is None:
        await _drop(uow, row, touchpoint, reason or "not_in_plan")
        return None
    facts = known.facts(row)
    whom = "person" if row.audience == Audience.ep else "recipient"
    if lacking := missing(dict.fromkeys((whom, *entry.needs)), facts):
        _wait(uow, row, touchpoint, lacking)
        return None
    language = _language(row, known)
    uow.change(touchpoint, reason=None, told=_dates(entry, known.stay(row)))
    values = {"state": "sending", "reason": None, "waiting_for": [], "attempts": row.attempts + 1, "language": language}
    uow.change(row, **values, lease_until=func.clock_timestamp() + command.lease)
    paper = await _filed(uow, row) if row.uncertain else None
    texts_of = (entry.letter or entry.code, entry.document, row.message_id, language)
    return Work(row.id, row.touchpoint, *texts_of, touchpoint.correlation_id, facts, paper)


def _dates(entry: Entry, stay: Experience | None) -> dict[str, str] | None:
    """The dates that this message gives, as they are now: when they change, a correction is owed."""
    if not entry.tells or stay is None or stay.end_on is None:
        return None
    return {str(anchor): anchor_day(anchor, stay_of(stay)).isoformat() for anchor in entry.tells}


def _why_not(uow: Uow, row: Delivery, touchpoint: Touchpoint, entry: Entry | None, known: Known) -> str | None:
    person, invitation = known.person(row), known.invitation(row)
    if entry is None:
        return "not_in_plan"
    if person is not None and person.erased:
        return "person_erased"
    if invitation is not None and invitation.expires_at <= uow.now:
        return "invitation_expired"
    return "late" if too_late(entry, touchpoint.due_at, uow.now) else None


async def _drop(uow: Uow, row: Delivery, touchpoint: Touchpoint, reason: str) -> None:
    uow.cause = Cause(touchpoint.correlation_id)
    uow.change(row, state="cancelled", reason=reason)
    await skip(uow, touchpoint, reason)


def _wait(uow: Uow, row: Delivery, touchpoint: Touchpoint, lacking: list[str]) -> None:
    if row.waiting_for != lacking:
        reason = NOBODY if "recipient" in lacking else WAITS
        uow.change(row, waiting_for=lacking, reason=reason)
        uow.change(touchpoint, reason=reason)
    row.waits += 1
    row.not_before = func.clock_timestamp() + pause(row.waits)


def _language(row: Delivery, known: Known) -> str:
    person, invitation = known.person(row), known.invitation(row)
    return texts.choose(person.language if person else None, invitation.language if invitation else None)


async def _filed(uow: Uow, row: Delivery) -> Paper | None:
    """The document of an earlier try: what may have arrived already is sent again as it was."""
    if row.document_id is None or (filed := await uow.find(Document, id=row.document_id)) is None:
        return None
    if filed.content is None:
        return None
    return Paper(row.id, filed.kind, filed.language, filed.file_name, filed.sha256, filed.content)


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


# --- what became of a try


async def settle_delivery(uow: Uow, command: SettleDelivery) -> None:
    """Record a try, or that there was none: such an e-mail can go at once.

    Locks go from the experience over the touchpoint to the delivery, as everywhere.
    """
    about = await uow.get(Delivery, command.delivery_id)
    experience = await uow.find(Experience, id=about.application_id, lock=True) if about.application_id else None
    touchpoint = await uow.get(Touchpoint, about.touchpoint_id, lock=True)
    await uow.refresh(about, lock=True)
    if command.outcome is Outcome.sent:
        if about.state != "sent":
            await _sent(uow, about, touchpoint, experience)
    elif about.state == "sending":
        await _not_sent(uow, about, touchpoint, experience, command)


async def _sent(uow: Uow, row: Delivery, touchpoint: Touchpoint, experience: Experience | None) -> None:
    zone = experience.zone if experience and experience.zone else touchpoint.zone
    on = uow.today(zone)
    uow.change(row, state="sent", sent_at=uow.now, reason=None, lease_until=None)
    digest = await uow.scalar(select(Document.sha256).where(Document.id == row.document_id))
    touchpoint.document_id = row.document_id
    for one in await mark_sent(uow, touchpoint):
        entry = plan.current().entry(one.code)
        proof = entry.proves if entry else None
        how = {"channel": row.channel, "language": row.language or texts.FALLBACK, "document": digest}
        how["proves"] = proof.standard if proof else None
        tell(uow, one, said.TouchpointSent, on, **how)
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
    if command.outcome is Outcome.refused:
        uow.change(row, state="failed", reason=command.reason, lease_until=None)
        await skip(uow, touchpoint, command.reason or "refused", State.failed)
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
