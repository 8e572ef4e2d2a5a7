"""Experiments: as everybody on a committee's line may see them; rates come with a look, and only so."""

from collections import Counter
from uuid import UUID

from sqlalchemy import ColumnElement, any_, exists, or_, true
from sqlmodel import select

from services.notifications.model import Experiment
from services.notifications.policy.trials import Arm
from services.notifications.schemas.trials import ExperimentOut
from shared.access import Caller, Role
from shared.storage.paging import Page, Paging, listing
from shared.storage.scope import ENTITY_PATH, below
from shared.storage.tx import Uow

EXPOSED = """
SELECT a.variant, count(*) FROM assignment a JOIN touchpoint t ON t.id = a.touchpoint_id
WHERE a.experiment_id = $1 AND t.state IN ('sent', 'done') GROUP BY a.variant
"""
# What counts as a success, of an assignment `a` and its touchpoint `t`.
CAME = {
    "document_opened": "EXISTS (SELECT FROM claim c WHERE c.application_id = t.application_id"
    " AND c.key = 'opened:' || t.code AND c.standing <> 'void')",
    "document_acknowledged": "EXISTS (SELECT FROM claim c WHERE c.application_id = t.application_id"
    " AND c.key = 'acknowledged:' || t.code AND c.standing <> 'void')",
    "survey_answered": "EXISTS (SELECT FROM saying s WHERE s.invitation_id = t.subject)",
    "seat_answered": "EXISTS (SELECT FROM notice n JOIN seat s ON s.id = n.seat_id"
    " WHERE n.id = t.subject AND s.answered_at IS NOT NULL)",
    "task_in_time": "EXISTS (SELECT FROM task k WHERE k.touchpoint_id = t.id AND k.state = 'done'"
    " AND (k.done_at AT TIME ZONE k.zone)::date <= k.due_on)",
    "question_asked": "EXISTS (SELECT FROM question q WHERE q.application_id = t.application_id"
    " AND q.asked_at >= t.sent_at)",
}
COUNT = """
SELECT a.variant, count(*), count(*) FILTER (WHERE {came})
FROM assignment a JOIN touchpoint t ON t.id = a.touchpoint_id
WHERE a.experiment_id = $1 AND t.state IN ('sent', 'done') GROUP BY a.variant
"""


def experiments_of(caller: Caller) -> ColumnElement[bool]:
    if caller.role in {Role.global_manager, Role.service, Role.auditor}:
        return true()
    line = exists().where(ENTITY_PATH.c.entity_id == caller.entity, Experiment.entity_id == any_(ENTITY_PATH.c.path))
    return or_(Experiment.entity_id.is_(None), line, below(Experiment.entity_id, caller))  # type: ignore[union-attr]


async def list_experiments(uow: Uow, paging: Paging) -> Page:
    query = select(Experiment).where(experiments_of(uow.caller))
    order = (Experiment.changed_at, Experiment.id)
    page = await listing(uow, query, order=order, paging=paging, changed=Experiment.changed_at)
    return Page([await experiment_out(uow, row) for row in page.items], page.next)


async def get_experiment(uow: Uow, experiment_id: UUID) -> ExperimentOut:
    return await experiment_out(uow, await uow.get(Experiment, experiment_id, experiments_of(uow.caller)))


async def experiment_out(uow: Uow, row: Experiment) -> ExperimentOut:
    people = Counter(dict(tuple(found) for found in await uow.fetch(EXPOSED, row.id)))
    counts = [people[number] for number in range(len(row.variants))]
    return ExperimentOut.model_validate(row.model_dump() | {"people": counts})


async def arms_of(uow: Uow, row: Experiment) -> list[Arm]:
    """What became of each variant so far: for a look, which pays for it."""
    found = {one[0]: Arm(one[1], one[2]) for one in await uow.fetch(COUNT.format(came=CAME[row.metric]), row.id)}
    return [found.get(number, Arm(0, 0)) for number in range(len(row.variants))]
