"""Which standards fail, where, how often and since when – with the cases behind it; within the caller's scope."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Text, cast, func
from sqlmodel import select

from services.surveys.model import Answer, Case, CaseStandard, Experience, Given, answers_of, cases_of
from services.surveys.policy import figures
from services.surveys.policy.cases import CaseState
from services.surveys.policy.improvements import Where, trend
from services.surveys.policy.measures import Kind
from services.surveys.schemas.improvements import FailureOut, FailureTrendOut, ImprovementsOut, MonthOut
from services.surveys.settings import limits
from services.surveys.views.measured import asks, given, measured
from services.surveys.views.raw import placed
from shared.contracts.surveys import Party
from shared.storage.tx import Uow

MOST_IDS, MOST_ROWS = 50, 500
NONE = "none"  # the key of what has no value there


@dataclass(frozen=True, slots=True)
class Failing:
    """What is looked at: one customer's word, perhaps of one standard, in an entity's subtree (either side), over days
    (UTC, both included)."""

    party: Party = Party.ep
    standard: str | None = None
    entity_id: UUID | None = None
    since: date | None = None
    until: date | None = None


async def where_to_improve(uow: Uow, by: Where, wanted: Failing) -> ImprovementsOut:
    """The places where standards fail, the surest failure first."""
    words, cases = await _words(uow, by, wanted), await _cases(uow, by, wanted)
    rows = [_row(key, words.get(key, (0, 0)), cases.get(key, [])) for key in words.keys() | cases.keys()]
    rows.sort(key=lambda row: (-(row.low or 0), -row.denied, -row.cases, row.key))
    narrowed = {name: getattr(wanted, name) for name in ("party", "standard", "entity_id", "since", "until")}
    return ImprovementsOut(by=by, minimum_n=limits().minimum_answers, rows=rows[:MOST_ROWS], **narrowed)


async def failure_trend(uow: Uow, wanted: Failing) -> FailureTrendOut:
    """The same, month by month, and whether it grows."""
    words, cases = await _words(uow, None, wanted), await _cases(uow, None, wanted)
    months = []
    for month in sorted(words.keys() | cases.keys()):
        told = _row(month, words.get(month, (0, 0)), cases.get(month, [])).model_dump()
        months.append(MonthOut(month=month, **{name: told[name] for name in MonthOut.model_fields if name != "month"}))
    found = trend([(_number(one.month), one.denied, one.asked) for one in months if one.asked])
    return FailureTrendOut(
        party=wanted.party, standard=wanted.standard, entity_id=wanted.entity_id,
        minimum_n=limits().minimum_answers, months=months, z=found.z if found else None, p=found.p if found else None,
    )  # fmt: skip


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:])


@dataclass(frozen=True, slots=True)
class _Behind:
    """A case behind a failure."""

    id: UUID
    open: bool
    conflict: bool


def _row(key: str, words: tuple[int, int], cases: Sequence[_Behind]) -> FailureOut:
    denied, asked = words
    enough = asked >= limits().minimum_answers
    found = figures.share(denied, asked) if enough else None
    span = found.interval if found else None
    ids = list(dict.fromkeys(case.id for case in cases))
    return FailureOut(
        key=key, asked=asked, denied=denied, enough=enough, rate=found.value if found else None,
        low=span.low if span else None, high=span.high if span else None,
        conflicts=sum(case.conflict for case in cases), cases=len(ids),
        open_cases=len({case.id for case in cases if case.open}), case_ids=ids[:MOST_IDS],
    )  # fmt: skip


async def _words(uow: Uow, by: Where | None, wanted: Failing) -> dict[str, tuple[int, int]]:
    """How many said no, and how many said yes or no, by the report's key."""
    asked = await measured(uow, Kind.standard)
    key = _key(by, Answer, asked.c.code, Answer.answered_at)
    query: Any = select(key, func.count().filter(Given.word == "no"), func.count()).select_from(Answer)
    query = query.join(asked, asks(asked)).join(Given, given(asked))
    query = query.outerjoin(Experience, Experience.id == Answer.application_id)
    query = query.where(
        Given.word.in_(("yes", "no")), answers_of(uow.caller), *_where(wanted, Answer, Answer.answered_at)
    )
    query = query.where(asked.c.code == wanted.standard) if wanted.standard else query
    return {row[0]: (row[1], row[2]) for row in await uow.execute(query.group_by(key))}


async def _cases(uow: Uow, by: Where | None, wanted: Failing) -> Mapping[str, list[_Behind]]:
    """The cases of standards, the newest first, by the report's key."""
    key = _key(by, Case, CaseStandard.standard, CaseStandard.noted_at)
    query: Any = select(key, Case.id, Case.state, CaseStandard.conflict).select_from(CaseStandard)
    query = query.join(Case, Case.id == CaseStandard.case_id)
    query = query.outerjoin(Experience, Experience.id == Case.application_id)
    query = query.where(cases_of(uow.caller), *_where(wanted, Case, CaseStandard.noted_at))
    query = query.where(CaseStandard.standard == wanted.standard) if wanted.standard else query
    found: dict[str, list[_Behind]] = {}
    for name, id_, state, conflict in await uow.execute(query.order_by(CaseStandard.noted_at.desc(), Case.id)):  # type: ignore[attr-defined]
        found.setdefault(name, []).append(_Behind(id_, state is not CaseState.closed, conflict))
    return found


def _key(by: Where | None, row: Any, standard: Any, moment: Any) -> Any:
    """The report's key as a text; None: the month (UTC)."""
    columns = {
        None: func.to_char(func.timezone("UTC", moment), "YYYY-MM"), Where.standard: standard,
        Where.sending_entity: row.sending_entity_id, Where.hosting_entity: row.hosting_entity_id,
        Where.opportunity: Experience.opportunity_id, Where.enabler: row.enabler_id,
        Where.product: row.product, Where.country: row.country,
    }  # fmt: skip
    return func.coalesce(cast(columns[by], Text), NONE).label("key")


def _where(wanted: Failing, row: Any, moment: Any) -> list[Any]:
    return [row.party == wanted.party, *placed(wanted, row, moment)]
