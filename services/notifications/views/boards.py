"""Standards of many experiences: the matrix, and the summary by standard or entity."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, or_
from sqlmodel import select

from services.notifications.model import Board, Experience, Obligation, Whose, boards_of
from services.notifications.plan.standards import catalogue
from services.notifications.policy.board import Kept
from services.notifications.schemas import CellOut, Grouping, LineOut, SummaryLine, SummaryOut
from services.notifications.views.standards import lists_of
from shared.contracts.fields import Product, Side
from shared.storage.paging import Page, Paging, listing
from shared.storage.scope import ENTITY_PATH
from shared.storage.tx import Uow

GROUPS = {
    Grouping.standard: (Obligation.standard, None),
    Grouping.sending_entity: (Board.sending_entity_id, Side.sending),
    Grouping.hosting_entity: (Board.hosting_entity_id, Side.hosting),
}


async def list_boards(
    uow: Uow, entity_id: UUID | None, standard: str | None, state: Kept | None, overdue: bool | None,
    conflict: bool | None, closed: bool | None, product: Product | None, paging: Paging,
) -> Page:  # fmt: skip
    """One line an experience, one cell a standard."""
    query = select(Board).where(boards_of(uow.caller), *wanted(entity_id, closed, product))
    if standard is not None or state is not None:
        query = query.where(_some(*_narrowed(standard, state)))
    if overdue is not None:
        query = query.where((Board.missed > 0) == overdue)
    if conflict is not None:
        query = query.where((Board.conflicts > 0) == conflict)
    page = await listing(uow, query, order=(Board.changed_at, Board.id), paging=paging, changed=Board.changed_at)
    return Page(await _lines(uow, page.items), page.next)


def wanted(entity_id: UUID | None, closed: bool | None, product: Product | None = None) -> list[ColumnElement[bool]]:
    """Boards of an entity and those below it (either side), open or closed ones, of one product."""
    found: list[ColumnElement[bool]] = []
    if entity_id is not None:
        path = ENTITY_PATH
        inside = select(path.c.entity_id).where(path.c.path.contains([entity_id]))
        found.append(or_(Board.sending_entity_id.in_(inside), Board.hosting_entity_id.in_(inside)))  # type: ignore[attr-defined]
    if closed is not None:
        found.append(Board.closed_at.is_not(None) if closed else Board.closed_at.is_(None))  # type: ignore[union-attr]
    if product is not None:
        found.append(select(Experience.id).where(Experience.id == Board.id, Experience.product == product).exists())
    return found


def _narrowed(standard: str | None, state: Kept | None) -> list[ColumnElement[bool]]:
    pairs = ((Obligation.standard, standard), (Obligation.state, state))
    return [column == value for column, value in pairs if value is not None]


def _some(*where: ColumnElement[bool]) -> ColumnElement[bool]:
    return select(Obligation.standard).where(Obligation.application_id == Board.id, *where).exists()


async def _lines(uow: Uow, boards: Any) -> list[LineOut]:
    ids = [board.id for board in boards]
    cells: dict[UUID, dict[str, CellOut]] = defaultdict(dict)
    query = select(Obligation).where(Obligation.application_id.in_(ids))  # type: ignore[attr-defined]
    for row in await uow.rows(query) if ids else ():
        if row.whose in lists_of(uow.caller.role):
            by = [piece["by"] for piece in row.pieces if piece["by"]]
            cells[row.application_id][row.standard] = CellOut.model_validate(row.model_dump() | {"by": by})
    return [
        LineOut.model_validate(board.model_dump() | {"application_id": board.id, "cells": cells[board.id]})
        for board in boards
    ]


async def summarise(
    uow: Uow, by: Grouping, entity_id: UUID | None, closed: bool | None, product: Product | None = None
) -> SummaryOut:
    """Counts over the EP's list, by standard or by the entity that delivers; broken experiences are out of it."""
    key, side = GROUPS[by]
    good = Obligation.state.in_((Kept.done, Kept.confirmed)) & ~Obligation.late  # type: ignore[attr-defined]
    counts = {
        "kept": good,
        "late": Obligation.late.is_(True),  # type: ignore[attr-defined]
        "conflicts": Obligation.conflict.is_(True),  # type: ignore[attr-defined]
        **{state.value: Obligation.state == state for state in (Kept.missed, Kept.denied, Kept.open, Kept.not_needed)},
    }
    columns = [func.count(case((where, 1))).label(name) for name, where in counts.items()]
    experiences = func.count(func.distinct(Board.id)).label("experiences")
    query = select(key.label("key"), experiences, *columns).select_from(Obligation)  # type: ignore[attr-defined,call-overload]
    query = query.join(Board, Board.id == Obligation.application_id)
    query = query.where(boards_of(uow.caller), Board.broken.is_(None), Obligation.whose == Whose.ep)  # type: ignore[union-attr]
    query = query.where(*wanted(entity_id, closed, product))
    if side is not None:
        own = [one.code for one in catalogue().standards if side in one.delivered_by]
        query = query.where(Obligation.standard.in_(own))  # type: ignore[attr-defined]
    rows = (await uow.execute(query.group_by(key).order_by(key))).mappings()
    order = {one.code: place for place, one in enumerate(catalogue().standards)}
    lines = sorted((_line(dict(row)) for row in rows), key=lambda line: (order.get(line.key, 0), line.key))
    return SummaryOut(by=by, closed=closed, lines=lines)


def _line(row: dict[str, Any]) -> SummaryLine:
    n = sum(row[name] for name in ("kept", "late", "missed", "denied"))
    rates = {"kept_rate": "kept", "late_rate": "late", "missed_rate": "missed", "conflict_rate": "conflicts"}
    shares = {rate: round(row[name] / n, 4) if n else None for rate, name in rates.items()}
    return SummaryLine.model_validate(row | shares | {"key": str(row["key"]), "n": n})
