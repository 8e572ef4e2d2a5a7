"""Both sides' inbox: what waits for the caller, the most urgent first, read from indexes that hold only what waits.

Each line is read per committee in the order of its index and cut at the page's size, then the lines are put together:
the first page costs the same for a committee with ten applications behind it and for one with a million.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlmodel import select

from services.applications.model import Application, Requirement
from services.applications.policy import Status
from services.applications.policy.inbox import Line, Scope, Waiting, lines_of, overdue_since
from services.applications.schemas.inbox import WaitingCount, WaitingOut
from services.applications.settings import limits
from shared.access import Caller, Role
from shared.errors import FieldError, Invalid
from shared.storage.paging import Page, Paging, Values, bad_cursor
from shared.storage.tx import Uow

MOST = 10_000
FIRST, LAST = UUID(int=0), UUID(int=2**128 - 1)
COMMITTEES = "SELECT entity_id AS committee FROM entity_path WHERE path @> ARRAY[CAST(:entity AS uuid)]"
EVERYWHERE = "SELECT entity_id AS committee FROM entity_path"
TODAY = "(CAST(:now AS timestamptz) AT TIME ZONE zone)::date"
# The first and the last day that a place on earth has now. An index can use the latest, whatever the zones of the rows;
# what is before the earliest needs no look at its zone.
EARLIEST, LATEST = "CAST(:earliest AS date)", "CAST(:latest AS date)"


@dataclass(frozen=True, slots=True)
class Source:
    """Where the rows of a line are read: its table, the column of its scope, its day and what else holds."""

    table: str
    scope: str
    day: str
    where: str
    days: int

    @classmethod
    def of(cls, line: Line) -> "Source":
        if line.kind is Waiting.requirement:
            column = {Scope.person: "person_id", Scope.enabler: "enabler_id"}.get(line.scope, "entity_id")
            return cls("requirement", column, "due_on", f"state = 'open' AND owner = '{line.owner}'", 0)
        column = "person_id" if line.scope is Scope.person else f"{line.scope}_entity_id"
        where = f"status = '{line.status}' AND waits_from IS NOT NULL"
        if line.kind is Waiting.approve:
            where += f" AND {line.scope}_approval IS DISTINCT FROM terms"
        if line.kind is Waiting.realize:
            where += f" AND waits_from <= {LATEST} AND (waits_from <= {EARLIEST} OR waits_from <= {TODAY})"
        return cls("application", column, "waits_from", where, _days(line))

    @property
    def late(self) -> str:
        """Due before today at the host."""
        day, days = self.day, self.days
        return f"{day} < {LATEST} - {days} AND ({day} < {EARLIEST} - {days} OR {day} < {TODAY} - {days})"


def _days(line: Line) -> int:
    """In how many days it should be done."""
    given = limits()
    days = {Status.open: given.answer_days, Status.accepted: given.sign_days, Status.in_progress: given.approve_days}
    return days.get(line.status, 0) if line.status else 0


async def list_inbox(uow: Uow, kind: Waiting | None, overdue: bool, paging: Paging) -> Page:
    """One page of what waits, with counts per kind on the first one."""
    if paging.changed_since is not None:
        raise Invalid(errors=[FieldError("query:changed_since", "an inbox is what waits now: read it anew")])
    lines = lines_of(uow.caller.role, kind)
    found = await _keys(uow, lines, overdue, paging)
    more, shown = len(found) > paging.limit, found[: paging.limit]
    following = (shown[-1].due_on.isoformat(), shown[-1].rank, str(shown[-1].id)) if more else None
    about = {} if paging.cursor else {"counts": await _counts(uow, lines)}
    return Page(await _items(uow, shown), following, about)


# --- which rows


async def _keys(uow: Uow, lines: Sequence[Line], overdue: bool, paging: Paging) -> Sequence[Any]:
    """Due day, rank and id of one page of all lines together, and of one row more."""
    if not lines:
        return []
    after = _after(paging.cursor)
    values = _asked(uow) | {"limit": paging.limit + 1}
    parts = []
    for line in lines:
        source = Source.of(line)
        where = f"{source.where} AND {source.late}" if overdue else source.where
        if after is not None:
            values |= _place(line, source, after)
            where += f" AND ({source.day}, id) > (CAST(:day{line.rank} AS date), CAST(:id{line.rank} AS uuid))"
        parts.append(_part(uow.caller, line, source, where))
    together = "\nUNION ALL\n".join(parts)
    mine = f"WITH mine AS MATERIALIZED ({_committees(uow.caller)})"
    statement = f"{mine}\nSELECT * FROM ({together}) line ORDER BY 1, 2, 3 LIMIT :limit"
    return (await uow.execute(text(statement), _used(statement, values))).all()


def _part(caller: Caller, line: Line, source: Source, where: str) -> str:
    """One line: for committees, each in the order of its index; else the caller's own."""
    cut = f"ORDER BY {source.day}, id LIMIT :limit"
    columns = f"{source.day} + {source.days} AS due_on, {line.rank} AS rank, id"
    if line.scope in (Scope.person, Scope.enabler):
        return f"(SELECT {columns} FROM {source.table} WHERE {source.scope} = :party AND {where} {cut})"  # noqa: S608
    row = f"SELECT {source.day}, id FROM {source.table} WHERE {source.scope} = committee AND {where} {cut}"  # noqa: S608
    return f"(SELECT {columns} FROM mine CROSS JOIN LATERAL ({row}) line {cut})"  # noqa: S608


def _after(cursor: Values | None) -> tuple[date, int, UUID] | None:
    """The place that a cursor names."""
    if cursor is None:
        return None
    try:
        day, rank, id_ = cursor
        if type(rank) is not int:
            raise ValueError("no rank")
        return date.fromisoformat(str(day)), rank, UUID(str(id_))
    except ValueError as error:
        raise bad_cursor() from error


def _place(line: Line, source: Source, after: tuple[date, int, UUID]) -> dict[str, Any]:
    """Behind which row of this line the page begins, so that the lines together go on behind one place."""
    day, rank, id_ = after
    try:
        own = day - timedelta(days=source.days)
    except OverflowError as error:
        raise bad_cursor() from error
    place = id_ if rank == line.rank else LAST if line.rank < rank else FIRST
    return {f"day{line.rank}": own, f"id{line.rank}": place}


def _committees(caller: Caller) -> str:
    return EVERYWHERE if caller.role is Role.global_manager else COMMITTEES


def _asked(uow: Uow) -> dict[str, Any]:
    days = {"earliest": uow.today("Etc/GMT+12"), "latest": uow.today("Pacific/Kiritimati")}
    return days | {"now": uow.now, "entity": uow.caller.entity, "party": uow.caller.party}


def _used(statement: str, values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if f":{name}" in statement}


# --- how many


async def _counts(uow: Uow, lines: Sequence[Line]) -> list[WaitingCount]:
    if not lines:
        return []
    parts = [_count(line, Source.of(line)) for line in lines]
    statement = f"WITH mine AS MATERIALIZED ({_committees(uow.caller)})\n" + "\nUNION ALL\n".join(parts)
    values = _used(statement, _asked(uow) | {"most": MOST + 1})
    found: dict[str, list[int]] = {}
    for kind, waiting, overdue in await uow.execute(text(statement), values):
        sums = found.setdefault(kind, [0, 0])
        sums[0], sums[1] = sums[0] + waiting, sums[1] + overdue
    return [
        WaitingCount(kind=Waiting(kind), waiting=min(a, MOST), overdue=min(b, MOST), more=a > MOST)
        for kind, (a, b) in found.items()
    ]


def _count(line: Line, source: Source) -> str:
    whole, late = (_few(line, source, where) for where in (source.where, f"{source.where} AND {source.late}"))
    return f"SELECT '{line.kind}', ({whole}), ({late})"


def _few(line: Line, source: Source, where: str) -> str:
    """A count that stops at the most that is told."""
    if line.scope in (Scope.person, Scope.enabler):
        rows = f"SELECT 1 FROM {source.table} WHERE {source.scope} = :party AND {where}"  # noqa: S608
    else:
        rows = f"SELECT 1 FROM mine JOIN {source.table} ON {source.scope} = committee WHERE {where}"  # noqa: S608
    return f"SELECT count(*) FROM ({rows} LIMIT :most) few"  # noqa: S608


# --- what they are


async def _items(uow: Uow, keys: Sequence[Any]) -> list[WaitingOut]:
    by_rank = {line.rank: line for line in lines_of(uow.caller.role)}
    wanted = {key.id for key in keys if by_rank[key.rank].kind is Waiting.requirement}
    requirements = {row.id: row for row in await _rows(uow, Requirement, wanted)}
    ids = {requirements[key.id].application_id if key.id in requirements else key.id for key in keys}
    applications = {row.id: row for row in await _rows(uow, Application, ids)}
    items = []
    for key in keys:
        requirement = requirements.get(key.id)
        row = applications[requirement.application_id if requirement else key.id]
        items.append(_item(uow, by_rank[key.rank], key.due_on, row, requirement))
    return items


async def _rows(uow: Uow, model: Any, ids: set[UUID]) -> Sequence[Any]:
    return await uow.rows(select(model).where(model.id.in_(ids))) if ids else []


def _item(uow: Uow, line: Line, due_on: date, row: Application, requirement: Requirement | None) -> WaitingOut:
    today = uow.today(row.zone)
    since = requirement.opened_on if requirement else due_on - timedelta(days=_days(line))
    told = () if line.scope is Scope.person else ("verdict", "verdict_reason")
    shown = {name: getattr(row, name) for name in ("person_id", "opportunity_id", "product", "status", *told)}
    return WaitingOut(
        id=requirement.id if requirement else row.id,
        kind=line.kind,
        side=line.scope,
        application_id=row.id,
        requirement=requirement and requirement.kind,
        owner=line.owner,
        since=since,
        days_waiting=max(0, (today - since).days),
        due_on=due_on,
        overdue_since=overdue_since(due_on, today),
        version=requirement.version if requirement else row.version,
        **shown,
    )
