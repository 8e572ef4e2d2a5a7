"""What later models of pairs learn from: what was known when an EP applied, of this opportunity and of a few others.

Written in the transaction that hears of the application, before it counts, and never again: nothing that was known
later can be in it (D5). What is heard late, by an import or after a long silence, makes no example: what is known now
was not known then.
"""

import random
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from services.scoring.handlers.matching_copies import happened
from services.scoring.model import MatchExample
from services.scoring.policy.matching.examples import CONTRASTS, contrasts, weights
from services.scoring.policy.matching.parties import Offer, Seeker
from services.scoring.policy.matching.ranking import drawn
from services.scoring.policy.matching.rows import accepts_row, applies_row
from services.scoring.views.matching_rows import offers_by_id, offers_of_rows, seekers_by_id
from shared.contracts.envelope import Envelope
from shared.messaging.together import together
from shared.storage.tx import Uow

LATE = timedelta(days=1)
DRAW = """
(SELECT * FROM offer WHERE status = 'open' AND chance >= $1 ORDER BY chance LIMIT $2)
UNION ALL (SELECT * FROM offer WHERE status = 'open' AND chance < $1 ORDER BY chance LIMIT $2)
LIMIT $2
"""
DRAWN = 8 * CONTRASTS


@together
async def keep_examples(uow: Uow, envelopes: list[Envelope]) -> None:
    """One group for each application that is heard in time; the draw begins where the first one's id says."""
    fresh = [one for one in envelopes if _in_time(uow, one)]
    if not fresh:
        return
    facts: list[Any] = [one.data for one in fresh]
    seekers = await seekers_by_id(uow, list({fact.person_id for fact in facts}))
    asked = await offers_by_id(uow, list({fact.opportunity_id for fact in facts}))
    others = list((await offers_of_rows(uow, await uow.fetch(DRAW, drawn(facts[0].application_id), DRAWN))).values())
    for fact in facts:
        seeker, offer = seekers.get(fact.person_id), asked.get(fact.opportunity_id)
        if seeker and offer:
            _keep(uow, fact, seeker, offer, others)


def _in_time(uow: Uow, envelope: Envelope) -> bool:
    return uow.now - happened(envelope) <= LATE


def _keep(uow: Uow, fact: Any, seeker: Seeker, offer: Offer, others: Sequence[Offer]) -> None:
    chosen = contrasts(seeker, offer, others, uow.now, random.Random(fact.application_id.int))
    if not chosen:
        return
    applied, not_applied = weights(len(chosen))
    for place, one in enumerate((offer, *chosen)):
        uow.add(
            MatchExample(
                application_id=fact.application_id, place=place, person_id=seeker.id, opportunity_id=one.id, at=uow.now,
                weight=not_applied if place else applied, applies=applies_row(seeker, one, uow.now),
                accepts={} if place else accepts_row(seeker, one, uow.now),
            )
        )  # fmt: skip
