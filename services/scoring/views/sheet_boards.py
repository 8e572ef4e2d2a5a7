"""A sheet put together: template, columns, answers as they stand or stood, what they are worth, and what decides."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import select

from services.scoring.model import Sheet, SheetAnswer, SheetColumn, sheets_of
from services.scoring.policy.sheets.scores import Answer, Tally, contributions, duel, ranks, standing
from services.scoring.policy.sheets.templates import OURS, Template
from services.scoring.policy.sheets.triggers import Trigger, triggers
from services.scoring.policy.sheets.verdicts import Line, verdict
from services.scoring.schemas import ColumnOut, ConditionOut, DuelOut, FlipOut, TallyOut, TriggerOut, VerdictOut
from services.scoring.views.sheet_templates import template_of
from shared.errors import NotFound
from shared.storage.tx import Uow


@dataclass(frozen=True, slots=True)
class Board:
    """A sheet with all that its scores come from; `cells` by column and criterion, those that were ever answered."""

    sheet: Sheet
    template: Template
    columns: Sequence[SheetColumn]
    cells: Mapping[tuple[str, str], SheetAnswer]

    @property
    def answers(self) -> dict[str, dict[str, Answer]]:
        """By column and criterion, for the policy."""
        found: dict[str, dict[str, Answer]] = {column.key: {} for column in self.columns}
        for (key, criterion), cell in self.cells.items():
            found[key][criterion] = cell.answer
        return found


async def board(uow: Uow, sheet_id: UUID, *, lock: bool = False, as_of: datetime | None = None) -> Board:
    """A sheet that the caller may see, as it is or as it stood at a moment."""
    sheet = await uow.get(Sheet, sheet_id, sheets_of(uow.caller), lock=lock)
    if as_of is not None and as_of < sheet.created_at:
        raise NotFound("There was no such sheet then.")
    template = await template_of(uow, sheet.template, sheet.template_version)
    there = [one for one in await uow.all(SheetColumn, sheet_id=sheet.id) if _was_there(one, as_of)]
    columns = sorted(there, key=lambda one: (one.key != OURS, one.key))
    names = {column.number: column.key for column in columns}
    known = [] if as_of is None else [SheetAnswer.at <= as_of]
    part = (SheetAnswer.column_number, SheetAnswer.criterion)
    query = select(SheetAnswer).where(SheetAnswer.sheet_id == sheet.id, *known).ext(distinct_on(*part))  # type: ignore[arg-type]
    newest = await uow.rows(query.order_by(*part, SheetAnswer.version.desc()))  # type: ignore[attr-defined, arg-type]
    cells = {(names[one.column_number], one.criterion): one for one in newest if one.column_number in names}
    return Board(sheet, template, columns, cells)


def _was_there(column: SheetColumn, as_of: datetime | None) -> bool:
    if as_of is None:
        return column.removed_at is None
    return column.added_at <= as_of and (column.removed_at is None or column.removed_at > as_of)


def columns_out(there: Board) -> list[ColumnOut]:
    """Each column with its scores, its rank, and how we compare."""
    answers = there.answers
    standings = {key: standing(there.template, given) for key, given in answers.items()}
    places = ranks(there.template, standings)
    return [
        ColumnOut(
            key=column.key,
            name=column.name,
            whole=tally_out(standings[column.key].whole),
            groups={name: tally_out(part) for name, part in standings[column.key].groups.items()},
            rank=places[column.key],
            duel=None if column.key == OURS else DuelOut(**asdict(duel(there.template, answers, column.key))),
        )
        for column in there.columns
    ]


def tally_out(tally: Tally) -> TallyOut:
    """A tally in floats."""
    return TallyOut(
        score=_float(tally.score), known_share=float(tally.known_share), low=float(tally.low), high=float(tally.high),
        plus=tally.plus, minus=tally.minus, open=tally.open,
    )  # fmt: skip


def verdict_out(template: Template, answers: Mapping[str, Mapping[str, Answer]]) -> VerdictOut:
    """What the rule says of these answers, and why."""
    found = verdict(template, answers)
    decided = triggers(template, answers, found)
    parts = contributions(template, answers[OURS])
    return VerdictOut(
        code=found.code, worst=found.worst, best=found.best, settled=found.settled,
        needed=_conditions(found.needed), held=_conditions(found.held), next=_conditions(found.next),
        contributions={name: float(part) for name, part in parts.items()},
        holds=_triggers(decided.holds), lifts=_triggers(decided.lifts), missing=_triggers(decided.missing),
        all_triggers=decided.all,
    )  # fmt: skip


def _conditions(lines: Sequence[Line]) -> list[ConditionOut]:
    return [
        ConditionOut(code=one.code, about=one.about, wanted=float(one.wanted), found=_float(one.found), met=one.met)
        for one in lines
    ]


def _triggers(found: Sequence[Trigger]) -> list[TriggerOut]:
    return [
        TriggerOut(cells=[FlipOut(column=key, criterion=one) for key, one in each.cells], turns_to=each.turns_to)
        for each in found
    ]


def _float(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def kept(there: Board) -> dict[str, Any]:
    """What a decision rests on, for its record: nothing in it is free text. What has an order is a list."""
    answers = there.answers
    return {
        "known": there.template.known.model_dump(),
        "levels": [level.model_dump(exclude={"title"}, exclude_none=True) for level in there.template.levels],
        "groups": [
            {"id": group.id, "criteria": [one.model_dump(include={"id", "weight", "must"}) for one in group.criteria]}
            for group in there.template.groups
        ],
        "answers": {
            key: {name: str(answer) for name, answer in sorted(given.items())} for key, given in answers.items()
        },
        "versions": {
            key: {name: cell.version for (column, name), cell in sorted(there.cells.items()) if column == key}
            for key in answers
        },
        "columns": {
            one.key: one.model_dump(mode="json", include={"whole", "groups", "rank", "duel"})
            for one in columns_out(there)
        },
        "verdict": verdict_out(there.template, answers).model_dump(mode="json"),
    }
