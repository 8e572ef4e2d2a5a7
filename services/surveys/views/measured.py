"""What questionnaires measure by code and not by score, as a table that queries over answers join."""

from typing import Any

from sqlalchemy import ColumnElement, Text, and_, column, values
from sqlalchemy import Integer as Whole

from services.surveys.model import Answer, Given
from services.surveys.policy.measures import Kind, measures
from services.surveys.views.library import library
from shared.storage.tx import Uow


async def measured(uow: Uow, kind: Kind) -> Any:
    """The rows of all questionnaires that measure this kind: version, questionnaire, question, row, code."""
    names = ("questionnaire", "question", "row", "code")
    columns = [column("version", Whole), *(column(name, Text) for name in names)]
    rows = [
        (one.version, one.questionnaire, one.question, one.row, one.code)
        for one in measures(kind, (await library(uow)).all.values())
    ]
    return values(*columns, name=f"{kind.value}_rows").data(rows or [(0, "", "", "", "")])


def asks(rows: Any) -> ColumnElement[bool]:
    """Joins an answer to what its questionnaire measures."""
    return and_(Answer.questionnaire == rows.c.questionnaire, Answer.questionnaire_version == rows.c.version)


def given(rows: Any) -> ColumnElement[bool]:
    """Joins what was given to one of these rows."""
    return and_(Given.answer_id == Answer.id, Given.question == rows.c.question, Given.part == rows.c.row)
