"""Who lapsed: each night, one statement a stage finds those who have been silent for too long."""

from datetime import datetime, time, timedelta
from uuid import UUID

from services.scoring.handlers.following import advance
from services.scoring.handlers.scoring import locked
from services.scoring.handlers.stale import mark_leads_stale
from services.scoring.policy.lead_stages import SILENCE
from shared.ids import derived_id
from shared.storage.due import Due
from shared.storage.tx import Uow

LAPSE = "lapse-leads"
EVERYBODY = derived_id("scoring", "all-leads")
"""The subject of the due row: it concerns no single lead."""
SILENT = "scoring.silence"
AT, MOST = time(3, 30), 500  # UTC; leads of one transaction
FOUND = """
SELECT l.id FROM lead l
JOIN unnest($1::text[], $2::text[], $3::timestamptz[]) AS s (party, stage, before)
    ON l.party = s.party AND l.stage = s.stage AND greatest(l.last_sign_at, l.stage_since) <= s.before
WHERE l.erased_at IS NULL AND l.linked_to IS NULL AND l.hand_over_id IS NULL
ORDER BY l.id LIMIT $4
"""


async def look_for_lapsed(uow: Uow) -> None:
    """The next night's look; planned once a day, however often it is asked for."""
    day = uow.now.date() + timedelta(days=1)
    await uow.schedule(LAPSE, EVERYBODY, day.isoformat(), datetime.combine(day, AT), "UTC")


async def lapse_leads(uow: Uow, due: Due) -> None:
    """A portion at a time; what is left is done at once, in a transaction of its own."""
    rows = [(party, stage, uow.now - allowed) for party, of in SILENCE.items() for stage, allowed in of.items()]
    parties, stages, before = map(list, zip(*rows, strict=True))
    ids: list[UUID] = [row["id"] for row in await uow.fetch(FOUND, parties, stages, before, MOST)]
    lapsed = 0
    leads = await locked(uow, ids)
    await mark_leads_stale(uow, leads)
    for lead in leads:
        former = lead.stage
        advance(uow, lead, uow.now, SILENT)
        lapsed += lead.stage is not former
    await look_for_lapsed(uow)
    if lapsed == MOST:
        part = int(due.payload.get("part", 0)) + 1
        now = uow.now.replace(tzinfo=None)
        await uow.schedule(LAPSE, EVERYBODY, f"{uow.now.date()}:{part}", now, "UTC", {"part": part})
