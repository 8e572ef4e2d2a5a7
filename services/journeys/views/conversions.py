"""What came of inviting returnees: those who were invited, held back by lot, and never invited, side by side."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, and_, cast, func, literal, select, union_all
from sqlalchemy import Text as Word

from services.journeys.model import (
    Application,
    Label,
    MemberCourse,
    ReturneeInvitation,
    applications_of,
    invitations_of,
)
from services.journeys.policy import FAIR
from services.journeys.policy.returnees import Choice, difference
from services.journeys.schemas import ConversionOut, ConversionsOut, DifferenceOut, GroupOut
from services.journeys.views.members import Z, share_of
from services.journeys.views.returnees import OVER, bounds
from shared.storage.scope import within
from shared.storage.tx import Uow

UNINVITED = "uninvited"


class By(StrEnum):
    """How conversions are told apart."""

    entity = "entity"
    month = "month"


@dataclass(slots=True)
class Counts:
    """Of one group: whose window is open, how many are watched to the end, and what these did."""

    open: int = 0
    n: int = 0
    applied: int = 0
    alumni: int = 0

    def shape(self) -> GroupOut:
        applied, alumni = share_of(self.applied, self.n), share_of(self.alumni, self.n)
        return GroupOut(open=self.open, applied=applied, alumni=alumni)


@dataclass(slots=True)
class Cell:
    """One committee, one month, or all."""

    groups: dict[str, Counts] = field(default_factory=lambda: {one: Counts() for one in ("invited", "held", UNINVITED)})


async def get_returnee_conversions(
    uow: Uow, entity_id: UUID | None, since: date | None, until: date | None, days: int, by: By | None
) -> ConversionsOut:
    """Invitations of the period, and exchanges that ended in it without one; windows of `days` days."""
    window = timedelta(days=days)
    parts = [
        _asked(uow, entity_id, bounds(since, until), window, by),
        _never_asked(uow, entity_id, bounds(since, until), window, by),
    ]
    cells: dict[str | None, Cell] = {} if by else {None: Cell()}
    for key, group, open_, n, applied, alumni in (await uow.execute(union_all(*parts))).all():
        cells.setdefault(key, Cell()).groups[group] = Counts(open_, n, applied, alumni)
    names = await _names(uow, list(cells)) if by is By.entity else {}
    order = sorted(cells, key=lambda key: (names.get(key) or key or "", key or ""))
    return ConversionsOut(days=days, items=[_shape(key, cells[key], names) for key in order])


def _asked(uow: Uow, entity_id: UUID | None, period: tuple[Any, Any], window: timedelta, by: By | None) -> Any:
    row = ReturneeInvitation
    chosen = and_(row.choice == Choice.alumni, row.answered_at < row.invited_at + window)  # type: ignore[operator]
    key = _key(by, row.sending_entity_id, row.invited_at)
    query = _counted(uow, key, cast(row.arm, Word), row.person_id, row.invited_at, window, chosen)
    query = query.where(invitations_of(uow.caller), *_in_period(row.invited_at, period))
    return query.where(within(row.sending_entity_id, entity_id)) if entity_id else query


def _never_asked(uow: Uow, entity_id: UUID | None, period: tuple[Any, Any], window: timedelta, by: By | None) -> Any:
    row, asked = Application, ReturneeInvitation
    never = ~select(asked.id).where(asked.person_id == row.person_id).exists()
    key = _key(by, row.sending_entity_id, row.status_at)
    query = _counted(uow, key, literal(UNINVITED, Word), row.person_id, row.status_at, window, literal(value=False))
    query = query.where(applications_of(uow.caller), row.status == OVER, never)
    query = query.where(row.status_at.is_not(None), *_in_period(row.status_at, period))  # type: ignore[union-attr]
    return query.where(within(row.sending_entity_id, entity_id)) if entity_id else query


def _key(by: By | None, entity: Any, at: Any) -> Any:
    if by is By.entity:
        return cast(entity, Word)
    return func.to_char(func.timezone("UTC", at), "YYYY-MM") if by is By.month else literal(None, Word)


def _counted(uow: Uow, key: Any, group: Any, person: Any, begun: Any, window: timedelta, chosen: Any) -> Any:
    """The counts of a group by key: `begun` is when each one's window begins."""
    row = MemberCourse
    came = select(row.member_id).where(
        row.person_id == person, row.applied_at >= begun, row.applied_at < begun + window
    )
    over = begun + window <= uow.now
    counts = [
        func.count().filter(~over), func.count().filter(over), func.count().filter(over, came.exists()),
        func.count().filter(over, chosen),
    ]  # fmt: skip
    columns = [cast(count, Integer) for count in counts]
    return select(key.label("key"), group.label("grp"), *columns).group_by(key, group)


def _in_period(at: Any, period: tuple[datetime | None, datetime | None]) -> list[Any]:
    begin, end = period
    return ([at >= begin] if begin else []) + ([at < end] if end else [])


async def _names(uow: Uow, keys: list[str | None]) -> Mapping[str | None, str]:
    ids = [UUID(key) for key in keys if key]
    query = select(Label.id, Label.text).where(Label.id.in_(ids))  # type: ignore[call-overload, attr-defined]
    return {str(id_): text for id_, text in (await uow.execute(query)).all()}


def _shape(key: str | None, cell: Cell, names: Mapping[str | None, str]) -> ConversionOut:
    groups = cell.groups
    invited, held = groups["invited"], groups["held"]
    found = None
    if min(invited.n, held.n) >= FAIR:
        found = difference(invited.applied, invited.n, held.applied, held.n, Z)
    effect = DifferenceOut(value=found.value, low=found.low, high=found.high) if found else None
    shapes = {name: counts.shape() for name, counts in groups.items()}
    return ConversionOut(key=key, label=names.get(key, key), effect=effect, **shapes)
