"""The questionnaires that there are: those that ship with the room, and those that were published by API.

What is published is never changed, so a process keeps what it has read; whether something was added since is one look
at the highest number.
"""

from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from sqlmodel import func, select

from services.surveys.model import Published
from services.surveys.policy.questionnaire import Questionnaire
from services.surveys.questionnaires import LIBRARY, Library, parse
from shared.storage.tx import Uow


@dataclass(slots=True)
class _Shelf:
    """What one database held when it was looked at last."""

    number: int = 0
    library: Library = LIBRARY


_SHELVES: WeakKeyDictionary[Any, _Shelf] = WeakKeyDictionary()


async def library(uow: Uow) -> Library:
    """All questionnaires as of this moment."""
    shelf = _shelf(uow)
    newest = await uow.scalar(select(func.max(Published.number))) or 0
    if newest != shelf.number:
        rows = await uow.rows(select(Published).order_by(Published.number))  # type: ignore[arg-type]
        added = {(row.questionnaire, row.version): parse(row.content) for row in rows}
        shelf.number, shelf.library = newest, Library({**LIBRARY.all, **added})
    return shelf.library


async def questionnaire(uow: Uow, code: str, version: int) -> Questionnaire:
    """One version, without a look at the database when this process knows it; KeyError when there is none."""
    known = _shelf(uow).library.all.get((code, version))
    return known or (await library(uow)).get(code, version)


def _shelf(uow: Uow) -> _Shelf:
    return _SHELVES.setdefault(uow.link.database, _Shelf())
