"""Who is out in an audience, and what becomes of it when somebody is to be left in peace."""

from collections.abc import Collection, Iterable
from datetime import timedelta
from uuid import UUID

from sqlmodel import select

from services.scoring.handlers.stale import hold_members
from services.scoring.model import Audience
from services.scoring.policy.segments.jobs import SegmentState
from services.scoring.views.consent_of import who_allow_marketing
from shared.contracts.segments import AudienceCause, AudienceChanged
from shared.storage.tx import Uow

OUT_THERE = "SELECT DISTINCT person_id FROM audience_member WHERE person_id = ANY($1)"
# The digest is what the recipient has to take out; it is of nobody from here on.
TAKE_OUT = """
WITH gone AS (DELETE FROM audience_member WHERE person_id = ANY($1) RETURNING audience_id, digest),
kept AS (INSERT INTO audience_removal (audience_id, digest, number) SELECT audience_id, digest, 0 FROM gone
         ON CONFLICT DO NOTHING),
dropped AS (UPDATE audience_export SET content = NULL
            WHERE content IS NOT NULL AND audience_id IN (SELECT audience_id FROM gone))
SELECT audience_id, count(*)::int AS removed FROM gone GROUP BY audience_id ORDER BY audience_id
"""
SIZES = """SELECT (SELECT count(*)::int FROM audience_member WHERE audience_id = $1) AS size,
    (SELECT count(*)::int FROM audience_removal WHERE audience_id = $1) AS removals"""
END = (
    "DELETE FROM audience_member WHERE audience_id = $1",
    "DELETE FROM audience_removal WHERE audience_id = $1",
    "UPDATE audience_export SET content = NULL WHERE audience_id = $1 AND content IS NOT NULL",
)


STALE_FILES = "UPDATE audience_export SET content = NULL WHERE made_at < $1 AND content IS NOT NULL"
FILES_KEPT = timedelta(days=1)


async def take_out_unwilling(uow: Uow, people: Iterable[UUID]) -> None:
    """Whoever of these is out there and doesn't agree any more is taken out of all audiences.

    An export that is being made is waited for: it may have asked them before they took it back.
    """
    await hold_members(uow)
    rows = await uow.fetch(OUT_THERE, list(people))
    there = {row["person_id"] for row in rows}
    if not there:
        return
    if unwilling := there - await who_allow_marketing(uow, there):
        await take_out(uow, unwilling, AudienceCause.consent_withdrawn)


async def take_out(uow: Uow, people: Collection[UUID], cause: AudienceCause) -> None:
    """Take people out; files that hold them are gone at once, and the next export tells the recipient."""
    for row in await uow.fetch(TAKE_OUT, sorted(people)):
        audience = await uow.find(Audience, id=row["audience_id"])
        if audience is not None:
            await tell(uow, audience, cause, removed=row["removed"])


async def tell(
    uow: Uow, audience: Audience, cause: AudienceCause, *, added: int = 0, removed: int = 0,
    export_id: UUID | None = None,
) -> None:  # fmt: skip
    """Say what an audience is after a change."""
    (sizes,) = await uow.fetch(SIZES, audience.id)
    counts = {"added": added, "removed": removed, "size": sizes["size"], "removals": sizes["removals"]}
    where = {"audience_id": audience.id, "entity_id": audience.entity_id, "segment_id": audience.segment_id}
    uow.say(AudienceChanged(**where, export_id=export_id, cause=cause, **counts))


async def end_audiences(uow: Uow) -> None:
    """Audiences whose time is over: the recipient has to delete them, and nothing of them is kept here. Files of
    yesterday are not given out any more."""
    await uow.fetch(STALE_FILES, uow.now - FILES_KEPT)
    over = select(Audience).where(Audience.state == SegmentState.active, Audience.use_until <= uow.now)  # type: ignore[arg-type]
    for audience in await uow.rows(over.order_by(Audience.id).with_for_update()):
        await end_audience(uow, audience)


async def end_audience(uow: Uow, audience: Audience) -> None:
    """No more exports, nobody out there."""
    (sizes,) = await uow.fetch(SIZES, audience.id)
    for statement in END:
        await uow.fetch(statement, audience.id)
    uow.change(audience, state=SegmentState.retired)
    await tell(uow, audience, AudienceCause.ended, removed=sizes["size"])
    uow.note("end_audience", audience.id)
