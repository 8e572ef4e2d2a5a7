"""An approved application as a stay: its dates, the first day of work, and the day after the last one."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

from services.applications import commands
from services.applications.handlers.effects import EFFECTS
from services.applications.handlers.moving import experience, guarded, moved, open_row, remember
from services.applications.handlers.requirements import move_requirements
from services.applications.model import Application, applications_of
from services.applications.policy import MOVES, Status, check_guard, check_move, dates_errors, dates_move
from services.applications.schemas import ApplicationOut
from services.applications.views import application_out, situation_of
from shared.contracts import applications as facts
from shared.errors import Conflict, FieldError, Invalid
from shared.storage.due import Due
from shared.storage.tx import Uow

TOLD = {"postpone": "postponed", "extend": "extended", "finish_early": "shortened"}
ENDS = {"extend": "an extension ends later", "finish_early": "an early finish ends earlier"}
BEGUN = (Status.realized, Status.completed, Status.realization_broken)
Dates = tuple[date, date]


async def change_experience_dates(uow: Uow, command: commands.ChangeExperienceDates) -> ApplicationOut:
    """Extension, early finish or postponement, whichever makes these dates of those that stand (A10)."""
    dates = (command.start_on, command.end_on)
    return await _change(uow, command.application_id, None, lambda _: dates)


async def extend_experience(uow: Uow, command: commands.ExtendExperience) -> ApplicationOut:
    return await _change(uow, command.application_id, "extend", lambda row: (row.start_on, command.end_on))


async def finish_experience_early(uow: Uow, command: commands.FinishExperienceEarly) -> ApplicationOut:
    return await _change(uow, command.application_id, "finish_early", lambda row: (row.start_on, command.end_on))


async def postpone_experience(uow: Uow, command: commands.PostponeExperience) -> ApplicationOut:
    dates = (command.start_on, command.end_on)
    return await _change(uow, command.application_id, "postpone", lambda _: dates)


async def _change(
    uow: Uow, application_id: UUID, wanted: str | None, dates: Callable[[Application], Dates]
) -> ApplicationOut:
    row = await uow.get(Application, application_id, applications_of(uow.caller), lock=True)
    uow.expect(row.version)
    start_on, end_on = dates(row)
    name = dates_move(row.start_on, row.end_on, start_on, end_on)
    check_move(wanted or name, Status(row.status), uow.caller.role)
    if wanted and (name != wanted or (start_on, end_on) == (row.start_on, row.end_on)):
        raise Invalid(errors=[_not_that(row, wanted)])
    if errors := dates_errors(row.product, start_on, end_on):
        raise Invalid(errors=errors)
    await _move_dates(uow, row, name, start_on, end_on)
    return application_out(row, uow.caller)


def _not_that(row: Application, wanted: str) -> FieldError:
    if wanted == "postpone":
        return FieldError("#/start_on", f"a postponement starts on another day than {row.start_on}")
    return FieldError("#/end_on", f"{ENDS[wanted]} than {row.end_on}")


async def _move_dates(uow: Uow, row: Application, name: str, start_on: date, end_on: date) -> None:
    move = await guarded(uow, row, name)
    before = {"start_on": row.start_on, "end_on": row.end_on}
    uow.change(row, start_on=start_on, end_on=end_on)
    await EFFECTS[move.effect](uow, row)
    remember(uow, row)
    await move_requirements(uow, row)
    after = {"start_on": row.start_on, "end_on": row.end_on}
    uow.note("change_experience_dates", row.id, reason=TOLD[name], before=before, after=after)
    uow.say(facts.ExperienceDatesChanged(**experience(row), move=TOLD[name]))


async def realize_experience(uow: Uow, command: commands.RealizeExperience) -> ApplicationOut:
    """The intern came to work. Reports count it on the start date of the form, whenever it is clicked."""
    row = await open_row(uow, command.application_id, "realize")
    move = await guarded(uow, row, "realize")
    values = await EFFECTS[move.effect](uow, row)
    await moved(uow, row, "realize_experience", Status.realized, effective_on=row.start_on, **values)
    uow.say(facts.ExperienceRealized(**experience(row)), effective_on=row.start_on)
    return application_out(row, uow.caller)


async def complete_experience(uow: Uow, due: Due) -> None:
    """One day after the end date in the host's zone, exactly once, also when it is late."""
    row = await uow.get(Application, due.subject, lock=True)
    move = MOVES["complete"]
    if row.status not in move.sources:
        due.skip(f"the application is {row.status}")
        return
    check_guard(move, await situation_of(uow, row, around=False))
    day = row.end_on + timedelta(days=1)
    values = await EFFECTS[move.effect](uow, row)
    await moved(uow, row, "complete_experience", Status.completed, effective_on=day, **values)
    uow.say(facts.ExperienceCompleted(**experience(row)), effective_on=day)


async def record_actual_dates(uow: Uow, command: commands.RecordActualDates) -> ApplicationOut:
    """When the intern really came and left; the dates as agreed stay what they are (A8)."""
    row = await uow.get(Application, command.application_id, applications_of(uow.caller), lock=True)
    uow.expect(row.version)
    if row.status not in BEGUN:
        raise Conflict("It has not begun: there are no actual dates yet.", code="not-started")
    today, dates = uow.today(row.zone), {"start_on": command.start_on, "end_on": command.end_on}
    if late := [FieldError(f"#/{name}", "it lies in the future") for name, day in dates.items() if day and day > today]:
        raise Invalid(errors=late)
    before = {"actual_start_on": row.actual_start_on, "actual_end_on": row.actual_end_on}
    after = {"actual_start_on": command.start_on, "actual_end_on": command.end_on}
    uow.change(row, **after)
    uow.note("record_actual_dates", row.id, before=before, after=after)
    return application_out(row, uow.caller)
