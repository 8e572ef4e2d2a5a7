"""Makes the standards boards of experiences what follows from all that is known, and says what changed.

Locks go from the due rows of the boards to the boards, by id, as they do when a board's time comes.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from functools import cache
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text, update
from sqlmodel import select

from services.notifications.handlers.board_facts import Facts, owes
from services.notifications.model import Board, Evidence, Experience, Obligation, Whose
from services.notifications.model.standards import obligation_id
from services.notifications.plan.standards import catalogue
from services.notifications.policy import board as rules
from services.notifications.policy.board import Kept, Verdict
from services.notifications.policy.standards import Catalogue, Standard
from shared.contracts import notifications as said
from shared.ids import derived_id
from shared.storage.due import Due, Wanted, schedule_many
from shared.storage.tx import Cause, Uow
from shared.zones import to_utc

STANDARDS = "standards"
HOLD = text("""
SELECT id FROM due WHERE kind = :kind AND subject = ANY(:subjects) AND state = 'waiting' ORDER BY subject FOR UPDATE
""")
OPEN = """
INSERT INTO standards_board SELECT * FROM jsonb_populate_recordset(NULL::standards_board, $1::text::jsonb)
ON CONFLICT DO NOTHING
"""
OWE = "INSERT INTO obligation SELECT * FROM jsonb_populate_recordset(NULL::obligation, $1::text::jsonb)"
PROVE = """
INSERT INTO evidence SELECT * FROM jsonb_populate_recordset(NULL::evidence, $1::text::jsonb)
ON CONFLICT (id) DO UPDATE SET withdrawn_at = NULL, due_on = excluded.due_on, done_on = excluded.done_on,
    late = excluded.late, changed_at = excluded.changed_at
"""
IDS = ("person_id", "opportunity_id", "enabler_id", "sending_entity_id", "hosting_entity_id")
COUNTS = ("kept", "late", "missed", "denied", "not_needed", "open", "conflicts", "asked")
TOUCHPOINTS = ("message", "task", "opened", "acknowledged", "proves")


async def settle_standards(uow: Uow, application_id: UUID) -> None:
    """Make one board equal to what is known; repeated, it does nothing. Nothing is owed before the approval."""
    await settle_boards(uow, [application_id])


async def settle_boards(uow: Uow, ids: Iterable[UUID], causes: Mapping[UUID, Cause] | None = None) -> None:
    """The same for many. What is said of each has its own cause, when one is given."""
    wanted = sorted(set(ids))
    stays = [stay for stay in await uow.rows(select(Experience).where(Experience.id.in_(wanted))) if owes(stay)]  # type: ignore[attr-defined]
    if not stays:
        return
    boards = await _boards(uow, stays)
    facts = await Facts.of(uow, stays)
    proofs, wakes = Proofs(), Wakes()
    for stay in stays:
        uow.cause = (causes or {}).get(stay.id, uow.cause)
        _settle(uow, boards[stay.id], stay, facts, proofs, wakes)
    await proofs.write(uow)
    await wakes.write(uow)


def _settle(uow: Uow, board: Board, stay: Experience, facts: Facts, proofs: "Proofs", wakes: "Wakes") -> None:
    today, known, held = uow.today(stay.zone or "UTC"), facts.known(stay), facts.held[stay.id]
    judged = {one.code: rules.judge(one, catalogue().closing, known, today) for one in every(catalogue())}
    for standard in every(catalogue()):
        _keep(uow, board, standard, judged[standard.code], held.get(standard.code), proofs)
    wakes.move(board, None if known.broken else rules.wakes_on(judged.values(), today), stay.zone or "UTC")
    _figure(uow, board, stay, judged, today)


async def standards_due(uow: Uow, due: Due) -> None:
    """A due date or the closing has passed, today or while nothing ran."""
    await settle_standards(uow, due.subject)


def every(found: Catalogue) -> tuple[Standard, ...]:
    return (*found.standards, *found.enabler)


@cache
def whose_of(code: str) -> Whose:
    """Whose list a standard stands on."""
    return Whose.ep if code in catalogue().codes else Whose.enabler


class Fresh(SimpleNamespace):
    """A new obligation before it is written, with many others, by one statement."""

    version, told_evidence, told_missed = 1, None, None

    @property
    def id(self) -> UUID:
        return obligation_id(self.application_id, self.standard)

    def values(self) -> dict[str, Any]:
        told = {name: getattr(self, name) for name in ("version", "told_evidence", "told_missed")}
        return vars(self) | told


async def hold(uow: Uow, ids: Sequence[UUID]) -> dict[UUID, Board]:
    """Boards that are there, locked behind their due rows."""
    await uow.execute(HOLD, {"kind": STANDARDS, "subjects": list(ids)})
    query = select(Board).where(Board.id.in_(ids)).order_by(Board.id)  # type: ignore[attr-defined]
    return {row.id: row for row in await uow.rows(query.with_for_update())}


async def _boards(uow: Uow, stays: Sequence[Experience]) -> dict[UUID, Board]:
    """The boards of these, locked; made where the experience is new."""
    ids = [stay.id for stay in stays]
    found = await hold(uow, ids)
    if new := [stay for stay in stays if stay.id not in found]:
        moment = uow.clock.machine()
        await uow.fetch(OPEN, _json(_fresh(stay, moment) for stay in new))
        found |= await hold(uow, [stay.id for stay in new])
    return found


def _fresh(stay: Experience, moment: datetime) -> dict[str, Any]:
    dates = {"start_on": stay.start_on, "end_on": stay.end_on, "closes_on": stay.end_on, "zone": stay.zone or "UTC"}
    ids = {"id": stay.id} | {name: getattr(stay, name) for name in IDS}
    more = {"catalogue": catalogue().version, "version": 0, "changed_at": moment}
    return ids | dates | dict.fromkeys(COUNTS, 0) | more


def _json(rows: Iterable[dict[str, Any]]) -> str:
    return orjson.dumps(list(rows), default=str).decode()


# --- what follows from it


def _keep(
    uow: Uow, board: Board, standard: Standard, verdict: Verdict, held: Obligation | None, proofs: "Proofs"
) -> None:
    names = ("state", "reason", "late", "conflict", "due_on", "next_on", "done_on", "closes_on", "word")
    values = {name: getattr(verdict, name) for name in names} | {"pieces": rules.plain(verdict.pieces)}
    row: Obligation | Fresh
    if held is None:
        ids = {"application_id": board.id, "standard": standard.code, "whose": whose_of(standard.code)}
        row = Fresh(**ids, changed_at=uow.clock.machine(), **values)
        proofs.fresh.append(row)
        before: list[dict[str, Any]] = []
        conflicted = False
    else:
        if all(getattr(held, name) == value for name, value in values.items()):
            return
        before, conflicted = held.pieces, held.conflict
        row = uow.change(held, **values)
    proofs.compare(uow, board, row, before)
    _tell(uow, board, row, verdict, conflicted=conflicted)


def _tell(uow: Uow, board: Board, row: Obligation | Fresh, verdict: Verdict, *, conflicted: bool) -> None:
    """What is new about a standard, said once. The enabler's list is no part of the EP's journey: it is shown only."""
    if row.whose is not Whose.ep:
        return
    about = about_standard(board, row)
    last = max(reversed(verdict.pieces), key=lambda one: one.done_on or date.min)
    if verdict.done_on is not None and last.by is not None:
        told = evidence_id(row, last.code, last.by, last.source_id)
        if row.told_evidence != told:
            row.told_evidence = told
            what = {"source": last.by, "source_id": last.source_id, "due_on": verdict.due_on}
            late = any(one.late for one in verdict.pieces)
            event = said.StandardEvidenced(**about, **what, done_on=verdict.done_on, late=late)
            uow.say(event, effective_on=verdict.done_on)
    if verdict.state is Kept.missed and row.told_missed != verdict.next_on:
        row.told_missed = verdict.next_on
        uow.say(said.StandardMissed(**about, due_on=verdict.next_on))
    if verdict.conflict and not conflicted:
        uow.say(said.StandardConflicted(**about, due_on=verdict.due_on))
    if conflicted and not verdict.conflict:
        uow.say(said.StandardSettled(**about, state=verdict.state))


def about_standard(board: Board, row: Obligation | Fresh) -> dict[str, Any]:
    """The ids that every fact of a standard carries."""
    names = ("person_id", "sending_entity_id", "hosting_entity_id")
    ids = {name: getattr(board, name) for name in names}
    return {"standard_id": row.id, "application_id": board.id, "standard": row.standard} | ids


def evidence_id(row: Obligation | Fresh, part: str, source: str, source_id: UUID | None) -> UUID:
    return derived_id("evidence", row.id, part, source, source_id)


def evidence_of(row: Obligation | Fresh, pieces: Sequence[dict[str, Any]]) -> dict[UUID, dict[str, Any]]:
    """The parts that are proved, by the ids of their evidence."""
    return {evidence_id(row, one["code"], one["by"], one["source_id"]): one for one in pieces if one["by"]}


class Proofs:
    """New obligations, new evidence, and that which proves nothing any more: a statement a kind for all of it."""

    def __init__(self) -> None:
        self.fresh: list[Fresh] = []
        self._new: list[dict[str, Any]] = []
        self._gone: set[UUID] = set()

    def compare(self, uow: Uow, board: Board, row: Obligation | Fresh, before: Sequence[dict[str, Any]]) -> None:
        old, new = evidence_of(row, before), evidence_of(row, row.pieces)
        self._gone |= old.keys() - new.keys()
        self._new += [_evidence(uow, board, row, id_, one) for id_, one in new.items() if old.get(id_) != one]

    async def write(self, uow: Uow) -> None:
        if self.fresh:
            await uow.fetch(OWE, _json(row.values() for row in self.fresh))
        if self._gone:
            gone = Evidence.id.in_(self._gone)  # type: ignore[attr-defined]
            values = {"withdrawn_at": uow.now, "changed_at": uow.clock.machine()}
            await uow.execute(update(Evidence).where(gone).values(**values))
        if self._new:
            await uow.fetch(PROVE, _json(self._new))


def _evidence(uow: Uow, board: Board, row: Obligation | Fresh, id_: UUID, piece: dict[str, Any]) -> dict[str, Any]:
    source = piece["source_id"]
    return {
        "id": id_, "standard": row.standard, "part": piece["code"], "application_id": board.id,
        "source": piece["by"], "source_id": source, "late": piece["late"],
        "touchpoint_id": source if piece["by"].partition(":")[0] in TOUCHPOINTS else None,
        **{name: getattr(board, name) for name in ("person_id", "sending_entity_id", "hosting_entity_id")},
        **{name: piece[name] for name in ("due_on", "done_on")},
        "evidenced_at": uow.now, "changed_at": uow.clock.machine(),
    }  # fmt: skip


class Wakes:
    """When each board looks again: one due row a board, at the first minute of the day on which something changes."""

    def __init__(self) -> None:
        self._wanted: list[Wanted] = []
        self._gone: list[UUID] = []

    def move(self, board: Board, on: date | None, zone: str) -> None:
        if (board.wakes_on, board.zone) == (on, zone):
            return
        if board.wakes_on is not None:
            self._gone.append(board.id)
        if on is not None:
            local = datetime.combine(on, time())
            self._wanted.append(Wanted(board.id, on.isoformat(), local, zone, to_utc(local, zone)))
        board.wakes_on = on

    async def write(self, uow: Uow) -> None:
        for id_ in self._gone:
            await uow.cancel(STANDARDS, id_, why="moved")
        await schedule_many(uow, STANDARDS, self._wanted)


def _figure(uow: Uow, row: Board, stay: Experience, judged: dict[str, Verdict], today: date) -> None:
    """The board's own line: figures and closing."""
    broken = stay.status if stay.status in rules.BROKEN else None
    closes_on = max(judged[one.code].closes_on for one in catalogue().standards)
    final = today > closes_on and broken is None
    found = rules.figure(catalogue(), judged, final)
    values = {name: getattr(found, name) for name in COUNTS if name != "asked"}
    values |= {"asked": found.of, "flag": found.flag, "broken": broken, "closes_on": closes_on}
    values |= {"start_on": stay.start_on, "end_on": stay.end_on, "zone": stay.zone or "UTC"}
    values |= {"catalogue": catalogue().version, "closed_at": (row.closed_at or uow.now) if final else None}
    if all(getattr(row, name) == value for name, value in values.items()):
        return
    uow.change(row, **values)
    if final:
        names = ("person_id", "sending_entity_id", "hosting_entity_id", "catalogue")
        about = {"application_id": row.id} | {name: getattr(row, name) for name in names}
        figures = {name: getattr(row, name) for name in COUNTS if name != "open"}
        more = {"unkept": list(found.unkept), "flag": bool(found.flag)}
        uow.say(said.StandardsClosed(**about, **figures, **more), effective_on=today)


async def posted_experiences(uow: Uow, opportunity_id: UUID) -> Sequence[UUID]:
    """The boards that stand on a posting."""
    query = select(Board.id).where(Board.opportunity_id == opportunity_id).order_by(Board.id)
    return await uow.rows(query)
