"""Deciding on a sheet, and telling what came of it."""

from sqlmodel import func, select

from services.scoring.commands import Decide, OnSheet, TellOutcome
from services.scoring.handlers.sheets import held
from services.scoring.model import Sheet, SheetDecision, SheetOutcome, sheets_of
from services.scoring.policy.sheets.scores import standing
from services.scoring.policy.sheets.templates import NOT_ENOUGH, OURS
from services.scoring.schemas import DecisionOut, OutcomeOut
from services.scoring.views.sheet_boards import Board, board, kept
from shared.contracts.sheets import BenchmarkDecided
from shared.errors import Conflict, FieldError, Invalid
from shared.ids import new_id
from shared.storage.tx import Uow


async def decide_sheet(uow: Uow, command: OnSheet) -> DecisionOut:
    """What the rule says and what the human decides, apart, with all that it rests on. Deciding again adds another."""
    sheet, body = await held(uow, command.sheet_id), command.body
    assert isinstance(body, Decide)
    uow.expect(sheet.version)
    there = await board(uow, sheet.id)
    record = kept(there)
    rule = record["verdict"]["code"]
    decision = _decision(there, body, rule)
    score = record["columns"][OURS]["whole"]["score"]
    number = (
        await uow.scalar(select(func.max(SheetDecision.number)).where(SheetDecision.sheet_id == sheet.id)) or 0
    ) + 1
    row = SheetDecision(
        id=new_id(), sheet_id=sheet.id, number=number, entity_id=sheet.entity_id, template=sheet.template,
        template_version=sheet.template_version, rule=rule, decision=decision, reason=body.reason, score=score,
        record=record, by=uow.caller.subject, at=uow.now,
    )  # fmt: skip
    uow.add(row)
    uow.change(sheet)
    uow.say(_said(there, row))
    uow.note("decide_sheet", sheet.id, after={"number": number, "rule": rule, "decision": decision})
    await uow.flush()
    return DecisionOut.model_validate(row)


def _decision(there: Board, body: Decide, rule: str) -> str:
    decision = body.decision or rule
    codes = [level.code for level in there.template.levels]
    if decision not in (*codes, NOT_ENOUGH):
        raise Invalid(errors=[FieldError("#/decision", f"It is one of {', '.join([*codes, NOT_ENOUGH])}.")])
    if decision != rule and body.reason is None:
        raise Invalid(errors=[FieldError("#/reason", f"The rule says {rule}: say why it is to be otherwise.")])
    return decision


def _said(there: Board, row: SheetDecision) -> BenchmarkDecided:
    whole = standing(there.template, there.answers[OURS]).whole
    found, ranked = row.record["verdict"], row.record["columns"][OURS]["rank"]
    single = [one["cells"][0] for name in ("holds", "lifts") for one in found[name] if len(one["cells"]) == 1]
    return BenchmarkDecided(
        sheet_id=row.sheet_id, decision_id=row.id, number=row.number, entity_id=row.entity_id,
        enabler_id=there.sheet.enabler_id, about=there.sheet.about, template=row.template,
        template_version=row.template_version, rule=row.rule, decision=row.decision, score=row.score,
        known_share=float(whole.known_share), low=float(whole.low), high=float(whole.high), rank=ranked,
        columns=len(there.columns), triggers=[f"{cell['column']}:{cell['criterion']}" for cell in single],
    )  # fmt: skip


async def tell_outcome(uow: Uow, command: OnSheet) -> OutcomeOut:
    """What came of a sheet that was decided on; If-Match is the outcome's version, 0 for the first one."""
    sheet = await uow.get(Sheet, command.sheet_id, sheets_of(uow.caller), lock=True)
    body = command.body
    assert isinstance(body, TellOutcome)
    version = await uow.scalar(select(func.max(SheetOutcome.version)).where(SheetOutcome.sheet_id == sheet.id)) or 0
    uow.expect(version)
    if await uow.scalar(select(func.count()).where(SheetDecision.sheet_id == sheet.id)) == 0:
        raise Conflict("Nothing was decided on it yet.", code="not-decided")
    if body.on > uow.today("Pacific/Kiritimati"):  # where a day begins first: it is not today anywhere
        raise Invalid(errors=[FieldError("#/on", "It lies in the future.")])
    if sheet.erased_at is not None and body.reason is not None:
        raise Invalid(errors=[FieldError("#/reason", "Its subject asked to be forgotten: no words are kept.")])
    row = SheetOutcome(
        sheet_id=sheet.id, version=version + 1, ending=body.ending, on=body.on, reason=body.reason,
        by=uow.caller.subject, at=uow.now,
    )  # fmt: skip
    uow.add(row)
    uow.change(sheet)
    uow.note("tell_outcome", sheet.id, after={"ending": row.ending, "on": row.on.isoformat()})
    await uow.flush()
    return OutcomeOut.model_validate(row)
