"""On-ground sources are made and changed; codes that come with visits are looked up."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import literal
from sqlmodel import select

from services.scoring.commands import ChangeSource, MakeSource
from services.scoring.model import Lead, Source, leads_of, sources_of
from services.scoring.policy.sources import LENGTH, Refused, code_of, refusal, tidy_code
from services.scoring.schemas import SourceOut
from shared.access import Caller
from shared.errors import FieldError, Invalid
from shared.ids import new_id
from shared.storage.scope import ENTITY_PATH, visible
from shared.storage.tx import Uow

TRIES = 10


@dataclass(frozen=True, slots=True)
class Codes:
    """The sources behind codes, and which of them are the caller's own."""

    by_code: Mapping[str, Source]
    own: frozenset[UUID]

    def read(self, typed: str | None, at: datetime, *, own: bool = False) -> tuple[Source | None, Refused | None]:
        """The source of a code that holds at this moment, or why it counts for nothing; neither without a code."""
        if not typed:
            return None, None
        source = self.by_code.get(tidy_code(typed) or "")
        if source is None:
            return None, Refused.unknown
        if own and source.id not in self.own:
            return None, Refused.not_yours
        why = refusal(source.starts_on, source.ends_on, at.astimezone(ZoneInfo(source.zone)).date())
        return (None, why) if why else (source, None)


async def codes_of(uow: Uow, typed: Iterable[str | None]) -> Codes:
    """The sources that these codes name."""
    wanted = {code for one in typed if one and (code := tidy_code(one))}
    if not wanted:
        return Codes({}, frozenset())
    found = await uow.rows(select(Source).where(Source.code.in_(wanted)))  # type: ignore[attr-defined]
    ids = [source.id for source in found]
    own = await uow.rows(select(Source.id).where(Source.id.in_(ids), sources_of(uow.caller)))  # type: ignore[attr-defined]
    return Codes({source.code: source for source in found}, frozenset(own))


async def make_source(uow: Uow, command: MakeSource) -> SourceOut:
    """A source with a code of its own."""
    await _check_owner(uow, command)
    values = command.model_dump(exclude={"cost"})
    made = {"id": new_id(), "made_at": uow.now, "cost": command.amount, "code": await _new_code(uow)}
    source = uow.add(Source(**values, **made))
    uow.note("make_source", source.id, after={"kind": source.kind, "code": source.code})
    return SourceOut.model_validate(source)


async def _check_owner(uow: Uow, command: MakeSource) -> None:
    errors = []
    if not await _owns(uow, uow.caller, command.entity_id):
        errors.append(FieldError("#/entity_id", "there is no such entity, or it is not yours"))
    referrer = command.referrer_id
    if referrer and await uow.find(Lead, Lead.id == referrer, leads_of(uow.caller)) is None:
        errors.append(FieldError("#/referrer_id", "there is no such person, or it is not yours"))
    if errors:
        raise Invalid(errors=errors)


async def _owns(uow: Uow, caller: Caller, entity_id: UUID) -> bool:
    """Whether there is such an entity and the caller works for it, on either side."""
    known = await uow.scalar(select(ENTITY_PATH.c.entity_id).where(ENTITY_PATH.c.entity_id == entity_id))
    which = literal(entity_id)
    return known is not None and bool(await uow.scalar(select(visible(caller, sending=which, hosting=which))))


async def _new_code(uow: Uow) -> str:
    """One that nobody has."""
    for _ in range(TRIES):
        code = code_of(secrets.token_bytes(4 * LENGTH))
        if len(code) == LENGTH and await uow.find(Source, code=code) is None:
            return code
    raise AssertionError("no free code was found")


async def change_source(uow: Uow, command: ChangeSource) -> SourceOut:
    """Other dates, another place, what it cost in the end. What was counted stays counted."""
    source = await uow.get(Source, command.source_id, sources_of(uow.caller), lock=True)
    uow.expect(source.version)
    values = command.what.model_dump(exclude={"cost"}) | {"cost": command.what.amount}
    before = {name: str(getattr(source, name)) for name in values if getattr(source, name) != values[name]}
    uow.change(source, **values)
    uow.note("change_source", source.id, before=before, after={name: str(values[name]) for name in before})
    return SourceOut.model_validate(source)
