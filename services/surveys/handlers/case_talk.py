"""The conversation of a quality case: messages, internal notes, files, and what a scanner says of them."""

from uuid import UUID

from sqlalchemy import func
from sqlmodel import select

from services.surveys.commands import AttachFile, JudgeFile, WriteMessage
from services.surveys.files import NotTaken, Refused, scanner_of
from services.surveys.handlers.case_clocks import about
from services.surveys.model import Case, CaseFile, CaseMessage, cases_of
from services.surveys.policy.cases import check_goes_on
from services.surveys.policy.talk import Author, FileState, MessageKind, author_of, is_customer
from services.surveys.schemas import FileOut, MessageOut
from services.surveys.settings import limits
from services.surveys.views import case_by_token
from shared.contracts.cases import QualityCaseAnswered
from shared.errors import FieldError, Invalid
from shared.ids import new_id
from shared.storage.tx import Uow


def write(
    uow: Uow, case: Case, author: Author, text: str, kind: MessageKind = MessageKind.message, *, internal: bool = False
) -> CaseMessage:
    """A message in the case, by the caller's account."""
    account = case.party if is_customer(author) else uow.caller.subject
    return uow.add(
        CaseMessage(
            id=new_id(), case_id=case.id, kind=kind, author=author, account=account, internal=internal, text=text,
            written_at=uow.now,
        )
    )  # fmt: skip


def say_written(uow: Uow, case: Case, message: CaseMessage) -> None:
    """Tell that there is something for the customer to read."""
    said = {"message_id": message.id, "by": message.author, "solution": message.kind is MessageKind.solution}
    uow.say(QualityCaseAnswered.model_validate(about(case) | said))


async def _case(uow: Uow, case_id: UUID | None, token: str | None) -> tuple[Case, Author]:
    if token is not None:
        return await case_by_token(uow, token, lock=True)
    assert case_id is not None
    return await uow.get(Case, case_id, cases_of(uow.caller), lock=True), author_of(uow.caller.role)


async def write_message(uow: Uow, command: WriteMessage) -> MessageOut:
    """A message to all in the case; an internal one is for those who work on it."""
    case, author = await _case(uow, command.case_id, command.token)
    check_goes_on(case.state)
    internal = command.internal and not is_customer(author)
    message = write(uow, case, author, command.text, internal=internal)
    uow.change(case)
    if not internal and not is_customer(author):
        say_written(uow, case, message)
    uow.note("write_in_case", case.id, after={"message": str(message.id), "internal": internal})
    return MessageOut.model_validate(message)


async def attach_file(uow: Uow, command: AttachFile) -> FileOut:
    """A file that the guard let through; while a scanner is set up it waits for its verdict."""
    case, author = await _case(uow, command.case_id, command.token)
    check_goes_on(case.state)
    if await uow.scalar(select(func.count()).where(CaseFile.case_id == case.id)) >= limits().attachments:
        raise NotTaken(Refused.too_many)
    file = command.file
    waits = scanner_of(limits().scanner).looks
    kept = uow.add(
        CaseFile(
            id=new_id(), case_id=case.id, author=author, internal=command.internal and not is_customer(author),
            name=file.name, media_type=file.kind, size=len(file.content), digest=file.digest, content=file.content,
            state=FileState.waiting if waits else FileState.unscanned, attached_at=uow.now,
        )
    )  # fmt: skip
    uow.change(case)
    uow.note("attach_to_case", case.id, after={"file": str(kept.id), "digest": file.digest})
    return FileOut.model_validate(kept)


async def judge_file(uow: Uow, command: JudgeFile) -> None:
    """What the scanner said. Of a file with a threat only the name, the hash and the reason are kept."""
    file = await uow.find(CaseFile, id=command.file_id, lock=True)
    if file is None or file.state not in (FileState.waiting, FileState.unscanned):
        return
    if command.threat is None:
        file.state = FileState.clean
    else:
        file.state, file.reason, file.content = FileState.quarantined, command.threat, None
    uow.change(await uow.get(Case, file.case_id, lock=True))
    uow.note("scan_case_file", file.case_id, after={"file": str(file.id), "state": file.state, "reason": file.reason})


async def forget_words(uow: Uow, *whose: object) -> None:
    """Blank all words and files of the cases that match: names, texts, pictures. What happened stays."""
    cases = await uow.rows(select(Case).where(*whose).with_for_update())  # type: ignore[arg-type]
    for case in cases:
        uow.change(case, report=None, note=None, solution=None)
        for message in await uow.all(CaseMessage, case_id=case.id):
            message.text = None
        for file in await uow.all(CaseFile, case_id=case.id):
            file.name, file.content, file.state = None, None, FileState.erased
        uow.note("erase_case", case.id, reason="person erased")


async def proof_of(uow: Uow, case: Case, files: list[UUID]) -> None:
    """The files must be there, in this case, and readable; else Invalid."""
    rows = select(CaseFile.id).where(CaseFile.case_id == case.id, CaseFile.content.is_not(None))  # type: ignore[union-attr]
    there = set(await uow.rows(rows))
    if wrong := [number for number, file in enumerate(files) if file not in there]:
        raise Invalid(errors=[FieldError(f"#/proof/{n}", "There is no such file in this case.") for n in wrong])
