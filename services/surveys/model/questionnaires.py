"""Questionnaires that were published by API, beside those that ship as files."""

from datetime import datetime
from typing import Any

from sqlmodel import Field

from services.surveys.model.table import Table
from shared.storage.columns import code, document, moment


class Published(Table, table=True):
    """One version of a questionnaire, as it was sent in; never changed. `number` counts up: a look finds news by it."""

    __tablename__ = "questionnaire"
    questionnaire: str = code(primary_key=True)
    version: int = Field(primary_key=True)
    number: int = Field(unique=True)
    content: dict[str, Any] = document()
    published_by: str = code()
    published_at: datetime = moment()
