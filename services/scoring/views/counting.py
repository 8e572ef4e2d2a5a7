"""Which leads count for which: a person who is one with another counts for that one."""

from collections.abc import Iterable
from uuid import UUID

from shared.storage.tx import Uow

WHOSE = "SELECT id, linked_to FROM lead WHERE linked_to = ANY($1::uuid[])"


async def counting_for(uow: Uow, leads: Iterable[UUID]) -> dict[UUID, UUID]:
    """For whom each counts: these leads for themselves, and those that they stand for."""
    own = {id_: id_ for id_ in leads}
    return own | {row["id"]: row["linked_to"] for row in await uow.fetch(WHOSE, list(own))}
