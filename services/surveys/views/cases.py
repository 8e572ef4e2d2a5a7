"""Quality cases within the caller's scope, and behind the customer's personal link."""

from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlmodel import select

from services.surveys.files import scanner_of
from services.surveys.model import (
    Case,
    CaseFile,
    CaseMessage,
    CaseRefund,
    CaseStandard,
    CaseStep,
    Office,
    Person,
    cases_of,
    offices_of,
)
from services.surveys.policy.cases import AGE_CLASSES, CaseState, age_class
from services.surveys.policy.escalation import Level
from services.surveys.policy.talk import CUSTOMERS, Author, FileState, is_given_out, reads_notes
from services.surveys.schemas import (
    AgeingOut,
    AgeOut,
    CaseDetail,
    CaseOut,
    DueOut,
    FileOut,
    MessageOut,
    OfficeOut,
    RefundOut,
    StepOut,
)
from services.surveys.settings import limits
from shared import links
from shared.errors import NotFound
from shared.links import LinkRefused
from shared.storage.paging import Page, Paging, listing
from shared.storage.tx import Uow


async def case_by_token(uow: Uow, token: str, *, lock: bool = False) -> tuple[Case, Author]:
    """The case behind a customer's link, and the part in which they act; LinkRefused (404) when it opens nothing."""
    link = links.links().open(links.CASE, token)
    case = await uow.find(Case, id=link.subject, lock=lock)
    person = await uow.find(Person, id=case.person_id) if case and case.person_id else None
    if case is None or (person is not None and person.erased):
        raise LinkRefused
    return case, CUSTOMERS[case.party]


async def get_case(uow: Uow, case_id: UUID) -> CaseDetail:
    """A case with its course."""
    case = await uow.get(Case, case_id, cases_of(uow.caller))
    return await detail(uow, case, notes=reads_notes(uow.caller.role))


async def detail(uow: Uow, case: Case, *, notes: bool) -> CaseDetail:
    """The case and all that hangs on it; without `notes` what the customer may read."""
    steps = await uow.rows(select(CaseStep).where(CaseStep.case_id == case.id).order_by(CaseStep.number))  # type: ignore[arg-type]
    standards = select(CaseStandard.standard).where(CaseStandard.case_id == case.id).order_by(CaseStandard.standard)
    refunds = select(CaseRefund).where(CaseRefund.case_id == case.id).order_by(CaseRefund.recorded_at)  # type: ignore[arg-type]
    shown = CaseOut.model_validate(case).model_dump()
    return CaseDetail.model_validate(
        shown
        | {
            "standards": list(await uow.rows(standards)),
            "deciders": steps[-1].deciders if steps and case.state is not CaseState.closed else [],
            "steps": [StepOut.model_validate(step) for step in steps],
            "messages": await _messages(uow, case, notes),
            "files": await _files(uow, case, notes),
            "refunds": [RefundOut.model_validate(refund) for refund in await uow.rows(refunds)],
        }
    )


async def _messages(uow: Uow, case: Case, notes: bool) -> list[MessageOut]:
    query = select(CaseMessage).where(CaseMessage.case_id == case.id)
    query = query if notes else query.where(CaseMessage.internal.is_(False))  # type: ignore[attr-defined]
    found = await uow.rows(query.order_by(CaseMessage.written_at, CaseMessage.id))  # type: ignore[arg-type]
    return [MessageOut.model_validate(row) for row in found]


async def _files(uow: Uow, case: Case, notes: bool) -> list[FileOut]:
    """Without the bytes, which stay where they are until one is asked for."""
    columns = [getattr(CaseFile, name) for name in FileOut.model_fields]
    query = select(*columns).where(CaseFile.case_id == case.id)
    query = query if notes else query.where(CaseFile.internal.is_(False))  # type: ignore[attr-defined]
    found = await uow.execute(query.order_by(CaseFile.attached_at, CaseFile.id))  # type: ignore[arg-type]
    return [FileOut.model_validate(dict(row)) for row in found.mappings()]


async def get_file(uow: Uow, case_id: UUID, file_id: UUID) -> CaseFile:
    """The bytes of a file, for those in the case, when they may be given out; else NotFound."""
    case = await uow.get(Case, case_id, cases_of(uow.caller))
    return await _given_out(uow, case, file_id, reads_notes(uow.caller.role))


async def get_file_by_link(uow: Uow, token: str, file_id: UUID) -> CaseFile:
    case, _ = await case_by_token(uow, token)
    return await _given_out(uow, case, file_id, notes=False)


async def _given_out(uow: Uow, case: Case, file_id: UUID, notes: bool) -> CaseFile:
    file = await uow.find(CaseFile, id=file_id, case_id=case.id)
    scanning = scanner_of(limits().scanner).looks
    if file is None or file.content is None or (file.internal and not notes):
        raise NotFound("There is no such file in this case.")
    if not is_given_out(file.state, scanning):
        raise NotFound("The file is still being looked into.", code="not-scanned")
    return file


async def check_case(uow: Uow, case_id: UUID) -> None:
    """NotFound unless the caller is in the case: asked before a file of theirs is looked at."""
    await uow.get(Case, case_id, cases_of(uow.caller))


async def list_cases(
    uow: Uow, state: CaseState | None, overdue: bool | None, application_id: UUID | None, paging: Paging
) -> Page:
    query = select(Case).where(cases_of(uow.caller))
    if state is not None:
        query = query.where(Case.state == state)
    if overdue is not None:
        query = query.where(Case.overdue == overdue)
    if application_id is not None:
        query = query.where(Case.application_id == application_id)
    order = (Case.changed_at, Case.id)
    return await listing(uow, query, order=order, paging=paging, changed=Case.changed_at, shape=CaseOut.model_validate)


MOST_DUE = 500


async def list_due(uow: Uow, within_days: int) -> list[DueOut]:
    """Cases whose next clock ends within so many days or has ended: the most urgent first, at most 500."""
    until = uow.now + timedelta(days=within_days)
    query = select(Case).where(cases_of(uow.caller), Case.next_due_at <= until)  # type: ignore[operator]
    found = await uow.rows(query.order_by(Case.next_due_at, Case.id).limit(MOST_DUE))  # type: ignore[arg-type]
    return [_due(uow, case) for case in found]


def _due(uow: Uow, case: Case) -> DueOut:
    at = case.next_due_at
    assert at is not None
    kinds: dict[Any, str] = {case.decide_by: "decision", case.answer_by: "answer"}
    hours = round((at - uow.now) / timedelta(hours=1), 1)
    return DueOut(case=CaseOut.model_validate(case), waits_for=kinds.get(at, "acknowledgement"), due_at=at, hours=hours)


async def ageing(uow: Uow) -> AgeingOut:
    """How old the open cases in the caller's scope are, by level."""
    columns = (Case.level, Case.opened_at, Case.overdue, Case.late)
    query = select(*columns).where(cases_of(uow.caller), Case.state != CaseState.closed)
    rows = (await uow.execute(query)).all()
    count: Counter[tuple[Any, ...]] = Counter()
    for level, opened_at, overdue, late in rows:
        key = (level, age_class(opened_at, uow.now))
        count.update({(*key, "cases"): 1, (*key, "overdue"): int(overdue), (*key, "late"): int(late)})
    kinds = [(level, age) for level in Level for age in AGE_CLASSES if count[level, age, "cases"]]
    classes = [
        AgeOut(level=level, age=age, **{what: count[level, age, what] for what in ("cases", "overdue", "late")})
        for level, age in kinds
    ]
    oldest = min((row.opened_at for row in rows), default=None)
    return AgeingOut(open=len(rows), oldest_opened_at=oldest, classes=classes)


async def get_office(uow: Uow, entity_id: UUID) -> OfficeOut:
    """When an entity works."""
    return OfficeOut.model_validate(await uow.get(Office, entity_id, offices_of(uow.caller)))


async def waiting_files(uow: Uow, most: int) -> list[tuple[UUID, bytes]]:
    """Files that no scanner has looked into, the oldest first."""
    query = select(CaseFile.id, CaseFile.content).where(
        CaseFile.state.in_((FileState.waiting, FileState.unscanned)),  # type: ignore[attr-defined]
        CaseFile.content.is_not(None),  # type: ignore[union-attr]
    )
    found = await uow.execute(query.order_by(CaseFile.attached_at, CaseFile.id).limit(most))  # type: ignore[arg-type]
    return [(row.id, row.content) for row in found]
