"""What brought visitors and people is told to others: labelled links, and codes of sources."""

from collections.abc import Sequence
from typing import Any

from services.scoring.model import Interaction
from shared.contracts.conversations import PersonCame, VisitorCame
from shared.storage.tx import Uow

KINDS = "SELECT id, kind FROM source WHERE id = ANY($1)"


async def tell_ways_in(uow: Uow, rows: Sequence[Interaction]) -> None:
    """Those of these new interactions that say what brought them."""
    telling = [row for row in rows if row.source_id or row.campaign or row.utm_source or row.utm_medium]
    sources = sorted({row.source_id for row in telling if row.source_id})
    kinds = {row["id"]: row["kind"] for row in await uow.fetch(KINDS, sources)} if sources else {}
    for row in telling:
        about: dict[str, Any] = {"interaction_id": row.id, "at": row.at, "channel": row.channel}
        about |= {"source_id": row.source_id, "source_kind": kinds.get(row.source_id)}
        about |= {"campaign": row.campaign, "medium": row.utm_medium}
        if row.visitor_id is not None:
            said = VisitorCame(visitor_id=row.visitor_id, origin=row.utm_source, **about)
            uow.say(said, effective_on=row.at.date())
        elif row.person_id is not None:
            uow.say(PersonCame(person_id=row.person_id, **about), effective_on=row.at.date())
