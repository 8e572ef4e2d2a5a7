"""The clocks of a quality case: acknowledgement of each entity, the term of each level, and the way up."""

from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID

from sqlmodel import select

from services.surveys.model import Case, CaseStep, Experience, Office
from services.surveys.policy.cases import CaseState
from services.surveys.policy.escalation import Level, Terms, Why, above, check_rises, clocks, deciders, decision_by
from services.surveys.settings import limits
from shared.contracts.cases import QualityCaseEscalated
from shared.contracts.fields import Side
from shared.contracts.surveys import CaseFact
from shared.storage.due import Due
from shared.storage.scope import ENTITY_PATH
from shared.storage.tx import Uow
from shared.working_time import WorkingTime, after_hours

ACKNOWLEDGEMENT, ANSWER, DECISION = "case-acknowledgement", "case-answer", "case-decision"
BOTH = "both-sides"  # the occurrence of cases that were opened when both sides had one clock


def about(case: Case) -> dict[str, object]:
    """The ids that every fact of a case carries."""
    return {"case_id": case.id} | case.model_dump(include=set(CaseFact.model_fields))


def sides_of(case: Case) -> list[Side]:
    """The sides that there are: an enabler's case may have no sending one."""
    return [side for side in Side if getattr(case, f"{side}_entity_id") is not None]


def missing(case: Case) -> list[Side]:
    """The sides that have not acknowledged."""
    return [side for side in sides_of(case) if getattr(case, f"{side}_acknowledged_at") is None]


def round_of(case: Case, side: Side) -> str:
    """The occurrence of a side's clock: one for the opening, one for each time that the case was opened again."""
    return f"{side}:{(case.reopened_at or case.opened_at).isoformat()}"


def terms() -> Terms:
    """The terms of the levels as they are set."""
    set_ = limits()
    return Terms(
        set_.solution_days, set_.national_days, set_.board_answer_days, set_.board_decision_days,
        set_.international_days, set_.term_counts,
    )  # fmt: skip


async def office_of(uow: Uow, case: Case, side: Side) -> WorkingTime:
    """When the entity of a side works; one that nobody told of works in the zone of the stay, else in UTC."""
    office = await uow.find(Office, id=getattr(case, f"{side}_entity_id"))
    if office is not None:
        return WorkingTime(
            office.zone, frozenset(office.weekdays), office.opens, office.closes, frozenset(office.holidays)
        )
    stay = await uow.find(Experience, id=case.application_id) if case.application_id else None
    return WorkingTime(stay.zone if stay else "UTC")


async def begin_acknowledgement(uow: Uow, case: Case) -> None:
    """Each entity has so many hours, in its own zone and working time; the event tells when the last of them ends."""
    given = limits()
    for side in sides_of(case):
        office = await office_of(uow, case, side)
        by = after_hours(uow.now, given.acknowledge_hours, given.acknowledge_counts, office)
        setattr(case, f"{side}_acknowledge_by", by)
        setattr(case, f"{side}_acknowledged_at", None)
        await _at(uow, ACKNOWLEDGEMENT, case, by, round_of(case, side))
    ends = [getattr(case, f"{side}_acknowledge_by") for side in sides_of(case)]
    case.acknowledge_by = max(ends, default=case.acknowledge_by)


async def begin_level(uow: Uow, case: Case, level: Level) -> list[UUID]:
    """A level has the case from now on; who decides there."""
    given = clocks(level, uow.now, terms(), await office_of(uow, case, case.owner))
    who = await _deciders(uow, case, level)
    case.level, case.step = level, case.step + 1
    case.answer_by, case.decide_by, case.answered_at = given.answer_by, given.decide_by, None
    uow.add(
        CaseStep(
            case_id=case.id, number=case.step, level=level, deciders=who, began_at=uow.now,
            answer_by=given.answer_by, decide_by=given.decide_by,
        )
    )  # fmt: skip
    await _at(uow, DECISION, case, given.decide_by, str(case.step))
    if given.answer_by is not None:
        await _at(uow, ANSWER, case, given.answer_by, str(case.step))
    return who


async def move_decision(uow: Uow, case: Case) -> None:
    """The boards have answered: their time to decide begins now."""
    case.answered_at = uow.now
    case.decide_by = decision_by(uow.now, terms(), await office_of(uow, case, case.owner))
    await uow.cancel(ANSWER, case.id, why="answered")
    await _at(uow, DECISION, case, case.decide_by, str(case.step))
    step = await _step(uow, case)
    if step is not None:
        step.decide_by = case.decide_by


async def rise(uow: Uow, case: Case, why: Why) -> None:
    """Up to the next level, whose clocks begin; Conflict at the top."""
    level = check_rises(case.level)
    before = {"level": case.level}
    await end_terms(uow, case, why, why)
    case.state = CaseState.open if missing(case) else CaseState.acknowledged
    who = await begin_level(uow, case, level)
    reckon(case)
    uow.change(case)
    facts = {"level": level, "why": why, "deciders": who, "answer_by": case.answer_by, "decide_by": case.decide_by}
    uow.say(QualityCaseEscalated.model_validate(about(case) | facts))
    uow.note(
        "escalate_case", case.id, reason=why, before=before, after={"level": level, "deciders": list(map(str, who))}
    )


async def end_terms(uow: Uow, case: Case, why: str, rose: Why | None = None) -> None:
    """The level's clocks stop; what waits of them is taken back."""
    for kind in (DECISION, ANSWER):
        await uow.cancel(kind, case.id, why=why)
    step = await _step(uow, case)
    if step is not None and step.ended_at is None:
        step.ended_at, step.rose = uow.now, rose


async def _step(uow: Uow, case: Case) -> CaseStep | None:
    await uow.flush()
    return await uow.find(CaseStep, case_id=case.id, number=case.step)


async def _at(uow: Uow, kind: str, case: Case, moment: datetime, occurrence: str) -> None:
    await uow.schedule(kind, case.id, occurrence, moment.astimezone(UTC).replace(tzinfo=None), "UTC")


async def _deciders(uow: Uow, case: Case, level: Level) -> list[UUID]:
    """From the tree of entities; an entity whose place nobody told stands for itself."""
    entities = [getattr(case, f"{side}_entity_id") for side in sides_of(case)]
    found = await uow.execute(select(ENTITY_PATH.c.entity_id, ENTITY_PATH.c.path).where(_in(entities)))
    paths = {row.entity_id: list(row.path) for row in found}
    lines = [paths.get(entity, [entity]) for entity in entities]
    offices = await uow.rows(select(Office).where(Office.id.in_({e for line in lines for e in line})))  # type: ignore[attr-defined]
    return deciders(level, lines, {office.id: office.kind for office in offices})


def _in(entities: Iterable[UUID]) -> object:
    return ENTITY_PATH.c.entity_id.in_(list(entities))


def reckon(case: Case) -> None:
    """The earliest clock that runs."""
    if case.state is CaseState.closed:
        case.next_due_at = None
        return
    running = [getattr(case, f"{side}_acknowledge_by") for side in missing(case)]
    if case.state is not CaseState.answered:
        running += [case.answer_by if case.answered_at is None else None, case.decide_by]
    case.next_due_at = min((at for at in running if at is not None), default=None)


# --- what the calendar wakes


async def mark_case_overdue(uow: Uow, due: Due) -> None:
    """The time of an entity to acknowledge has passed: everybody sees that, and the case goes up."""
    case = await uow.get(Case, due.subject, lock=True)
    silent = [one for one in missing(case) if due.occurrence in (BOTH, round_of(case, one))]
    if case.state is CaseState.closed or not silent:
        due.skip(f"the case is {case.state}")
        return
    uow.change(case, overdue=True)
    uow.note("case_overdue", case.id, after={"missing": silent})
    local = case.level is Level.local and case.state is not CaseState.answered and due.occurrence != BOTH
    if local and limits().acknowledge_escalates:
        await rise(uow, case, Why.unacknowledged)


async def note_silent_boards(uow: Uow, due: Due) -> None:
    """The boards' time to answer has passed; their time to decide runs."""
    if (case := await _waiting(uow, due)) is not None:
        uow.change(case, late=True)
        uow.note("case_late", case.id, after={"level": case.level, "term": "answer"})


async def end_level(uow: Uow, due: Due) -> None:
    """A level's term has passed without a solution: on to the next one; nobody stands above the last."""
    if (case := await _waiting(uow, due)) is None:
        return
    case.late = True
    uow.note("case_late", case.id, after={"level": case.level, "term": "decision"})
    if above(case.level) is None:
        uow.change(case)
        return
    await rise(uow, case, Why.undecided if case.level is Level.control_boards else Why.unsolved)


async def _waiting(uow: Uow, due: Due) -> Case | None:
    """The case whose term this is, while nobody has solved it."""
    case = await uow.get(Case, due.subject, lock=True)
    if case.state in (CaseState.closed, CaseState.answered) or due.occurrence != str(case.step):
        due.skip(f"the case is {case.state}, in its term {case.step}")
        return None
    return case
