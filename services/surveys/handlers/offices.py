"""When the entities work: their zones as heard, their weekdays, hours and holidays as they tell."""

from sqlalchemy.dialects.postgresql import insert

from services.surveys.commands import SetWorkingTime
from services.surveys.model import Office, offices_of
from services.surveys.schemas import OfficeOut
from shared.contracts.applications import EntityRegistered
from shared.errors import FieldError, Invalid
from shared.storage.tx import Uow
from shared.working_time import WorkingTime


async def know_office(uow: Uow, entity: EntityRegistered) -> None:
    """What an entity is and where; its working time is Monday to Friday, 9 to 17, until it says something else."""
    values = {"kind": entity.kind, "country": entity.country, "zone": entity.zone}
    fresh = Office(id=entity.entity_id, **values).model_dump()
    await uow.execute(insert(Office).values(**fresh).on_conflict_do_update(index_elements=["id"], set_=values))


async def set_working_time(uow: Uow, command: SetWorkingTime) -> OfficeOut:
    """For clocks that begin from now on; those that run keep their times."""
    office = await uow.get(Office, command.entity_id, offices_of(uow.caller), lock=True)
    uow.expect(office.version)
    body = command.body
    try:
        WorkingTime(office.zone, frozenset(body.weekdays), body.opens, body.closes)
    except ValueError as wrong:
        raise Invalid(errors=[FieldError("#/closes", f"Not so: {wrong}.")]) from wrong
    before = office.model_dump(include={"weekdays", "opens", "closes"}, mode="json")
    uow.change(
        office, weekdays=sorted(set(body.weekdays)), opens=body.opens, closes=body.closes,
        holidays=sorted(set(body.holidays)),
    )  # fmt: skip
    uow.note("set_working_time", office.id, before=before, after=body.model_dump(mode="json"))
    return OfficeOut.model_validate(office)
