"""People's own choices: entries of the suppression list that nobody but they themselves makes or lifts."""

from services.notifications.commands import Choose, ChooseOwn, Unsubscribe
from services.notifications.handlers.suppressions import lift, lock_list, suppress
from services.notifications.model import Delivery, Suppression
from services.notifications.policy import OWN_CHOICE, Budget, Medium, Why
from services.notifications.schemas import ChoicesOut
from services.notifications.views.choices import own_choices
from services.notifications.views.suppressions import active_of
from shared.errors import Conflict, NotFound
from shared.storage.tx import Uow


async def choose(uow: Uow, command: Choose) -> None:
    """Make the list say what was chosen; what stands there for other reasons is left alone."""
    await lock_list(uow, command.recipient_id)
    held = [row for row in await active_of(uow, command.recipient_id) if row.reason in OWN_CHOICE]
    for budget, on in command.classes.items():
        ours = [row for row in held if row.budget == budget]
        await _set(uow, command, ours, on=on, budget=budget)
    for channel, on in command.channels.items():
        ours = [row for row in held if row.channel == channel and row.budget is None]
        await _set(uow, command, ours, on=on, channel=channel)


async def choose_own(uow: Uow, command: ChooseOwn) -> ChoicesOut:
    """The same by somebody with an account, who hears what holds now."""
    said = command.choices
    before = await own_choices(uow, command.offered)
    await choose(uow, Choose(before.recipient_id, dict(said.classes), said.channels))
    await uow.flush()
    return await own_choices(uow, command.offered)


async def _set(
    uow: Uow, command: Choose, ours: list[Suppression], *, on: bool,
    channel: Medium | None = None, budget: Budget | None = None,
) -> None:  # fmt: skip
    if on:
        for row in ours:
            await lift(uow, row)
    elif not ours:
        await suppress(uow, command.recipient_id, channel, Why.preference, budget=budget)


async def unsubscribe(uow: Uow, command: Unsubscribe) -> None:
    """Stop the class of this message, over all channels; again, it changes nothing. Conflict `owed`: it can't be."""
    row = await uow.find(Delivery, id=command.delivery_id)
    if row is None or row.recipient_id is None:
        raise NotFound("There is no such message any more.")
    if row.budget is Budget.owed:
        raise Conflict("A message of this kind can't be stopped.", code="owed")
    await suppress(uow, row.recipient_id, None, Why.unsubscribed, delivery=row, budget=row.budget)
