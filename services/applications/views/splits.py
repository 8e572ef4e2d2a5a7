"""How a report is cut up: by the period into which a day falls, and by entity, product or country."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Date, DateTime, FromClause, String, cast, func, null, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from services.applications.policy.reports import Clock, Grouping, Question
from shared.storage.scope import ENTITY_PATH


def day_of(question: Question, row: Any, name: str) -> ColumnElement[Any]:
    """The day on which a stage or an exit counts, by the clock that was asked for."""
    if question.clock is Clock.effective:
        return row[f"{name}_on"]  # type: ignore[no-any-return]
    return cast(func.timezone("UTC", row[f"{name}_at"]), Date)


def period_of(question: Question, day: ColumnElement[Any]) -> ColumnElement[Any]:
    """The first day of the period into which a day falls."""
    return cast(func.date_trunc(question.by.value, cast(day, DateTime)), Date)


def within(question: Question, day: ColumnElement[Any]) -> ColumnElement[bool]:
    return day.between(question.since, question.until)


@dataclass(frozen=True, slots=True)
class Split:
    """The group of a row, and which rows the question is about; `row` names entity, product and country."""

    question: Question
    branches: FromClause | None

    def group(self, row: Any) -> ColumnElement[Any]:
        match self.question.group:
            case Grouping.entity if self.branches is not None:
                found = self.branches.c.branch
            case Grouping.product:
                found = row.product
            case Grouping.country:
                found = row.country
            case _:
                found = cast(null(), String)
        return found.label("grp")

    def about(self, row: Any) -> list[ColumnElement[bool]]:
        asked = self.question
        found = [] if asked.product is None else [row.product == asked.product]
        found += [] if asked.country is None else [row.country == asked.country]
        if self.branches is not None:
            found.append(row[f"{asked.side}_entity_id"] == self.branches.c.entity_id)
        return found


def split_of(question: Question) -> Split:
    """An entity's report has a group for each child, with all below it, and one for what is the entity's own."""
    if question.entity is None and question.group is not Grouping.entity:
        return Split(question, None)
    path, root = ENTITY_PATH.c.path, question.entity
    if root is None:
        branch, there = func.coalesce(path[2], path[1]), []
    else:
        branch = func.coalesce(path[func.array_position(path, root, type_=None) + 1], path[func.cardinality(path)])
        there = [path.contains(cast([root], ARRAY(Uuid)))]
    return Split(question, select(ENTITY_PATH.c.entity_id, branch.label("branch")).where(*there).subquery("branches"))
