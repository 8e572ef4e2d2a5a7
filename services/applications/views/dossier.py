"""Reads of the dossier of a stay: what is known, what is missing where, and how each fact became so."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlmodel import select

from services.applications.model import Application, DossierChange, applications_of
from services.applications.policy import dossier as policy
from services.applications.policy.requirements import Owner
from services.applications.schemas.dossier import CompletenessOut, DossierOut, FactChangeOut
from shared.access import Caller
from shared.storage.paging import Page, Paging, listing
from shared.storage.tx import Uow


def dossier_out(row: Application, caller: Caller) -> DossierOut:
    facts = {name: row.dossier.get(name) for name in policy.FACTS}
    return DossierOut(
        application_id=row.id,
        facts=facts,
        missing=policy.missing(facts),
        owners={name: fact.owner for name, fact in policy.FACTS.items()},
        by_owner={owner: _completeness(facts, policy.of_owner(owner)) for owner in Owner},
        by_document={
            document: _completeness(facts, policy.of_document(document))
            for document in (policy.PICKUP, policy.DEPARTURE)
        },
        writable=[name for name in policy.FACTS if policy.may_write(name, caller.role)],
        version=row.version,
    )


def _completeness(facts: Mapping[str, Any], names: Iterable[str]) -> CompletenessOut:
    wanted = list(names)
    missing = policy.missing(facts, wanted)
    return CompletenessOut(known=len(wanted) - len(missing), of=len(wanted), missing=missing)


async def get_dossier(uow: Uow, application_id: UUID) -> DossierOut:
    return dossier_out(await uow.get(Application, application_id, applications_of(uow.caller)), uow.caller)


async def list_fact_changes(uow: Uow, application_id: UUID, name: str | None, paging: Paging) -> Page:
    """How the facts became what they are, the newest first; of one fact only when it is named."""
    await uow.get(Application, application_id, applications_of(uow.caller))
    query = select(DossierChange).where(DossierChange.application_id == application_id)
    if name:
        query = query.where(DossierChange.name == name)
    order = (DossierChange.id.desc(),)  # type: ignore[union-attr]
    return await listing(uow, query, order=order, paging=paging, changed=DossierChange.at, shape=_change_out)


def _change_out(row: DossierChange) -> FactChangeOut:
    return FactChangeOut.model_validate(row.model_dump() | {"owner": policy.FACTS[row.name].owner})
