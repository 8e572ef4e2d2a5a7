"""Studies: asked for by a manager, worked out by a process of its own, asked for chances, dropped."""

from sqlmodel import delete

from services.scoring.commands.studies import AskStudy, ClaimStudy, DropStudy, EndStudy, StudyWork
from services.scoring.model import Study, StudyTable, studies_of
from services.scoring.policy.studies import Plan, StudyState
from services.scoring.schemas import StudyOut
from shared.ids import new_id
from shared.storage.tx import Uow

NEXT = """
SELECT id FROM study
WHERE state = 'waiting' OR (state = 'running' AND lease_until < clock_timestamp())
ORDER BY asked_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
"""


async def ask_study(uow: Uow, command: AskStudy) -> StudyOut:
    """Kept until a worker takes it."""
    plan = command.plan
    study = uow.add(
        Study(
            id=new_id(), entity_id=uow.caller.entity, name=command.name, label=plan.label, order=plan.order,
            ignored=sorted(plan.ignored), points=dict(plan.points), base=plan.base, seed=plan.seed, asked_at=uow.now,
        )
    )  # fmt: skip
    uow.add(StudyTable(study_id=study.id, content=command.text.encode()))
    uow.note("ask_study", study.id)
    return StudyOut.model_validate(study)


async def claim_study(uow: Uow, command: ClaimStudy) -> StudyWork | None:
    """One that waits, or whose process is gone."""
    found = await uow.fetch(NEXT)
    if not found:
        return None
    study = await uow.get(Study, found[0]["id"], lock=True)
    table = await uow.find(StudyTable, study_id=study.id)
    assert table is not None
    assert table.content is not None
    uow.change(study, state=StudyState.running, lease_until=uow.clock.machine() + command.lease)
    plan = Plan(study.label, study.order, frozenset(study.ignored), study.points, study.base, study.seed)
    return StudyWork(study.id, table.content.decode(), plan)


async def end_study(uow: Uow, command: EndStudy) -> None:
    """The report stays, the model takes the place of the table. One that was dropped meanwhile stays dropped."""
    study = await uow.find(Study, id=command.study_id, lock=True)
    table = await uow.find(StudyTable, study_id=command.study_id, lock=True)
    if study is None or table is None or study.state is not StudyState.running:
        return
    table.content = None
    if command.found is None:
        uow.change(study, state=StudyState.failed, reason=command.reason, lease_until=None, ended_at=uow.now)
        return
    kept = dict(command.found)
    table.ladder, table.base = kept.pop("document"), kept.pop("base")
    uow.change(study, state=StudyState.ready, report=kept, lease_until=None, ended_at=uow.now)


async def drop_study(uow: Uow, command: DropStudy) -> None:
    study = await uow.get(Study, command.study_id, studies_of(uow.caller), lock=True)
    uow.expect(study.version)
    await uow.execute(delete(StudyTable).where(StudyTable.study_id == study.id))  # type: ignore[arg-type]
    await uow.execute(delete(Study).where(Study.id == study.id))  # type: ignore[arg-type]
    uow.note("drop_study", study.id)
