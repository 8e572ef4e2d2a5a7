"""What came back: a bounce closes a delivery and the address, a complaint the contact; a forged one does nothing."""

from typing import Any, Protocol
from uuid import UUID

from sqlmodel import select

from services.notifications.commands import TakeReport
from services.notifications.handlers.evidence import prove_touchpoint
from services.notifications.handlers.fallback import fall_back
from services.notifications.handlers.suppressions import suppress
from services.notifications.model import Arrival, Delivery, Experience, Question, QuestionMessage, Touchpoint
from services.notifications.plan import store
from services.notifications.policy import Audience, Medium, QuestionState, Returned, State, Why, returned
from services.notifications.post import Addresses, Purpose, Report
from shared.contracts import questions as said
from shared.errors import Transient
from shared.storage.tx import Cause, Uow

OPEN = frozenset({"sent", "unknown", "accepted"})


class Traced(Protocol):
    """What leads from a report to the message that it is about."""

    message_ids: tuple[str, ...]
    traces: tuple[str, ...]


async def hear_report(uow: Uow, arrival: Arrival, report: Report, addresses: Addresses) -> None:
    """A report by mail: only a token of ours proves which message it is about."""
    id_ = _proven(report, addresses)
    delivery = await _locked(uow, id_) if id_ else None
    if delivery is not None:
        arrival.delivery_id, arrival.person_id = delivery.id, delivery.person_id
        await _return(uow, arrival, delivery, report.complaint, report.action, report.status)
    elif id_ and (answer := await uow.find(QuestionMessage, id=id_, lock=True)) is not None:
        await _answer_returned(uow, arrival, answer, report)
    else:
        named = await _by_message_id(uow, report.message_ids)
        arrival.delivery_id = named.id if named else None
        arrival.outcome, arrival.reason = "unproven", report.status or report.action


async def hear_provider(uow: Uow, arrival: Arrival, command: TakeReport) -> None:
    """A report by a provider, signed by it."""
    id_ = _token_in(command.message_id, command.addresses) or _token_in(command.recipient, command.addresses)
    known = id_ or getattr(await _by_message_id(uow, (command.message_id,)), "id", None)
    delivery = await _locked(uow, known) if known else None
    if delivery is None:
        arrival.outcome, arrival.reason = "unproven", "no_such_message"
        return
    arrival.delivery_id, arrival.person_id = delivery.id, delivery.person_id
    complaint = command.kind == "complained"
    action = "delayed" if command.kind == "delayed" else "failed"
    await _return(uow, arrival, delivery, complaint, action, command.code or ("" if complaint else "5.0.0"))


async def _return(uow: Uow, arrival: Arrival, delivery: Delivery, complaint: bool, action: str, status: str) -> None:
    recipient, channel = delivery.recipient_id or delivery.person_id, Medium(delivery.channel)
    if complaint:
        arrival.outcome, arrival.reason = "complaint", action
        if recipient is not None:
            await suppress(uow, recipient, channel, Why.complaint, delivery=delivery)
        return
    meaning = returned(action, status)
    arrival.outcome, arrival.reason = f"bounce_{meaning}", status
    if meaning is Returned.soft or delivery.state not in OPEN:
        return
    if meaning is Returned.hard and recipient is not None:
        await suppress(uow, recipient, channel, Why.hard_bounce, delivery=delivery)
    for row in (delivery, *await uow.all(Delivery, folded_into=delivery.id)):
        if row.state in OPEN:
            await _came_back(uow, row, status, permanent=meaning is Returned.hard)


async def _came_back(uow: Uow, delivery: Delivery, status: str, *, permanent: bool) -> None:
    """It was not delivered after all: it proves nothing any more, and the next channel takes over, if there is one."""
    reason = f"bounced_{status}"
    touchpoint = await uow.get(Touchpoint, delivery.touchpoint_id, lock=True)
    uow.cause = Cause(touchpoint.correlation_id)
    carried = select(Touchpoint).where(Touchpoint.folded_into == touchpoint.id, Touchpoint.state == State.sent)
    folded = await uow.rows(carried.order_by(Touchpoint.due_at, Touchpoint.id).with_for_update())
    for one in folded:
        uow.change(one, state=State.due, reason=reason)
    for one in (touchpoint, *folded):
        entry = await store.entry_of(uow, one)
        proves = entry.proves.standard if entry and entry.proves else None
        await prove_touchpoint(uow, one, "message", proves, void=True)
    entry = await store.entry_of(uow, touchpoint)
    await fall_back(uow, delivery, touchpoint, entry, reason, state=State.failed)
    delivery.state = "bounced"
    names = ("person_id", "application_id", "sending_entity_id", "hosting_entity_id", "channel")
    facts = {name: getattr(delivery, name) for name in names}
    facts["enabler_id"] = delivery.recipient_id if delivery.audience is Audience.enabler else None
    uow.say(said.DeliveryBounced(
        delivery_id=delivery.id, touchpoint_id=touchpoint.id, touchpoint=touchpoint.code, code=status,
        permanent=permanent, **facts,
    ))  # fmt: skip


async def _answer_returned(uow: Uow, arrival: Arrival, answer: QuestionMessage, report: Report) -> None:
    """An answer of a committee that didn't arrive: the question is open again and says why."""
    arrival.question_id = answer.question_id
    meaning = returned(report.action, report.status)
    arrival.outcome, arrival.reason = f"bounce_{meaning}", report.status
    if report.complaint or meaning is Returned.soft or answer.kind != "answer" or answer.state == "failed":
        return
    uow.change(answer, state="failed", reason=f"bounced_{report.status}", lease_until=None)
    question = await uow.get(Question, answer.question_id, lock=True)
    if question.state == QuestionState.answered:
        uow.change(question, state=QuestionState.open, overdue=question.due_at <= uow.now)


async def _locked(uow: Uow, id_: UUID) -> Delivery | None:
    """The delivery, locked after experience and touchpoint as everywhere, with what is folded into it.

    Transient while it is being sent at this moment.
    """
    found = await uow.find(Delivery, id=id_)
    if found is None:
        return None
    rows = [found, *await uow.all(Delivery, folded_into=id_)]
    await _hold(uow, Experience, {row.application_id for row in rows})
    await _hold(uow, Touchpoint, {row.touchpoint_id for row in rows})
    await _hold(uow, Delivery, {row.id for row in rows})
    if found.state == "sending":
        raise Transient("it came back before it was recorded as sent")
    return found


async def _hold(uow: Uow, model: Any, ids: set[UUID | None]) -> None:
    query = select(model).where(model.id.in_({id_ for id_ in ids if id_})).order_by(model.id)
    await uow.rows(query.with_for_update())


def _proven(report: Traced, addresses: Addresses) -> UUID | None:
    return next((id_ for trace in report.traces if (id_ := _token_in(trace, addresses))), None)


def _token_in(trace: str, addresses: Addresses) -> UUID | None:
    found = addresses.read(trace)
    return found[1] if found and found[0] in (Purpose.bounces, Purpose.reply) else None


async def _by_message_id(uow: Uow, ids: tuple[str, ...]) -> Delivery | None:
    for id_ in ids:
        found = await uow.all(Delivery, message_id=id_.strip("<>").partition("@")[0])
        if found:
            return found[0]
    return None
