"""The facts of a stay: each is written by its owner's side, kept with its history, and told to who makes documents."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import text

from services.applications import commands
from services.applications.model import Application, DossierChange, applications_of
from services.applications.policy import dossier as policy
from services.applications.policy.requirements import Owner
from services.applications.schemas.dossier import DossierOut
from services.applications.views.dossier import dossier_out
from shared.contracts import applications as facts
from shared.errors import FieldError, Forbidden
from shared.storage.tx import Uow

WORDS = {
    Owner.ep: "the EP's",
    Owner.sending: "the sending committee's",
    Owner.hosting: "the hosting committee's",
    Owner.enabler: "the enabler's",
}
FORGET = (
    text("""UPDATE dossier_change SET value = NULL
        WHERE application_id IN (SELECT id FROM application WHERE person_id = :person)"""),
    text("""UPDATE requirement SET facts = facts - 'reference', reason = NULL, version = version + 1,
        changed_at = clock_timestamp() WHERE person_id = :person"""),
)


async def record_dossier(uow: Uow, command: commands.RecordDossier) -> DossierOut:
    """All facts that the caller may write, whole: those that are left out are not known any more."""
    row = await _held(uow, command.application_id)
    told = command.facts.model_dump(mode="json")
    _owned(uow, [name for name, value in told.items() if value is not None])
    return _changed(uow, row, {name: told[name] for name in told if policy.may_write(name, uow.caller.role)})


async def patch_dossier(uow: Uow, command: commands.PatchDossier) -> DossierOut:
    """Only the facts that are named; null takes one back (RFC 7396)."""
    row = await _held(uow, command.application_id)
    told = command.facts.model_dump(mode="json", exclude_unset=True)
    _owned(uow, told)
    return _changed(uow, row, told)


async def _held(uow: Uow, application_id: UUID) -> Application:
    row = await uow.get(Application, application_id, applications_of(uow.caller), lock=True)
    uow.expect(row.version)
    return row


def _owned(uow: Uow, names: Iterable[str]) -> None:
    """Refuse what is somebody else's to say, with the owner's name; all of it at once."""
    foreign = {name: policy.FACTS[name].owner for name in names if not policy.may_write(name, uow.caller.role)}
    if foreign:
        errors = [FieldError(f"#/{name}", f"is {WORDS[owner]} to say") for name, owner in foreign.items()]
        raise Forbidden("Some of these facts are somebody else's.", code="not-the-owner", errors=errors)


def _changed(uow: Uow, row: Application, told: dict[str, Any]) -> DossierOut:
    """Keep what is new, with its history, and say it; nothing happens when nothing is new."""
    new = {name: value for name, value in told.items() if row.dossier.get(name) != value}
    if not new:
        return dossier_out(row, uow.caller)
    known = {name: value for name, value in (row.dossier | new).items() if value is not None}
    uow.change(row, dossier=known)
    who = {"at": uow.now, "actor": uow.caller.subject, "role": uow.caller.role}
    for name, value in new.items():
        uow.add(DossierChange(application_id=row.id, name=name, value=value, **who))
    uow.note("record_dossier", row.id, after={"facts": sorted(new)})
    _say(uow, row, sorted(new))
    return dossier_out(row, uow.caller)


def _say(uow: Uow, row: Application, names: list[str]) -> None:
    words = {name: row.dossier.get(name) for name in policy.FACTS}
    uow.say(facts.ExperienceDossier(application_id=row.id, person_id=row.person_id, **words))
    ids = ("person_id", "opportunity_id", "enabler_id", "sending_entity_id", "hosting_entity_id")
    about = {"application_id": row.id} | {name: getattr(row, name) for name in ids}
    uow.say(facts.DossierChanged(**about, names=names, complete=policy.complete_documents(row.dossier)))


async def forget_words(uow: Uow, person_id: UUID) -> None:
    """An erased person's history of facts and what was written about requirements lose their words."""
    for statement in FORGET:
        await uow.execute(statement, {"person": person_id})
