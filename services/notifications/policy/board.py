"""The standards of one experience: done, missed, confirmed or denied follows from what is known, and no more."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from services.notifications.policy.standards import Catalogue, Closing, Days, Part, Standard, part_dues
from services.notifications.policy.stays import Status
from shared.contracts.surveys import StandardWord

ANY = "*"  # a claim's due date for whatever part it proves
STATEMENT = "statement"
# An application that came to one of these ends owes nothing more; completed ones go on until they are closed.
BROKEN = frozenset(
    {Status.withdrawn, Status.rejected, Status.approval_broken, Status.realization_broken, Status.reopened}
)


class Kept(StrEnum):
    """Where a standard stands. `lapsed`: the experience ended before its time, nothing is owed any more."""

    open = "open"
    done = "done"
    done_late = "done_late"
    confirmed = "confirmed"
    denied = "denied"
    not_needed = "not_needed"
    missed = "missed"
    lapsed = "lapsed"


class Standing(StrEnum):
    """What a claim says of itself now."""

    done = "done"
    waived = "waived"
    void = "void"


@dataclass(frozen=True, slots=True)
class Claim:
    """Something that may prove a part: which event, on which day at the host, and what was due then, if it told."""

    key: str
    standing: Standing
    done_on: date
    source_id: UUID
    at: datetime
    dues: Mapping[str, date] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Word:
    """What the EP answered about a standard."""

    word: StandardWord
    on: date
    at: datetime
    source_id: UUID


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the managers said of a standard: not needed, kept on a day, or not kept after all."""

    waived: bool = False
    stated: bool | None = None
    stated_on: date | None = None
    stated_at: datetime | None = None


NO_RULING = Ruling()


@dataclass(frozen=True, slots=True)
class Known:
    """All that the standards of one experience follow from."""

    days: Days
    claims: Mapping[str, Claim] = field(default_factory=dict)
    words: Mapping[str, Sequence[Word]] = field(default_factory=dict)
    rulings: Mapping[str, Ruling] = field(default_factory=dict)
    broken: str | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A part as it stands: until when, since when, by which claim; `waived` when it isn't needed."""

    code: str
    due_on: date
    done_on: date | None = None
    late: bool = False
    by: str | None = None
    source_id: UUID | None = None
    waived: bool = False

    @property
    def settled(self) -> bool:
        return self.done_on is not None or self.waived


@dataclass(frozen=True, slots=True)
class Verdict:
    """A standard as it stands. `due_on` is its last day; `next_on` that of the first part that is still open."""

    standard: str
    state: Kept
    due_on: date
    next_on: date | None
    done_on: date | None
    closes_on: date
    late: bool
    conflict: bool
    word: StandardWord | None
    reason: str | None
    pieces: tuple[Piece, ...]

    @property
    def kept(self) -> bool:
        return self.state in (Kept.done, Kept.confirmed) and not self.late


def judge(standard: Standard, closing: Closing, known: Known, today: date) -> Verdict:
    """One standard on this day. What came after its closing doesn't count any more."""
    ruling = known.rulings.get(standard.code, NO_RULING)
    latest = closes_on(standard, closing, known)
    pieces = _pieces(standard, known, ruling, latest)
    word = _word(known.words.get(standard.code, ()), latest)
    left = [piece.due_on for piece in pieces if not piece.settled]
    done = [piece.done_on for piece in pieces if piece.done_on is not None]
    provided = not left and bool(done)
    late = any(piece.late for piece in pieces)
    state, reason = _state(ruling, word, provided, late, left, today, known.broken)
    return Verdict(
        standard=standard.code,
        state=state,
        due_on=max(piece.due_on for piece in pieces),
        next_on=min(left, default=None),
        done_on=max(done) if provided else None,
        closes_on=latest,
        late=late and state in (Kept.done_late, Kept.confirmed),
        conflict=provided and word is StandardWord.no,
        word=word,
        reason=reason,
        pieces=pieces,
    )


def closes_on(standard: Standard, closing: Closing, known: Known) -> date:
    """The last day for answers and evidence: so long after the due date, and after the end in any case."""
    planned = _closing(standard, closing, known, {})
    pieces = _pieces(standard, known, NO_RULING, planned)
    return _closing(standard, closing, known, {one.code: one.done_on for one in pieces if one.done_on is not None})


def _closing(standard: Standard, closing: Closing, known: Known, done: dict[str, date]) -> date:
    last = max(part_dues(standard, known.days, done).values())
    return max(last + timedelta(days=closing.after_due), known.days.end + timedelta(days=closing.after_end))


def _state(
    ruling: Ruling, word: StandardWord | None, provided: bool, late: bool, left: list[date], today: date,
    broken: str | None,
) -> tuple[Kept, str | None]:  # fmt: skip
    """The EP's yes or no comes first: who was there knows."""
    if word is StandardWord.no:
        return Kept.denied, None
    if word is StandardWord.yes:
        return Kept.confirmed, None
    if ruling.waived:
        return Kept.not_needed, "manager_said"
    if provided:
        return (Kept.done_late if late else Kept.done), None
    if not left:
        return Kept.not_needed, "requirement_waived"
    if word is StandardWord.not_needed:
        return Kept.not_needed, "ep_said"
    if broken is not None:
        return Kept.lapsed, broken
    return (Kept.missed if today > min(left) else Kept.open), None


def _word(words: Sequence[Word], latest: date) -> StandardWord | None:
    """The last answer that came in time; an answer that says nothing of the standard isn't here."""
    counted = [word for word in words if word.on <= latest]
    return max(counted, key=lambda word: (word.at, word.source_id)).word if counted else None


def _pieces(standard: Standard, known: Known, ruling: Ruling, latest: date) -> tuple[Piece, ...]:
    found: list[Piece] = []
    done: dict[str, date] = {}
    for part in standard.parts:
        due_on = part_dues(standard, known.days, done)[part.code]
        piece = _piece(standard, part, known, ruling, due_on, latest)
        if piece.done_on is not None:
            done[part.code] = piece.done_on
        found.append(piece)
    return tuple(found)


def _piece(standard: Standard, part: Part, known: Known, ruling: Ruling, due_on: date, latest: date) -> Piece:
    claims = [known.claims[key] for key in keys_of(standard, part) if key in known.claims]
    counted = [claim for claim in claims if claim.standing is Standing.done and claim.done_on <= latest]
    if ruling.stated is False and ruling.stated_at is not None:
        counted = [claim for claim in counted if claim.at > ruling.stated_at]
    if counted:
        best = min(counted, key=lambda claim: (claim.done_on, claim.key, claim.source_id))
        then = best.dues.get(address(standard.code, part.code), best.dues.get(ANY, due_on))
        late = best.done_on > max(due_on, then)  # in time by the dates of that day stays in time
        return Piece(part.code, due_on, best.done_on, late, best.key, best.source_id)
    if ruling.stated and ruling.stated_on is not None and ruling.stated_on <= latest:
        return Piece(part.code, due_on, ruling.stated_on, ruling.stated_on > due_on, STATEMENT)
    return Piece(part.code, due_on, waived=any(claim.standing is Standing.waived for claim in claims))


def keys_of(standard: Standard, part: Part) -> list[str]:
    """The claims that prove a part, by their keys."""
    return [f"proves:{standard.code}" if key == "proves" else key for key in part.evidence]


def address(standard: str, part: str) -> str:
    return f"{standard}/{part}"


def dues_of(catalogue: Catalogue, days: Days, keys: Iterable[str]) -> dict[str, date]:
    """When the parts that these claims prove are due now: the claim keeps it, whatever becomes of the dates."""
    wanted, found = set(keys), {}
    for standard in (*catalogue.standards, *catalogue.enabler):
        dues = part_dues(standard, days, {})
        for part in standard.parts:
            if wanted & set(keys_of(standard, part)):
                found[address(standard.code, part.code)] = dues[part.code]
    return found


# --- the figure


@dataclass(frozen=True, slots=True)
class Figure:
    """The quality of one experience. `flag` is None until the figure is final; `reachable` tells whether it still can.

    What is not needed is out of `of` and of `least`; what came late is counted apart. `unkept` names what lacks.
    """

    of: int
    least: int
    kept: int
    late: int
    missed: int
    denied: int
    not_needed: int
    open: int
    conflicts: int
    unkept: tuple[str, ...]
    final: bool
    flag: bool | None
    reachable: bool


def figure(catalogue: Catalogue, verdicts: Mapping[str, Verdict], final: bool) -> Figure:
    """The figure over the EP's list."""
    counted = [one for one in catalogue.standards if one.code in verdicts]
    judged = {one.code: verdicts[one.code] for one in counted}
    waived = [one.code for one in counted if judged[one.code].state is Kept.not_needed]
    asked = [one for one in counted if one.code not in waived]
    spare = len(catalogue.standards) - catalogue.quality.least
    late_ones = {code for code, one in judged.items() if one.late}
    good = {code for code, one in judged.items() if one.kept}
    good |= late_ones if catalogue.quality.late_counts else set()
    still = {code for code, one in judged.items() if one.state is Kept.open}
    lacking = [one for one in asked if one.code not in good]
    lost = [one for one in lacking if one.code not in still]
    states = [one.state for one in judged.values()]
    return Figure(
        of=len(asked),
        least=max(len(asked) - spare, 0),
        kept=sum(one.kept for one in judged.values()),
        late=len(late_ones),
        missed=states.count(Kept.missed),
        denied=states.count(Kept.denied),
        not_needed=len(waived),
        open=len(still),
        conflicts=sum(one.conflict for one in judged.values()),
        unkept=tuple(one.code for one in lacking),
        final=final,
        flag=_bearable(lacking, spare) if final else None,
        reachable=_bearable(lost, spare),
    )


def _bearable(lacking: Sequence[Standard], spare: int) -> bool:
    return len(lacking) <= spare and all(one.may_be_missed for one in lacking)


def wakes_on(verdicts: Iterable[Verdict], today: date) -> date | None:
    """The next day on which something changes by itself: a due date or a closing has passed."""
    days = [d for one in verdicts for d in _turns(one)]
    return min((day for day in days if day > today), default=None)


def _turns(verdict: Verdict) -> list[date]:
    found = [verdict.closes_on + timedelta(days=1)]
    if verdict.state is Kept.open:
        found += [piece.due_on + timedelta(days=1) for piece in verdict.pieces if not piece.settled]
    return found


def plain(pieces: Iterable[Piece]) -> list[dict[str, Any]]:
    """The parts as JSON values."""
    found = []
    for piece in pieces:
        values = {name: getattr(piece, name) for name in Piece.__slots__}
        found.append({name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()})
        found[-1]["source_id"] = str(piece.source_id) if piece.source_id else None
    return found


def verdict_of(row: Any) -> Verdict:
    """The verdict that a row of the board keeps; its parts as JSON values stay with the row."""
    names = [name for name in Verdict.__slots__ if name != "pieces"]
    return Verdict(pieces=(), **{name: getattr(row, name) for name in names})
