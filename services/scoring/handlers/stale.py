"""Notes that somebody's row may be another one now; whoever keeps the segments looks at them again soon after."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from services.scoring.model import Lead
from services.scoring.policy.segments.catalogue import Party
from shared.storage.tx import Uow

ONE_AT_A_TIME = 0x5C0E_0009  # the advisory lock of whoever changes memberships
HOLD, TRY = f"SELECT pg_advisory_xact_lock({ONE_AT_A_TIME})", f"SELECT pg_try_advisory_xact_lock({ONE_AT_A_TIME})"
NOTE = "INSERT INTO segment_stale (subject_id, party) SELECT DISTINCT unnest($1::uuid[]), $2::text"
NOTE_ALL = {
    Party.ep: """INSERT INTO segment_stale (subject_id, party) SELECT l.id, 'ep' FROM lead l
        JOIN entity_path p ON p.entity_id = l.sending_entity_id
        WHERE l.erased_at IS NULL AND ($1::uuid IS NULL OR p.path @> ARRAY[$1::uuid])""",
    Party.enabler: """INSERT INTO segment_stale (subject_id, party) SELECT l.id, 'enabler' FROM lead l
        JOIN entity_path p ON p.entity_id = l.hosting_entity_id
        WHERE l.erased_at IS NULL AND NOT l.prospect AND ($1::uuid IS NULL OR p.path @> ARRAY[$1::uuid])""",
}
NOTE_MEMBERS = """INSERT INTO segment_stale (subject_id, party)
    SELECT subject_id, $2::text FROM segment_member WHERE segment_id = $1"""


async def mark_stale(uow: Uow, subjects: Iterable[UUID], party: Party = Party.ep) -> None:
    """Something about these was heard, told or taken back. Nobody waits: a note is a row of its own."""
    if subjects := list(subjects):
        await uow.fetch(NOTE, subjects, str(party))


async def mark_leads_stale(uow: Uow, leads: Iterable[Lead]) -> None:
    """The same for leads of either side; prospects are in no segment."""
    by: dict[Party, list[UUID]] = defaultdict(list)
    for lead in leads:
        if not lead.prospect:
            by[lead.party].append(lead.id)
    for party, subjects in by.items():
        await mark_stale(uow, subjects, party)


async def mark_all_stale(uow: Uow, party: Party, entity: UUID | None) -> None:
    """Everybody of an entity and below; None: of all."""
    await uow.fetch(NOTE_ALL[party], entity)


async def mark_members_stale(uow: Uow, segment_id: UUID, party: Party) -> None:
    """Whoever is in the segment now."""
    await uow.fetch(NOTE_MEMBERS, segment_id, str(party))


async def hold_members(uow: Uow) -> None:
    """To the end of this transaction no other changes who is in a segment or out in an audience."""
    await uow.fetch(HOLD)


async def try_hold_members(uow: Uow) -> bool:
    """The same, if nobody holds them at the moment."""
    return bool((await uow.fetch(TRY))[0][0])
