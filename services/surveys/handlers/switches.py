"""Programmes on and off, and which part is asked: by an entity, for itself and all below it."""

from services.surveys.commands import SwitchProgramme
from services.surveys.model import ProgrammeSwitch
from services.surveys.schemas import SwitchOut
from services.surveys.views.programmes import entity_seen, programme_named, switch_out
from shared.storage.tx import Uow


async def switch_programme(uow: Uow, command: SwitchProgramme) -> SwitchOut:
    """From now on; who was asked or declined before stays so."""
    programme = programme_named(command.programme)
    await entity_seen(uow, command.entity_id)
    said = {"enabled": command.enabled, "share": command.share}
    row = await uow.find(ProgrammeSwitch, programme=programme.code, entity_id=command.entity_id, lock=True)
    uow.expect(row.version if row else 0)
    before = {"enabled": row.enabled, "share": row.share} if row else None
    if row is None:
        uow.add(ProgrammeSwitch(programme=programme.code, entity_id=command.entity_id, **said))
    else:
        uow.change(row, **said)
    uow.note("switch_programme", command.entity_id, reason=programme.code, before=before, after=said)
    await uow.flush()
    return await switch_out(uow, programme, command.entity_id)
