"""Enablers as the caller may see them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, desc, func
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import select

from services.journeys.model import (
    Application,
    EnablerSubject,
    Label,
    Occasion,
    QualityCase,
    Touched,
    applications_of,
    enablers_of,
    own_enablers_of,
)
from services.journeys.policy import WAITING, Status, enabler_profile
from services.journeys.schemas import EnablerLine, EnablerOut, NextTouchpoint
from services.journeys.views.people import application_lines, labels
from services.journeys.views.timeline import no_enabler
from shared.access import Caller
from shared.contracts.surveys import Party
from shared.storage.paging import Page, Paging, listing
from shared.storage.scope import visible
from shared.storage.tx import Uow

MOST_APPLICATIONS = 100


def _named(caller: Caller) -> Select[Any]:
    row = EnablerSubject
    query = select(row, Label.text, own_enablers_of(caller).label("own"), row.last_at, row.enabler_id)  # type: ignore[call-overload]
    query = query.outerjoin(Label, and_(Label.id == row.enabler_id, Label.kind == "enabler"))
    return query.where(enablers_of(caller))  # type: ignore[no-any-return]


async def list_enablers(uow: Uow, search: str | None, paging: Paging) -> Page:
    """Where something happened last comes first."""
    query = _named(uow.caller)
    for word in (search or "").split():
        query = query.where(Label.text.icontains(word, autoescape=True))  # type: ignore[attr-defined]
    if paging.changed_since:
        query = query.join(Touched, Touched.person_id == EnablerSubject.enabler_id)  # type: ignore[arg-type]
    order = (desc(EnablerSubject.last_at), desc(EnablerSubject.enabler_id))  # type: ignore[arg-type]
    found = await listing(uow, query, order=order, paging=paging, changed=Touched.changed_at)
    return Page([EnablerLine.model_validate(line) for line in await _lines(uow, found.items)], found.next)


async def get_enabler(uow: Uow, enabler_id: UUID) -> EnablerOut:
    row = (await uow.execute(_named(uow.caller).where(EnablerSubject.enabler_id == enabler_id))).one_or_none()
    if row is None:
        raise no_enabler(enabler_id)
    (line,) = await _lines(uow, [row])
    query = select(Application).where(Application.enabler_id == enabler_id, applications_of(uow.caller))
    rows: Sequence[Application] = await uow.rows(
        query.order_by(desc(Application.status_at), Application.id).limit(MOST_APPLICATIONS)  # type: ignore[arg-type]
    )
    return EnablerOut.model_validate(line | {"lines": await application_lines(uow, rows)})


async def _lines(uow: Uow, rows: Sequence[Any]) -> list[dict[str, Any]]:
    ids = [row[0].enabler_id for row in rows]
    names = await labels(uow, {row[0].hosting_entity_id for row in rows if row[0].hosting_entity_id})
    counts, completed, coming = await _counts(uow, ids), await _completed(uow, ids), await _coming(uow, ids)

    def line(subject: EnablerSubject, name: str | None, own: bool) -> dict[str, Any]:
        moments = (subject.registered_at, subject.met_at, subject.raised_at, subject.reraised_at)
        applications, cases = counts.get(subject.enabler_id, (0, 0))
        return {
            "id": subject.enabler_id, "name": name, "own": own, "applications": applications, "open_cases": cases,
            "hosting_entity_id": subject.hosting_entity_id, "registered_at": subject.registered_at,
            "hosting_entity": names.get(subject.hosting_entity_id), "last_at": subject.last_at,
            "next_touchpoint": coming.get(subject.enabler_id),
            "profile": enabler_profile(*(at is not None for at in moments), completed=subject.enabler_id in completed),
        }  # fmt: skip

    return [line(*row[:3]) for row in rows]


async def _counts(uow: Uow, ids: Sequence[UUID]) -> dict[UUID, tuple[int, int]]:
    """Applications, and open cases of their people at their hosting entities."""
    case = select(QualityCase.id).where(
        QualityCase.person_id == Application.person_id, QualityCase.open,
        QualityCase.hosting_entity_id == Application.hosting_entity_id,
    )  # fmt: skip
    query = select(Application.enabler_id, func.count(), func.count().filter(case.exists()))
    query = query.where(Application.enabler_id.in_(ids), applications_of(uow.caller))  # type: ignore[attr-defined]
    return {row[0]: (row[1], row[2]) for row in (await uow.execute(query.group_by(Application.enabler_id))).all()}  # type: ignore[arg-type]


async def _coming(uow: Uow, ids: Sequence[UUID]) -> dict[UUID, NextTouchpoint]:
    """What is due next of what goes to these enablers, as far as it is the caller's."""
    row: Any = Occasion
    mine = visible(uow.caller, enabler=row.enabler_id, sending=row.sending_entity_id, hosting=row.hosting_entity_id)
    query = select(row.enabler_id, row.touchpoint, row.due_at).ext(distinct_on(row.enabler_id))
    query = query.where(row.enabler_id.in_(ids), row.audience == Party.enabler, row.state.in_(WAITING), mine)
    found = await uow.execute(query.order_by(row.enabler_id, row.due_at, row.touchpoint, row.touchpoint_id))
    return {id_: NextTouchpoint(touchpoint=code, due_at=due_at) for id_, code, due_at in found.all()}


async def _completed(uow: Uow, ids: Sequence[UUID]) -> set[UUID]:
    query = select(Application.enabler_id).where(Application.enabler_id.in_(ids))  # type: ignore[attr-defined]
    query = query.where(Application.status == Status.completed).distinct()
    return {row[0] for row in (await uow.execute(query)).all()}
