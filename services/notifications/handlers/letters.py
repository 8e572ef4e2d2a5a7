"""Letters in operators' own words: drafted, checked, published for a scope, taken back."""

from uuid import UUID

from sqlalchemy import func, text
from sqlmodel import select

from services.notifications import texts
from services.notifications.commands.letters import (
    ChangeLetter,
    DraftLetter,
    LetterContent,
    PublishLetter,
    RetireLetter,
    stored,
    templates,
)
from services.notifications.handlers.plans import EVERYWHERE, may_write
from services.notifications.model import LetterVersion, VersionState
from services.notifications.schemas.letters import LetterOut
from services.notifications.texts import bounded
from shared.errors import Conflict, FieldError, Invalid
from shared.ids import new_id
from shared.storage.scope import below
from shared.storage.tx import Uow

ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended('letter ' || :letter, 0))")


async def draft_letter(uow: Uow, command: DraftLetter) -> LetterOut:
    await may_write(uow, command.entity_id)
    _known(command)
    _checked(command.content)
    await uow.execute(ONE_AT_A_TIME, {"letter": command.letter})
    row = uow.add(
        LetterVersion(
            id=new_id(), letter=command.letter, language=command.language, entity_id=command.entity_id,
            number=await _last(uow, command) + 1, state=VersionState.draft, content=stored(command.content),
            author=uow.caller.subject, created_at=uow.now,
        )
    )  # fmt: skip
    uow.note("draft_letter", row.id, after={"letter": row.letter, "language": row.language, "number": row.number})
    return LetterOut.model_validate(row)


async def change_letter(uow: Uow, command: ChangeLetter) -> LetterOut:
    row = await _own(uow, command.letter_id)
    if row.state is not VersionState.draft:
        raise Conflict(f"It is {row.state}: write a new version instead.", code="not-a-draft")
    _checked(command.content)
    uow.change(row, content=stored(command.content), author=uow.caller.subject)
    return LetterOut.model_validate(row)


async def publish_letter(uow: Uow, command: PublishLetter) -> LetterOut:
    """From now on this scope writes so; an older version comes back in the same way."""
    row = await _own(uow, command.letter_id)
    if row.state is VersionState.published:
        raise Conflict("It is in use already.", code="published-already")
    await uow.execute(ONE_AT_A_TIME, {"letter": row.letter})
    same = (LetterVersion.letter == row.letter, LetterVersion.language == row.language)
    scope = LetterVersion.entity_id.is_not_distinct_from(row.entity_id)  # type: ignore[union-attr]
    for one in await uow.rows(select(LetterVersion).where(*same, scope, LetterVersion.state == VersionState.published)):
        uow.change(one, state=VersionState.retired)
    uow.change(row, state=VersionState.published, published_at=uow.now)
    uow.note("publish_letter", row.id)
    return LetterOut.model_validate(row)


async def retire_letter(uow: Uow, command: RetireLetter) -> LetterOut:
    """Back to the words of the wider scope."""
    row = await _own(uow, command.letter_id)
    if row.state is not VersionState.published:
        raise Conflict("Only a version in use can be retired.", code="not-in-use")
    uow.change(row, state=VersionState.retired)
    uow.note("retire_letter", row.id)
    return LetterOut.model_validate(row)


async def _own(uow: Uow, letter_id: UUID) -> LetterVersion:
    mine = () if uow.caller.role in EVERYWHERE else (below(LetterVersion.entity_id, uow.caller),)
    row = await uow.get(LetterVersion, letter_id, *mine, lock=True)
    uow.expect(row.version)
    return row


async def _last(uow: Uow, command: DraftLetter) -> int:
    same = (LetterVersion.letter == command.letter, LetterVersion.language == command.language)
    scope = LetterVersion.entity_id.is_not_distinct_from(command.entity_id)  # type: ignore[union-attr]
    return int(await uow.scalar(select(func.max(LetterVersion.number)).where(*same, scope)) or 0)


def _known(command: DraftLetter) -> None:
    if command.language not in texts.languages():
        raise Invalid(errors=[FieldError("#/language", f"there are {', '.join(texts.languages())}")])
    if command.letter not in texts.words(command.language).letters:
        raise Invalid(errors=[FieldError("#/letter", "no touchpoint has such a letter")])


def _checked(content: LetterContent) -> None:
    """Invalid with every template that does more than show facts."""
    wrong = [
        FieldError(f"#/content{pointer}", fault)
        for pointer, source in templates(content)
        for fault in bounded.faults(source, texts.FACTS)
    ]
    if wrong:
        raise Invalid("The letter can't be used.", errors=wrong)
