"""Contests of metrics: asked for over HTTP, worked out by the worker, kept as a report."""

import asyncio
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from services.surveys.commands import AskTournament
from services.surveys.model import Tournament
from services.surveys.policy.tournament import COMPETING, PARTIES, Seen, TournamentState, contest
from services.surveys.schemas import TournamentOut
from shared.access import Role
from shared.contracts.surveys import Metric
from shared.ids import new_id
from shared.storage.due import Due
from shared.storage.tx import Uow

CONTEST = "tournament"
MOST = 20_000  # customers, the newest; more would not change what can be told
# Each customer's newest answer whose horizon has passed, with whether the deed followed within it.
SEEN = text("""
SELECT DISTINCT ON (a.recipient_id) a.recipient_id, extract(epoch FROM a.answered_at)::float8 AS at,
    (SELECT jsonb_object_agg(s.metric, s.score) FROM score s
     WHERE s.answer_id = a.id AND s.about = 'experience') AS scores,
    EXISTS (SELECT FROM deed d WHERE d.customer_id = a.recipient_id AND d.kind = :deed
            AND d.at > a.answered_at AND d.at <= a.answered_at + :horizon) AS did
FROM answer a
WHERE a.party = :party AND a.answered_at <= :settled AND EXISTS (
    SELECT FROM score s WHERE s.answer_id = a.id AND s.about = 'experience'
    GROUP BY s.answer_id HAVING count(*) FILTER (WHERE s.metric = ANY(:metrics)) = :competing
) AND (CAST(:entity AS uuid) IS NULL OR EXISTS (
    SELECT FROM entity_path p WHERE p.entity_id IN (a.sending_entity_id, a.hosting_entity_id)
    AND p.path @> ARRAY[CAST(:entity AS uuid)]))
ORDER BY a.recipient_id, a.answered_at DESC
LIMIT :most
""")
WAITING = text("""
SELECT count(DISTINCT recipient_id) FROM answer WHERE party = :party AND answered_at > :settled
""")


async def ask_tournament(uow: Uow, command: AskTournament) -> TournamentOut:
    """A contest on the customers of the caller's entity and below; a global manager's is on all."""
    entity = None if uow.caller.role is Role.global_manager else uow.caller.entity
    values = command.model_dump(include={"deed", "horizon_days", "seed"})
    row = uow.add(Tournament(id=new_id(), entity_id=entity, asked_at=uow.now, **values))
    await uow.flush()
    await uow.schedule(CONTEST, row.id, "once", uow.now.replace(tzinfo=None), "UTC")
    uow.note("ask_tournament", row.id, after={"deed": row.deed, "horizon_days": row.horizon_days})
    return TournamentOut.model_validate(row)


async def hold_tournament(uow: Uow, due: Due) -> None:
    """Read what is settled by now, work the contest out beside the loop, and keep the report."""
    row = await uow.get(Tournament, due.subject, lock=True)
    answers, unsettled = await _seen(uow, row)
    report = await asyncio.to_thread(contest, answers, COMPETING, row.seed)
    row.report = asdict(report) | {"unsettled": unsettled}
    row.known_at, row.state = uow.now, TournamentState.done
    uow.note("hold_tournament", row.id, after={"verdict": report.verdict, "winner": report.winner})


async def _seen(uow: Uow, row: Tournament) -> tuple[list[Seen], int]:
    horizon = timedelta(days=row.horizon_days)
    values: dict[str, Any] = {"party": PARTIES[row.deed], "settled": uow.now - horizon}
    more = {"deed": row.deed, "horizon": horizon, "entity": row.entity_id, "most": MOST}
    metrics = {"metrics": [str(metric) for metric in COMPETING], "competing": len(COMPETING)}
    found = await uow.execute(SEEN, values | more | metrics)
    answers = [
        Seen(customer, at, {Metric(name): score for name, score in scores.items()}, did)
        for customer, at, scores, did in found
    ]
    return answers, (await uow.execute(WAITING, values)).scalar_one()
