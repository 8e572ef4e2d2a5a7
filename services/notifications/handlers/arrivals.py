"""A message that came in: taken once, told apart, and led to the delivery or the conversation that it belongs to."""

import hashlib
from uuid import UUID

from sqlalchemy import text
from sqlmodel import select

from services.notifications.commands import HoldPostbox, Passed, TakeLetter, TakeReport
from services.notifications.handlers import asking, returns
from services.notifications.handlers.authors import authors_at
from services.notifications.handlers.suppressions import suppress
from services.notifications.model import Arrival, Person
from services.notifications.policy import Medium, Why
from services.notifications.post import Kind, is_stop, kind_of, shown
from shared.ids import derived_id
from shared.storage.tx import Uow

# Whoever holds the mailbox reads it; a reader that died loses it when its lease is over.
HOLD = text("""
INSERT INTO postbox (name, reader, lease_until) VALUES (:name, :reader, clock_timestamp() + :lease)
ON CONFLICT (name) DO UPDATE SET reader = excluded.reader, lease_until = excluded.lease_until
WHERE postbox.reader = excluded.reader OR postbox.lease_until IS NULL OR postbox.lease_until < clock_timestamp()
RETURNING cursor, true AS held
""")
MOVE = text("UPDATE postbox SET cursor = :cursor WHERE name = :name AND reader = :reader RETURNING name")
ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended(:fingerprint, 0))")


class LostBox(Exception):
    """Another reader has the mailbox now: what is read here would be read twice."""


async def hold_postbox(uow: Uow, command: HoldPostbox) -> tuple[bool, str | None]:
    """Whether this reader may read the mailbox, and from where on."""
    values = {"name": command.name, "reader": command.reader, "lease": command.lease}
    row = (await uow.execute(HOLD, values)).one_or_none()
    return (False, None) if row is None else (True, row.cursor)


async def pass_over(uow: Uow, command: Passed) -> None:
    """Go on after what was for others."""
    await _move(uow, command.name, command.reader, command.cursor)


async def take_letter(uow: Uow, command: TakeLetter) -> str:
    """Take an e-mail in, in the same transaction that moves the mailbox's cursor; what it was taken for."""
    if command.reader is not None:
        await _move(uow, command.mailbox, command.reader, command.cursor)
    letter = command.letter
    said = "\n".join([letter.message_id or letter.header("date"), letter.sender, letter.subject, letter.text])
    arrival = await _arrive(uow, command.mailbox, command.uid, said, "email", letter.size)
    if arrival is None:
        return "known"
    if arrival.outcome == "duplicate":
        return arrival.outcome
    kind, report = kind_of(letter)
    if report is not None:
        await returns.hear_report(uow, arrival, report, command.addresses)
    elif kind is not Kind.words:
        arrival.outcome = kind
    else:
        words = asking.Words(
            channel="email", sender=letter.sender, sender_name=letter.sender_name, subject=letter.subject,
            shown=shown(letter.text), whole=letter.text, cut=letter.cut, message_id=letter.message_id,
            references=letter.references, recipients=letter.recipients, files=letter.files,
        )  # fmt: skip
        await asking.take_words(uow, arrival, words, command.addresses, command.rules)
    return arrival.outcome


async def take_report(uow: Uow, command: TakeReport) -> str:
    """Take in what a provider tells: signed by it, so that a Message-ID is proof enough."""
    said = f"{command.provider}\0{command.uid}"
    arrival = await _arrive(uow, f"hook:{command.provider}", command.uid, said, command.channel, len(command.text))
    if arrival is None:
        return "known"
    if command.kind != "message":
        await returns.hear_provider(uow, arrival, command)
    elif is_stop(command.text):
        await _stop(uow, arrival, command)
    else:
        words = asking.Words(
            channel=command.channel, sender=command.sender, shown=command.text.strip(), whole=command.text,
            references=[command.message_id] if command.message_id else [],
        )  # fmt: skip
        await asking.take_words(uow, arrival, words, command.addresses, command.rules)
    return arrival.outcome


async def set_aside(uow: Uow, command: TakeLetter) -> str:
    """A message that this room can't take in: it is in the log as `failed`, and in its mailbox to be looked at."""
    if command.reader is not None:
        await _move(uow, command.mailbox, command.reader, command.cursor)
    arrival = await _arrive(uow, command.mailbox, command.uid, command.uid, "email", command.letter.size)
    if arrival is not None:
        arrival.outcome = "failed"
    return "failed"


async def _stop(uow: Uow, arrival: Arrival, command: TakeReport) -> None:
    """STOP, alone: no more messages over this channel for whoever has this number."""
    known = await authors_at(uow, command.channel, command.sender)
    for one in known:
        await suppress(uow, one.id, Medium(command.channel), Why.unsubscribed)
    people = [one.id for one in known if isinstance(one, Person)]
    arrival.outcome, arrival.person_id = "stop", people[0] if len(people) == 1 else None
    arrival.reason = None if known else "nobody_known"


async def _arrive(uow: Uow, mailbox: str, uid: str, said: str, channel: str, size: int) -> Arrival | None:
    """The row of this message, new; None when it was taken before, `duplicate` when another copy of it was."""
    fingerprint = hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()
    await uow.execute(ONE_AT_A_TIME, {"fingerprint": fingerprint})
    if await uow.find(Arrival, mailbox=mailbox, uid=uid) is not None:
        return None
    earlier = select(Arrival.id).where(Arrival.fingerprint == fingerprint, Arrival.outcome != "duplicate")
    copy = await uow.scalar(earlier.limit(1))
    row = Arrival(
        id=derived_id("arrival", mailbox, uid), mailbox=mailbox, uid=uid, fingerprint=fingerprint, channel=channel,
        outcome="duplicate" if copy else "taken", size=size, arrived_at=uow.now,
    )  # fmt: skip
    return uow.add(row)


async def _move(uow: Uow, name: str, reader: UUID, cursor: str | None) -> None:
    if (await uow.execute(MOVE, {"name": name, "reader": reader, "cursor": cursor})).first() is None:
        raise LostBox


async def forget_arrivals(uow: Uow, person_id: UUID) -> None:
    """The rows stay, and say no more who it was."""
    for row in await uow.all(Arrival, person_id=person_id):
        row.person_id = None
