"""Makes the standards board of an experience what follows from all that is known, and says what changed.

Locks go from the board's due row to the board, as they do when its time comes.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import select

from services.notifications.model import (
    Board,
    Claim,
    Dossier,
    Evidence,
    Experience,
    Obligation,
    Posting,
    Saying,
    Whose,
)
from services.notifications.plan.standards import catalogue
from services.notifications.policy import board as rules
from services.notifications.policy.board import Kept, Verdict
from services.notifications.policy.standards import Catalogue, Days, Standard
from shared.contracts import notifications as said
from shared.ids import derived_id
from shared.storage.due import Due
from shared.storage.tx import Uow

STANDARDS = "standards"
HOLD = text("SELECT id FROM due WHERE kind = :kind AND subject = :subject AND state = 'waiting' FOR UPDATE")
IDS = ("person_id", "opportunity_id", "enabler_id", "sending_entity_id", "hosting_entity_id")
TOUCHPOINTS = ("message", "task", "opened", "acknowledged", "proves")


async def settle_standards(uow: Uow, application_id: UUID) -> None:
    """Make the board equal to what is known; repeated, it does nothing. Nothing is owed before the approval."""
    stay = await uow.find(Experience, id=application_id)
    if stay is None or stay.approved_at is None or stay.start_on is None or stay.end_on is None:
        return
    await uow.execute(HOLD, {"kind": STANDARDS, "subject": application_id})
    row = await _board(uow, stay)
    held = {one.standard: one for one in await uow.all(Obligation, application_id=application_id)}
    known = await known_of(uow, stay, held.values())
    today = uow.today(stay.zone or "UTC")
    judged = {one.code: rules.judge(one, catalogue().closing, known, today) for one in every(catalogue())}
    proofs = Proofs()
    for standard in every(catalogue()):
        _keep(uow, row, standard, judged[standard.code], held.get(standard.code), proofs)
    await proofs.write(uow)
    await _figure(uow, row, stay, judged, today)


async def standards_due(uow: Uow, due: Due) -> None:
    """A due date or the closing has passed, today or while nothing ran."""
    await settle_standards(uow, due.subject)


def every(found: Catalogue) -> tuple[Standard, ...]:
    return (*found.standards, *found.enabler)


def obligation_id(application_id: UUID, standard: str) -> UUID:
    return derived_id("obligation", application_id, standard)


async def _board(uow: Uow, stay: Experience) -> Board:
    """The board's row, locked; made when the experience is new."""
    ids = {name: getattr(stay, name) for name in IDS}
    dates = {"start_on": stay.start_on, "end_on": stay.end_on, "closes_on": stay.end_on, "zone": stay.zone or "UTC"}
    counts = dict.fromkeys(("kept", "late", "missed", "denied", "not_needed", "open", "conflicts", "asked"), 0)
    put = insert(Board).values(id=stay.id, catalogue=catalogue().version, version=0, **ids, **dates, **counts)
    await uow.execute(put.values(changed_at=uow.clock.machine()).on_conflict_do_nothing())
    return await uow.get(Board, stay.id, lock=True)


# --- what is known


async def known_of(uow: Uow, stay: Experience, held: Iterable[Obligation]) -> rules.Known:
    """All that the standards of an experience follow from."""
    claims = {one.key: _claim(one) for one in await uow.all(Claim, application_id=stay.id)}
    if (posting := await uow.find(Posting, id=stay.opportunity_id)) is not None:
        claims["posting"] = _posted(posting)
    words: dict[str, list[rules.Word]] = defaultdict(list)
    for one in await uow.all(Saying, application_id=stay.id):
        words[one.standard].append(rules.Word(one.word, _day(one.at, stay), one.at, one.invitation_id))
    rulings = {one.standard: _ruling(one) for one in held}
    broken = stay.status if stay.status in rules.BROKEN else None
    return rules.Known(await days_of(uow, stay, claims), claims, words, rulings, broken)


async def days_of(uow: Uow, stay: Experience, claims: dict[str, rules.Claim]) -> Days:
    assert stay.approved_at is not None
    assert stay.start_on is not None
    assert stay.end_on is not None
    contract = claims.get("requirement:contract_signed")
    signed = contract.done_on if contract and contract.standing is rules.Standing.done else None
    dossier = await uow.find(Dossier, id=stay.id)
    arrival = dossier.facts.get("arrival_on") if dossier else None
    arrived = date.fromisoformat(arrival) if arrival else None
    return Days(_day(stay.approved_at, stay), stay.start_on, stay.end_on, signed, arrived)


def _day(moment: datetime, stay: Experience) -> date:
    return moment.astimezone(ZoneInfo(stay.zone or "UTC")).date()


def _claim(row: Claim) -> rules.Claim:
    dues = {place: date.fromisoformat(day) for place, day in row.dues.items()}
    return rules.Claim(row.key, rules.Standing(row.standing), row.done_on, row.source_id, row.at, dues)


def _posted(row: Posting) -> rules.Claim:
    on = row.posted_at.astimezone(ZoneInfo(row.zone)).date()
    return rules.Claim("posting", rules.Standing.done, on, row.id, row.posted_at)


def _ruling(row: Obligation) -> rules.Ruling:
    return rules.Ruling(row.waived_at is not None, row.stated, row.stated_on, row.stated_at)


# --- what follows from it


def _keep(
    uow: Uow, board: Board, standard: Standard, verdict: Verdict, held: Obligation | None, proofs: "Proofs"
) -> None:
    names = ("state", "reason", "late", "conflict", "due_on", "next_on", "done_on", "closes_on", "word")
    values = {name: getattr(verdict, name) for name in names} | {"pieces": rules.plain(verdict.pieces)}
    if held is None:
        whose = Whose.ep if standard in catalogue().standards else Whose.enabler
        ids = {"id": obligation_id(board.id, standard.code), "application_id": board.id, "standard": standard.code}
        row = uow.add(Obligation(**ids, whose=whose, **values))
        before: list[dict[str, Any]] = []
        conflicted = False
    else:
        if all(getattr(held, name) == value for name, value in values.items()):
            return
        before, conflicted = held.pieces, held.conflict
        row = uow.change(held, **values)
    proofs.compare(uow, board, row, before)
    _tell(uow, board, row, verdict, conflicted=conflicted)


def _tell(uow: Uow, board: Board, row: Obligation, verdict: Verdict, *, conflicted: bool) -> None:
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


def about_standard(board: Board, row: Obligation) -> dict[str, Any]:
    """The ids that every fact of a standard carries."""
    names = ("person_id", "sending_entity_id", "hosting_entity_id")
    ids = {name: getattr(board, name) for name in names}
    return {"standard_id": row.id, "application_id": board.id, "standard": row.standard} | ids


def evidence_id(row: Obligation, part: str, source: str, source_id: UUID | None) -> UUID:
    return derived_id("evidence", row.id, part, source, source_id)


def evidence_of(row: Obligation, pieces: Sequence[dict[str, Any]]) -> dict[UUID, dict[str, Any]]:
    """The parts that are proved, by the ids of their evidence."""
    return {evidence_id(row, one["code"], one["by"], one["source_id"]): one for one in pieces if one["by"]}


class Proofs:
    """The evidence of one board that is new, and that which proves nothing any more: two statements for all of it."""

    def __init__(self) -> None:
        self._new: list[dict[str, Any]] = []
        self._gone: set[UUID] = set()

    def compare(self, uow: Uow, board: Board, row: Obligation, before: Sequence[dict[str, Any]]) -> None:
        old, new = evidence_of(row, before), evidence_of(row, row.pieces)
        self._gone |= old.keys() - new.keys()
        self._new += [_evidence(uow, board, row, id_, new[id_]) for id_ in new.keys() - old.keys()]

    async def write(self, uow: Uow) -> None:
        moment = {"changed_at": uow.clock.machine()}
        if self._gone:
            gone = Evidence.id.in_(self._gone)  # type: ignore[attr-defined]
            await uow.execute(update(Evidence).where(gone).values(withdrawn_at=uow.now, **moment))
        if self._new:
            put = insert(Evidence).values(self._new)
            again = {"withdrawn_at": None, **moment}
            await uow.execute(put.on_conflict_do_update(index_elements=["id"], set_=again))


def _evidence(uow: Uow, board: Board, row: Obligation, id_: UUID, piece: dict[str, Any]) -> dict[str, Any]:
    kind = piece["by"].partition(":")[0]
    source = UUID(piece["source_id"]) if piece["source_id"] else None
    ids = {name: getattr(board, name) for name in ("person_id", "sending_entity_id", "hosting_entity_id")}
    days = {name: date.fromisoformat(piece[name]) for name in ("due_on", "done_on")}
    return {
        "id": id_, "standard": row.standard, "part": piece["code"], "application_id": board.id, **ids, **days,
        "source": piece["by"], "source_id": source, "touchpoint_id": source if kind in TOUCHPOINTS else None,
        "late": piece["late"], "evidenced_at": uow.now, "changed_at": uow.clock.machine(),
    }  # fmt: skip


async def _figure(uow: Uow, row: Board, stay: Experience, judged: dict[str, Verdict], today: date) -> None:
    """The board's own line: figures, closing, and when to look again."""
    broken = stay.status if stay.status in rules.BROKEN else None
    mine = [judged[one.code] for one in catalogue().standards]
    closes_on = max(one.closes_on for one in mine)
    final = today > closes_on and broken is None
    found = rules.figure(catalogue(), judged, final)
    values = {name: getattr(found, name) for name in ("kept", "late", "missed", "denied", "not_needed", "open")}
    values |= {"conflicts": found.conflicts, "asked": found.of, "flag": found.flag, "broken": broken}
    values |= {"start_on": stay.start_on, "end_on": stay.end_on, "zone": stay.zone or "UTC", "closes_on": closes_on}
    values |= {"catalogue": catalogue().version, "wakes_on": _wakes(judged, broken, today)}
    values["closed_at"] = (row.closed_at or uow.now) if final else None
    await _wake(uow, row, values["wakes_on"], values["zone"])
    changed = {name for name, value in values.items() if getattr(row, name) != value}
    if not changed:
        return
    uow.change(row, **values)
    if final and changed - {"wakes_on"}:
        names = ("person_id", "sending_entity_id", "hosting_entity_id", "catalogue")
        about = {"application_id": row.id} | {name: getattr(row, name) for name in names}
        figures = {name: getattr(row, name) for name in ("asked", "kept", "late", "missed", "denied", "not_needed")}
        event = said.StandardsClosed(**about, **figures, **_rest(found))
        uow.say(event, effective_on=today)


def _rest(found: rules.Figure) -> dict[str, Any]:
    values = asdict(found)
    return {"conflicts": values["conflicts"], "unkept": list(found.unkept), "flag": bool(found.flag)}


def _wakes(judged: dict[str, Verdict], broken: str | None, today: date) -> date | None:
    return None if broken else rules.wakes_on(judged.values(), today)


async def _wake(uow: Uow, row: Board, on: date | None, zone: str) -> None:
    """One due row per board, at the first minute of the day on which something changes by itself."""
    if (row.wakes_on, row.zone) == (on, zone):
        return
    await uow.cancel(STANDARDS, row.id, why="moved")
    if on is not None:
        await uow.schedule(STANDARDS, row.id, on.isoformat(), datetime.combine(on, time()), zone)


async def posted_experiences(uow: Uow, opportunity_id: UUID) -> Sequence[UUID]:
    """The boards that stand on a posting."""
    query = select(Board.id).where(Board.opportunity_id == opportunity_id).order_by(Board.id)
    return await uow.rows(query)
