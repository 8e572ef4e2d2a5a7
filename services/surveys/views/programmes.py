"""The programmes, and what entities say of them."""

from uuid import UUID

from services.surveys.model import ProgrammeSwitch
from services.surveys.policy.decisions import Effective
from services.surveys.policy.programmes import Programme
from services.surveys.programmes import current
from services.surveys.schemas import ProgrammeOut, ProgrammesOut, SwitchOut
from services.surveys.settings import limits
from services.surveys.views.library import library
from services.surveys.views.situations import switched
from shared.errors import NotFound
from shared.storage.scope import entity_seen
from shared.storage.tx import Uow


def programme_named(code: str) -> Programme:
    """NotFound for a code that names none."""
    if (found := current().get(code)) is None:
        raise NotFound(f"There is no programme {code}.")
    return found


async def list_programmes(uow: Uow, entity_id: UUID | None) -> ProgrammesOut:
    if entity_id is not None:
        await entity_seen(uow, entity_id)
    entity_id = entity_id or uow.caller.entity
    return ProgrammesOut(items=[await _out(uow, one, entity_id) for one in current().values()])


async def get_programme(uow: Uow, code: str, entity_id: UUID | None) -> ProgrammeOut:
    if entity_id is not None:
        await entity_seen(uow, entity_id)
    return await _out(uow, programme_named(code), entity_id or uow.caller.entity)


async def _out(uow: Uow, programme: Programme, entity_id: UUID | None) -> ProgrammeOut:
    on: Effective = await switched(uow, programme, entity_id)
    shown = programme.model_dump(mode="json", exclude={"enabled", "share"}, exclude_none=False)
    return ProgrammeOut.model_validate(
        shown
        | {"when": programme.when.model_dump(mode="json", exclude_none=True)}
        | {"questionnaire_version": (await library(uow)).newest[programme.questionnaire].version}
        | {"cool_down_days": None if programme.lifecycle else limits().cool_down_days}
        | {"enabled": on.enabled, "share": on.share}
    )


async def get_switch(uow: Uow, code: str, entity_id: UUID) -> SwitchOut:
    """What the entity says, and what holds there."""
    programme = programme_named(code)
    await entity_seen(uow, entity_id)
    return await switch_out(uow, programme, entity_id)


async def switch_out(uow: Uow, programme: Programme, entity_id: UUID) -> SwitchOut:
    row = await uow.find(ProgrammeSwitch, programme=programme.code, entity_id=entity_id)
    on = await switched(uow, programme, entity_id)
    return SwitchOut(
        programme=programme.code, entity_id=entity_id,
        enabled=row.enabled if row else None, share=row.share if row else None, version=row.version if row else 0,
        effective_enabled=on.enabled, effective_share=on.share,
        enabled_from=on.enabled_from, share_from=on.share_from,
    )  # fmt: skip
