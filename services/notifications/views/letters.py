"""Letters in operators' own words: which there are, and which one a message is written with."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, any_, exists, or_, true
from sqlmodel import select

from services.notifications.model import Delivery, LetterVersion, VersionState
from services.notifications.plan import store
from services.notifications.policy import Entry
from services.notifications.schemas.letters import LetterOut
from shared.access import Caller, Role
from shared.storage.paging import Page, Paging, listing
from shared.storage.scope import ENTITY_PATH, below
from shared.storage.tx import Uow


def letters_of(caller: Caller) -> ColumnElement[bool]:
    """As for plans: what is or was in use above one's committee, and all of it below."""
    if caller.role in {Role.global_manager, Role.service, Role.auditor}:
        return true()
    told = LetterVersion.state != VersionState.draft
    line = exists().where(ENTITY_PATH.c.entity_id == caller.entity, LetterVersion.entity_id == any_(ENTITY_PATH.c.path))
    shared = LetterVersion.entity_id.is_(None) & told  # type: ignore[union-attr]
    return shared if caller.entity is None else or_(shared, line & told, below(LetterVersion.entity_id, caller))


async def list_letters(uow: Uow, letter: str | None, state: VersionState | None, paging: Paging) -> Page:
    query = select(LetterVersion).where(letters_of(uow.caller))
    for column, value in ((LetterVersion.letter, letter), (LetterVersion.state, state)):
        query = query if value is None else query.where(column == value)
    order, shape = (LetterVersion.changed_at, LetterVersion.id), LetterOut.model_validate
    return await listing(uow, query, order=order, paging=paging, changed=LetterVersion.changed_at, shape=shape)


async def get_letter(uow: Uow, letter_id: UUID) -> LetterOut:
    return LetterOut.model_validate(await uow.get(LetterVersion, letter_id, letters_of(uow.caller)))


async def words_for(
    uow: Uow, letter: str, language: str, sending: UUID | None, hosting: UUID | None
) -> dict[str, Any] | None:
    """The operator's words that are in use for this letter between two committees; None: the shipped ones."""
    return await (await WordsInUse.of(uow)).get(uow, letter, language, sending, hosting)


class WordsInUse:
    """Which letters are published in operators' words, read once for many messages."""

    def __init__(self, rows: Sequence[Any]) -> None:
        self._found: dict[tuple[str, str], list[tuple[UUID | None, UUID]]] = {}
        for letter, language, entity_id, id_ in rows:
            self._found.setdefault((letter, language), []).append((entity_id, id_))

    @classmethod
    async def of(cls, uow: Uow) -> "WordsInUse":
        return cls(await uow.fetch(WORDS))

    async def of_row(self, uow: Uow, entry: Entry, row: Delivery, language: str) -> dict[str, Any] | None:
        """The words for a delivery of this entry."""
        sides = (row.sending_entity_id, row.hosting_entity_id)
        return await self.get(uow, entry.letter or entry.code, language, *sides)

    async def get(
        self, uow: Uow, letter: str, language: str, sending: UUID | None, hosting: UUID | None
    ) -> dict[str, Any] | None:
        """The words of the nearest committee that has any."""
        if not (found := self._found.get((letter, language))):
            return None
        line = await store.line_of(uow, sending, hosting)
        place: dict[UUID | None, int] = {None: -1} | {entity: at for at, entity in enumerate(line)}
        near = [one for one in found if one[0] in place]
        if not near:
            return None
        return (await uow.get(LetterVersion, max(near, key=lambda one: place[one[0]])[1])).content


WORDS = "SELECT letter, language, entity_id, id FROM letter_version WHERE state = 'published'"
