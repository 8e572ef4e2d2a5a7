"""Actions that scoring suggests: each becomes a touchpoint by its entry of the plan, at the time that was suggested."""

from zoneinfo import ZoneInfo

from services.notifications.handlers.calendar import TASK, About, Batch, settle, slot_of
from services.notifications.handlers.happenings import held_about
from services.notifications.handlers.surroundings import ERASED
from services.notifications.handlers.tasks import finish
from services.notifications.model import Person, Task
from services.notifications.plan import store
from services.notifications.policy import FINAL, Happening, Row, Slot, State, TaskState
from shared.contracts.envelope import Envelope
from shared.contracts.notifications import SuggestionHandled
from shared.contracts.suggestions import ActionSettled, ActionSuggested, SuggestionFact
from shared.storage.tx import Uow

NOT_IN_PLAN, DONE = "not_in_plan", "done"


async def hear_suggestion(uow: Uow, envelope: Envelope) -> None:
    """A message or a task, as the plan of both committees has it; an action without an entry is skipped and says so."""
    told = envelope.data
    assert isinstance(told, ActionSuggested)
    current = await store.composed(uow, told.sending_entity_id, told.hosting_entity_id)
    entry = current.entries.get(told.touchpoint)
    person = await uow.find(Person, id=told.person_id) if told.person_id else None
    erased = person is not None and person.erased
    if erased or entry is None or entry.trigger.event is not Happening.action_suggested:
        ids = {"suggestion_id": told.suggestion_id, "touchpoint_id": None, "touchpoint": told.touchpoint}
        uow.say(SuggestionHandled(**ids, outcome="skipped", reason=ERASED if erased else NOT_IN_PLAN))
        return
    local = told.at.astimezone(ZoneInfo(told.zone)).replace(tzinfo=None)
    slot = Slot(local, told.zone, None, None, envelope.sequence)
    about, batch = _about(told), Batch(current)
    await settle(uow, about, [Row(entry.code, State.waiting, slot)], await held_about(uow, about), batch)
    await batch.write(uow)


def _about(told: SuggestionFact) -> About:
    """It is about nothing but itself: an application that it concerns has a calendar of its own."""
    sides = (told.sending_entity_id, told.hosting_entity_id)
    return About(told.suggestion_id, None, told.person_id, *sides, told.enabler_id)


async def hear_settled(uow: Uow, envelope: Envelope) -> None:
    """A suggestion is over: its open task is done, or what was planned for it falls away. What is out stays."""
    told = envelope.data
    assert isinstance(told, ActionSettled)
    about = _about(told)
    for held in await held_about(uow, about):
        task = await uow.find(Task, touchpoint_id=held.id, lock=True)
        if told.state == DONE and task is not None and task.state == TaskState.open:
            await uow.cancel(TASK, task.id, why=DONE)
            await finish(uow, task, held, "suggestion_done")
        elif held.state not in FINAL and held.state != State.skipped:
            row = Row(held.code, State.cancelled, slot_of(held), f"suggestion_{told.state}", held.round)
            current = await store.composed(uow, told.sending_entity_id, told.hosting_entity_id)
            await settle(uow, about, [row], [held], Batch(current))
