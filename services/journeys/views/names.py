"""What ids are called: one look-up for all that a page shows."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_
from sqlmodel import select

from services.journeys.model import Application, Label, PersonName, Subject, applications_of, people_of
from services.journeys.schemas import NameOut, NamesOut
from shared.access import MANAGERS, Caller, Role
from shared.storage.tx import Uow

PUBLIC = ("entity", "opportunity")  # what committees and opportunities are called, everybody may know
STAFF = frozenset({*MANAGERS, Role.auditor, Role.service})


async def get_names(uow: Uow, ids: Sequence[UUID]) -> NamesOut:
    """Names of people and applications in the caller's scope, and what the rest is called. In the order of kinds."""
    caller = uow.caller
    people = select(PersonName.person_id, PersonName.given_name, PersonName.family_name)
    people = people.join(Subject, Subject.person_id == PersonName.person_id).where(  # type: ignore[arg-type]
        PersonName.person_id.in_(ids),  # type: ignore[attr-defined]
        people_of(caller),
    )
    stays = select(Application.id, Label.text).join(Label, Label.id == Application.opportunity_id)  # type: ignore[arg-type]
    stays = stays.where(Application.id.in_(ids), applications_of(caller))  # type: ignore[attr-defined]
    labels = select(Label.id, Label.kind, Label.text).where(Label.id.in_(ids), _labels_of(caller))  # type: ignore[attr-defined]
    found = [("person", id_, f"{given} {family}".strip()) for id_, given, family in (await uow.execute(people)).all()]
    found += [("application", id_, text) for id_, text in (await uow.execute(stays)).all()]
    found += [(kind, id_, text) for id_, kind, text in (await uow.execute(labels)).all()]
    return NamesOut(items=_ordered(found))


def _labels_of(caller: Caller) -> ColumnElement[bool]:
    """Enablers are named to staff, to themselves and to whoever applied to them."""
    if caller.role in STAFF:
        return Label.id.is_not(None)  # type: ignore[attr-defined, no-any-return]
    own = select(Application.enabler_id).where(Application.enabler_id == Label.id, applications_of(caller))
    parts: list[Any] = [Label.kind.in_(PUBLIC), own.exists()]  # type: ignore[attr-defined]
    if caller.role is Role.enabler:
        parts.append(Label.id == caller.party)
    return or_(*parts)


def _ordered(found: Iterable[tuple[str, UUID, str]]) -> list[NameOut]:
    return [NameOut(id=id_, kind=kind, text=text) for kind, id_, text in sorted(found)]
