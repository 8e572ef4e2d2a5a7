"""Standards of one experience: the board, one of them, and what proves them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlmodel import select

from services.notifications.model import Board, Evidence, Obligation, Whose, boards_of, seen_by
from services.notifications.plan.standards import catalogue, shown
from services.notifications.policy.board import Figure, Kept, figure, verdict_of
from services.notifications.policy.standards import Catalogue, Standard
from services.notifications.schemas import (
    BoardOut,
    CatalogueOut,
    EvidenceListOut,
    EvidenceOut,
    PartOut,
    QualityOut,
    RulingOut,
    StandardOut,
)
from shared.access import Role
from shared.errors import NotFound
from shared.storage.tx import Uow

WAIVABLE = (Kept.open, Kept.missed)


async def list_evidence(uow: Uow, application_id: UUID) -> EvidenceListOut:
    """What proves the standards of one experience so far."""
    query = select(Evidence).where(Evidence.application_id == application_id, seen_by(uow.caller, Evidence))
    query = query.where(Evidence.withdrawn_at.is_(None))  # type: ignore[union-attr]
    rows = await uow.rows(query.order_by(Evidence.evidenced_at, Evidence.id))
    return EvidenceListOut(items=[EvidenceOut.model_validate(row) for row in rows])


async def get_catalogue(_uow: Uow) -> CatalogueOut:
    return CatalogueOut.model_validate(shown(catalogue()))


async def get_board(uow: Uow, application_id: UUID) -> BoardOut:
    """The board of one experience, with the lists that concern the caller."""
    board = await uow.get(Board, application_id, boards_of(uow.caller))
    rows = await uow.all(Obligation, application_id=application_id)
    return board_out(board, rows, uow.caller.role)


async def get_standard(uow: Uow, application_id: UUID, standard: str) -> StandardOut:
    board = await uow.get(Board, application_id, boards_of(uow.caller))
    row = await uow.find(Obligation, application_id=application_id, standard=standard)
    if row is None or row.whose not in lists_of(uow.caller.role):
        raise NotFound(f"The experience has no standard “{standard}”.")
    return standard_out(board, row, uow.caller.role)


def lists_of(role: Role) -> set[Whose]:
    """Customers see the list of their own."""
    return {Role.participant: {Whose.ep}, Role.enabler: {Whose.enabler}}.get(role, set(Whose))


def board_out(board: Board, rows: Sequence[Obligation], role: Role) -> BoardOut:
    found = {row.standard: row for row in rows if row.whose in lists_of(role)}
    lists = {
        "standards": [standard_out(board, found[s.code], role) for s in catalogue().standards if s.code in found],
        "enabler": [standard_out(board, found[s.code], role) for s in catalogue().enabler if s.code in found],
        "quality": _quality(board, rows) if Whose.ep in lists_of(role) else None,
    }
    return BoardOut.model_validate(board.model_dump() | {"application_id": board.id} | lists)


def standard_out(board: Board, row: Obligation, role: Role) -> StandardOut:
    standard = catalogue().find(row.standard)
    assert standard is not None
    titles = {part.code: part.title for part in standard.parts}
    more: dict[str, Any] = {
        "number": standard.number,
        "title": standard.title,
        "delivered_by": standard.delivered_by,
        "may_be_missed": standard.may_be_missed,
        "parts": [PartOut.model_validate({"title": titles.get(one["code"], one["code"]), **one}) for one in row.pieces],
        "waiver": _waiver(row),
        "statement": _statement(row),
        "possible": possible(board, standard, row, role),
    }
    return StandardOut.model_validate(row.model_dump() | more)


def _waiver(row: Obligation) -> RulingOut | None:
    return RulingOut(by=row.waived_by, at=row.waived_at, why=row.waived_why) if row.waived_at else None


def _statement(row: Obligation) -> RulingOut | None:
    if row.stated_at is None:
        return None
    return RulingOut(by=row.stated_by, at=row.stated_at, why=row.stated_why, kept=row.stated, on=row.stated_on)


def possible(board: Board, standard: Standard, row: Obligation, role: Role) -> list[str]:
    """What this role may say of it now."""
    if board.closed_at is not None or board.broken is not None or not standard.stated_by(role):
        return []
    if row.waived_at is not None:
        return ["demand", "state"]
    return [*(["waive"] if row.state in WAIVABLE else []), "state"]


def _quality(board: Board, rows: Sequence[Obligation]) -> QualityOut:
    found = figure(catalogue(), {row.standard: verdict_of(row) for row in rows}, board.closed_at is not None)
    values = {name: getattr(found, name) for name in Figure.__slots__}
    return QualityOut.model_validate(values | {"explanation": explained(catalogue(), found)})


def explained(of: Catalogue, found: Figure) -> str:
    """How many have to be kept, and why not of all."""
    spare = ", ".join(one.number for one in of.standards if one.may_be_missed)
    words = f"At least {found.least} of {found.of} are to be kept"
    if found.not_needed:
        words += f": {found.not_needed} of {len(of.standards)} not needed"
    return f"{words}. Only {spare} may lack."
