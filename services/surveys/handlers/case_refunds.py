"""Refunds as facts of a quality case; nobody pays anything here."""

from services.surveys.commands import RecordRefund
from services.surveys.handlers.case_talk import proof_of
from services.surveys.model import Case, CaseRefund, Experience, cases_of
from services.surveys.policy.refunds import check_currency, check_refund
from services.surveys.policy.talk import author_of
from services.surveys.schemas import RefundOut
from services.surveys.settings import limits
from shared.errors import Conflict
from shared.ids import new_id
from shared.storage.tx import Uow


async def record_refund(uow: Uow, command: RecordRefund) -> RefundOut:
    """So much was given back for an approval that was broken before the start, on one of the grounds, with proof."""
    case = await uow.get(Case, command.case_id, cases_of(uow.caller), lock=True)
    uow.expect(case.version)
    body = command.body
    check_currency(body.currency)
    stay = await uow.find(Experience, id=case.application_id) if case.application_id else None
    if stay is None:
        raise Conflict("The case is about no single experience.", code="no-experience")
    days = limits().refund_papers_days
    check_refund(body.ground, body.broken_on, stay.start_on, uow.today(stay.zone), body.papers_due_on, days)
    if stay.realized:
        raise Conflict("The experience has begun: there is no refund after the start.", code="refund-after-start")
    await proof_of(uow, case, body.proof)
    refund = uow.add(
        CaseRefund(
            id=new_id(), case_id=case.id, recorded_by=author_of(uow.caller.role), recorded_at=uow.now,
            **body.model_dump(),
        )
    )  # fmt: skip
    uow.change(case)
    uow.note("record_refund", case.id, reason=body.ground, after={"refund": str(refund.id)})
    return RefundOut.model_validate(refund)
