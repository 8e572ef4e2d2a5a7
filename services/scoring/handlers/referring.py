"""Somebody was brought along: for who did it, this is coming again."""

from typing import Any
from uuid import UUID, uuid5

import orjson

from services.scoring.commands import Rescore
from services.scoring.handlers.heard import KEEP
from services.scoring.handlers.scoring import leads_for, rescore_locked
from services.scoring.model import HeardFact
from services.scoring.policy.features import Step
from shared.contracts.envelope import Envelope
from shared.contracts.showcasing import ReferralAttributed
from shared.messaging.together import together
from shared.storage.tx import Cause, Uow


@together
async def keep_referrals(uow: Uow, envelopes: list[Envelope]) -> None:
    """A fact of the referrer beside that of the referred person, with an id made of the event's; kept once."""
    heard = {_id(envelope): envelope for envelope in envelopes if envelope.data is not None}
    if not heard:
        return
    leads = await leads_for(uow, {_referrer(envelope) for envelope in heard.values()})
    rows = [_row(id_, envelope, uow) for id_, envelope in heard.items()]
    new = [row["id"] for row in await uow.fetch(KEEP, orjson.dumps(rows).decode())]
    commands = {}
    for id_ in new:
        envelope = heard[UUID(str(id_))]
        lead = leads[_referrer(envelope)]
        commands[lead.id] = (lead, Rescore((lead.id,), envelope.type, seen=envelope.time, because=Cause.of(envelope)))
    await rescore_locked(uow, list(commands.values()))


def _id(envelope: Envelope) -> UUID:
    return uuid5(envelope.id, "referrer")


def _referrer(envelope: Envelope) -> UUID:
    assert isinstance(envelope.data, ReferralAttributed)
    return envelope.data.referrer_id


def _row(id_: UUID, envelope: Envelope, uow: Uow) -> dict[str, Any]:
    times = {"at": envelope.time, "known_at": max(envelope.time, uow.now), "effective_on": envelope.effective_on}
    return HeardFact(id=id_, person_id=_referrer(envelope), kind=Step.referred, **times).model_dump(mode="json")
