"""What a message lacks is a task of its owner: it opens with the question, moves with it, and ends with the facts.

The subject of the task's touchpoint is the question (`fact_check`). A plan may give each side rules of its own.
"""

from collections.abc import Collection

from services.notifications.handlers.calendar import About, about_of, settle, slot_of
from services.notifications.handlers.happenings import start
from services.notifications.handlers.tasks import close_by, move_due, reopen
from services.notifications.model import Experience, FactCheck, Task, Touchpoint
from services.notifications.plan import store
from services.notifications.policy import Happening, Kind, Reached, Row, Slot, State, TaskRule, TaskState
from services.notifications.policy.papers import asked_side, covered
from shared.contracts.fields import Side
from shared.storage.tx import Uow

OPEN = (State.waiting, State.due)
ASKED = {Side.sending: Happening.sending_facts_missing, Side.hosting: Happening.hosting_facts_missing}


async def ask(uow: Uow, check: FactCheck) -> None:
    """Somebody of the owner's side has these facts to give, before the message is due.

    What an open task of the application will record anyway is no second one.
    """
    held = await uow.all(Touchpoint, subject=check.id)
    if held:
        return await _ask_again(uow, check, held)
    if not set(check.missing) - await _in_hand(uow, check):
        return None
    stay = await uow.find(Experience, id=check.application_id)
    about = About(
        check.id, check.application_id, check.person_id, check.sending_entity_id, check.hosting_entity_id,
        stay.enabler_id if stay else None,
    )  # fmt: skip
    return await start(uow, about, ASKED[asked_side(check.owner)], Reached(1, uow.now))


async def _in_hand(uow: Uow, check: FactCheck) -> set[str]:
    """The facts that open tasks of the application end with."""
    found: set[str] = set()
    for row in await uow.all(Touchpoint, subject=check.application_id, kind=Kind.task):
        if row.state in OPEN and (entry := await store.entry_of(uow, row)) is not None and entry.task is not None:
            found |= covered(entry.task.closed_by)
    return found


async def _ask_again(uow: Uow, check: FactCheck, held: Collection[Touchpoint]) -> None:
    """Other facts, another day, or asked for once more: the task that there was follows."""
    for row in held:
        task = await uow.find(Task, touchpoint_id=row.id, lock=True)
        entry = await store.entry_of(uow, row)
        rule = (entry.task if entry else None) or TaskRule()
        if task is not None and task.state is TaskState.open:
            await move_due(uow, task, row, rule)
        elif task is not None and task.state is TaskState.done:
            await reopen(uow, task, row, rule)
        elif row.state not in OPEN:
            row.state = State.cancelled
            await uow.flush()
            slot = Slot(uow.now.replace(tzinfo=None), "UTC", None, None, row.anchor_version)
            await settle(uow, about_of(row), [Row(row.code, State.waiting, slot, None, row.round)], [row])


async def answered(uow: Uow, check: FactCheck) -> None:
    """The facts are there."""
    for row in await uow.all(Touchpoint, subject=check.id):
        await close_by(uow, row, Happening.facts_complete)


async def dropped(uow: Uow, check: FactCheck, reason: str) -> None:
    """Nobody needs them any more."""
    for row in await uow.all(Touchpoint, subject=check.id):
        wanted = Row(row.code, State.cancelled, slot_of(row), reason, row.round)
        await settle(uow, about_of(row), [wanted], [row])
