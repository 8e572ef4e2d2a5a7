"""Past decisions against what came of them, and a market's assessments over time."""

import itertools
from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import select

from services.scoring.model import Sheet, SheetDecision, SheetOutcome, decisions_of
from services.scoring.policy.sheets.ledger import Case, SheetEnding, record
from services.scoring.policy.sheets.scores import Answer
from services.scoring.policy.sheets.suggestions import suggest
from services.scoring.policy.sheets.templates import OURS, SheetAbout
from services.scoring.schemas import ChangeOut, ComparisonOut, MeasuredOut, TallyOut, TrackRecordOut
from services.scoring.views.sheet_templates import in_force, template_of
from shared.errors import NotFound
from shared.storage.scope import within
from shared.storage.tx import Uow


async def get_track_record(uow: Uow, code: str, entity_id: UUID | None, as_of: datetime | None) -> TrackRecordOut:
    """How well decisions on sheets of this template foretold outcomes, by what was known at a moment."""
    version = await in_force(uow, code, entity_id or uow.caller.entity)
    if version is None:  # published by a nation, and asked for from above
        newest = select(func.max(SheetDecision.template_version)).where(
            *_wanted(uow, code, entity_id, SheetDecision.at, None)
        )
        version = await uow.scalar(newest)
    if version is None:
        raise NotFound(f"There is no template {code}.")
    template = await template_of(uow, code, version)
    conditions = _wanted(uow, code, entity_id, SheetDecision.at, as_of)
    decisions: dict[UUID, list[SheetDecision]] = {}
    for row in await uow.rows(select(SheetDecision).where(*conditions).order_by(SheetDecision.number)):
        decisions.setdefault(row.sheet_id, []).append(row)
    endings = await _endings(uow, code, entity_id, as_of)
    cases, late = [], 0
    for sheet_id, ending in endings.items():
        if ending.ending not in (SheetEnding.won, SheetEnding.lost):
            continue
        before = [one for one in decisions.get(sheet_id, []) if one.at < _end_of(ending)]
        if before and before[-1].score is not None:
            cases.append(_case(before[-1], ending.ending is SheetEnding.won))
        else:
            late += 1
    names = [one.id for one in template.criteria]
    found = record(cases, names)
    suggestion = suggest(cases, {one.id: one.weight for one in template.criteria})
    counts = [ending.ending for ending in endings.values()]
    undecided = len(decisions.keys() - endings.keys())
    return TrackRecordOut.model_validate({
        **{name: getattr(found, name) for name in found.__dataclass_fields__},
        "template": code,
        "decided": len(decisions),
        "pending": counts.count(SheetEnding.pending) + undecided,
        "withdrawn": counts.count(SheetEnding.withdrawn),
        "decided_too_late": late,
        "suggestion": {"cases": suggestion.cases, "weights": suggestion.weights, "why": suggestion.why},
        "enough_data": found.area.value is not None,
    })  # fmt: skip


def _wanted(uow: Uow, code: str, entity_id: UUID | None, at: Any, as_of: datetime | None) -> list[ColumnElement[bool]]:
    found = [decisions_of(uow.caller), SheetDecision.template == code]
    found += [within(SheetDecision.entity_id, entity_id)] if entity_id else []
    return [*found, at <= as_of] if as_of else found  # type: ignore[list-item]


async def _endings(uow: Uow, code: str, entity_id: UUID | None, as_of: datetime | None) -> dict[UUID, SheetOutcome]:
    """The outcome of each sheet that was decided on, as it was known then."""
    decided = select(SheetDecision.sheet_id).where(*_wanted(uow, code, entity_id, SheetDecision.at, None))
    query = select(SheetOutcome).where(SheetOutcome.sheet_id.in_(decided))  # type: ignore[attr-defined]
    query = query if as_of is None else query.where(SheetOutcome.at <= as_of)
    newest = query.ext(distinct_on(SheetOutcome.sheet_id)).order_by(SheetOutcome.sheet_id, SheetOutcome.version.desc())  # type: ignore[arg-type, attr-defined]
    return {row.sheet_id: row for row in await uow.rows(newest)}


def _end_of(ending: SheetOutcome) -> datetime:
    """What was decided on the day itself may have known of it: only decisions of days before foretold it."""
    return datetime.combine(ending.on, time(0), UTC)


def _case(row: SheetDecision, won: bool) -> Case:
    """Going on is any level above the lowest; what the rule didn't decide it didn't foretell."""
    lowest = row.record["levels"][0]["code"]
    levels = {level["code"] for level in row.record["levels"]}
    rule = row.rule != lowest if row.rule in levels else None
    human = row.decision != lowest if row.decision in levels else None
    answers = {name: Answer(answer) for name, answer in row.record["answers"][OURS].items()}
    return Case(row.score or 0.0, rule, human, won, answers)


async def compare_market(uow: Uow, entity_id: UUID, code: str, as_of: datetime | None = None) -> ComparisonOut:
    """The assessments of an entity's own market, decided on sheets about it, the oldest first."""
    markets = select(Sheet.id).where(Sheet.about == SheetAbout.market)
    conditions = [*_wanted(uow, code, None, SheetDecision.at, as_of), SheetDecision.entity_id == entity_id]
    query = (
        select(SheetDecision)
        .where(*conditions, SheetDecision.sheet_id.in_(markets))
        .order_by(SheetDecision.at, SheetDecision.id)
    )
    rows = await uow.rows(query)
    if not rows:
        raise NotFound("Nothing was assessed there by this template, or it is not yours to see.")
    measured = [_measured(row) for row in rows]
    groups = list(dict.fromkeys(name for one in reversed(measured) for name in one.groups))
    changes = [_change(a, b) for a, b in itertools.pairwise(measured)]
    return ComparisonOut(entity_id=entity_id, template=code, groups=groups, measured=measured, changes=changes)


def _measured(row: SheetDecision) -> MeasuredOut:
    ours: Mapping[str, Any] = row.record["columns"][OURS]
    asked = [one["id"] for group in row.record["groups"] for one in group["criteria"]]
    given = row.record["answers"][OURS]
    return MeasuredOut(
        decision_id=row.id, sheet_id=row.sheet_id, at=row.at, template_version=row.template_version,
        level=row.decision, rule=row.rule, whole=TallyOut(**ours["whole"]),
        groups={group["id"]: TallyOut(**ours["groups"][group["id"]]) for group in row.record["groups"]},
        answers={name: given.get(name, str(Answer.open)) for name in asked},
    )  # fmt: skip


def _change(before: MeasuredOut, now: MeasuredOut) -> ChangeOut:
    both = [name for name in now.answers if name in before.answers]
    known = [name for name in both if Answer.open not in (before.answers[name], now.answers[name])]
    turned = [name for name in known if before.answers[name] != now.answers[name]]
    return ChangeOut(
        at=now.at, criteria=len(known), better=[name for name in turned if now.answers[name] == Answer.plus],
        worse=[name for name in turned if now.answers[name] == Answer.minus],
        new_questions=[name for name in now.answers if name not in before.answers],
        gone_questions=[name for name in before.answers if name not in now.answers],
    )  # fmt: skip
