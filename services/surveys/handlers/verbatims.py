"""What people wrote is read after the request, by a due row of its own; a manager may set the labels right."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import select

from services.surveys import verbatims
from services.surveys.commands import CorrectVerbatim
from services.surveys.model import Answer, Case, Experience, Given, Verbatim, verbatims_of
from services.surveys.model.verbatims import Source
from services.surveys.schemas import VerbatimOut
from shared.contracts.surveys import CaseCause, Party
from shared.ids import derived_id
from shared.storage.due import Due, Wanted, schedule_many
from shared.storage.tx import Uow

READING = "verbatim"
COMMENT, REPORT = "comment", "report"
ENGLISH = "en"


async def read_later(uow: Uow, source: Source, source_id: UUID) -> None:
    """Have the texts of an answer or a case read soon; nothing is read within the request that brought them."""
    await uow.schedule(READING, source_id, source, uow.now.replace(tzinfo=None), "UTC")


async def read_all_later(uow: Uow, answers: Sequence[UUID]) -> None:
    """The same for many new answers at once."""
    local = uow.now.replace(tzinfo=None)
    await schedule_many(uow, READING, [Wanted(one, Source.answer, local, "UTC", uow.now) for one in answers])


async def read_verbatim(uow: Uow, due: Due) -> None:
    """Mask and read each text of an answer or a case. What was read already is left as it is."""
    about, texts = await (_of_answer if due.occurrence == Source.answer else _of_case)(uow, due.subject)
    if not texts:
        due.skip("nothing is written there, or no longer")
        return
    language = about.pop("expected")
    for question, text in texts:
        row_id = derived_id("verbatim", due.occurrence, due.subject, question)
        if await uow.find(Verbatim, id=row_id) is None:
            reading = await verbatims.read_aside(text, language)
            where = {"source": Source(due.occurrence), "source_id": due.subject, "question": question}
            uow.add(Verbatim(id=row_id, **where, **about, **_labels(reading)))


def _labels(reading: verbatims.Reading) -> dict[str, Any]:
    topics = sorted(reading.topics)
    return {
        "quote": reading.text, "language": reading.language, "sure": round(reading.sure, 3),
        "method": verbatims.METHOD, "topics": topics, "read_topics": topics,
        "sentiment": reading.sentiment, "read_sentiment": reading.sentiment,
    }  # fmt: skip


COPIED = {"party", "person_id", "application_id", "sending_entity_id", "hosting_entity_id", "product", "questionnaire"}
About = tuple[dict[str, Any], list[tuple[str, str]]]


async def _of_answer(uow: Uow, answer_id: UUID) -> About:
    """The comment and the other free texts of an answer."""
    answer = await uow.find(Answer, id=answer_id, lock=True)
    if answer is None:
        return {}, []
    about = answer.model_dump(include=COPIED) | {"written_at": answer.answered_at, "expected": answer.language}
    given = await uow.rows(select(Given).where(Given.answer_id == answer_id, Given.words.is_not(None)))  # type: ignore[union-attr]
    return about, list(_written([(COMMENT, answer.comment), *((row.question, row.words) for row in given)]))


def _written(texts: list[tuple[str, str | None]]) -> Iterator[tuple[str, str]]:
    """The texts that say something, each once: the comment also stands among what was given."""
    seen: set[str] = set()
    for question, text in texts:
        if text and text.strip() and not seen & {question, text}:
            seen |= {question, text}
            yield question, text


async def _of_case(uow: Uow, case_id: UUID) -> About:
    """The report of a case that somebody reported; what a rule wrote into one is nobody's own words."""
    case = await uow.find(Case, id=case_id, lock=True)
    if case is None or case.report is None or case.cause is not CaseCause.reported:
        return {}, []
    stay = await uow.find(Experience, id=case.application_id) if case.application_id else None
    about = case.model_dump(include=COPIED - {"product", "questionnaire"})
    about |= {"product": stay.product if stay else None, "written_at": case.opened_at, "expected": ENGLISH}
    return about, list(_written([(REPORT, case.report)]))


async def correct_verbatim(uow: Uow, command: CorrectVerbatim) -> VerbatimOut:
    """The labels as a manager says they are; what was read stays beside them, for the count of mistakes."""
    row = await uow.get(Verbatim, command.verbatim_id, verbatims_of(uow.caller), lock=True)
    uow.expect(row.version)
    before = {"topics": row.topics, "sentiment": row.sentiment}
    after = {"topics": sorted(command.topics), "sentiment": command.sentiment}
    uow.change(row, **after, corrected_at=uow.now)
    uow.note("correct_verbatim", row.id, before=before, after=after)
    return VerbatimOut.model_validate(row)


async def forget_verbatims(uow: Uow, of: ColumnElement[bool]) -> None:
    """The quotes of somebody who is erased go; that somebody once said something of a pick-up stays."""
    for row in await uow.rows(select(Verbatim).where(of).with_for_update()):
        uow.change(row, quote=None)


def written_by_enabler(enabler_id: UUID) -> ColumnElement[bool]:
    """The texts that an enabler wrote, in answers and in reports of cases."""
    answers = select(Answer.id).where(Answer.recipient_id == enabler_id)
    cases = select(Case.id).where(Case.party == Party.enabler, Case.enabler_id == enabler_id)
    return or_(
        and_(Verbatim.source == Source.answer, Verbatim.source_id.in_(answers)),  # type: ignore[attr-defined]
        and_(Verbatim.source == Source.case, Verbatim.source_id.in_(cases)),  # type: ignore[attr-defined]
    )
