"""The events of an imported application: its whole history, as if it had been told step by step."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from services.applications.policy import Status, rejected_by_us
from services.applications.policy.histories import LEAST, Step
from shared.contracts import applications as facts
from shared.contracts.applications import Product, RejectionReason
from shared.contracts.envelope import Event
from shared.contracts.fields import Side
from shared.storage.bulk import Telling

# Which event tells that an application became this; approvals are told apart.
SAID: dict[Status, type[Event]] = {
    Status.open: facts.ApplicationSubmitted,
    Status.accepted: facts.ApplicationAccepted,
    Status.in_progress: facts.AcceptanceNoteSigned,
    Status.approved: facts.ApplicationApproved,
    Status.realized: facts.ExperienceRealized,
    Status.completed: facts.ExperienceCompleted,
    Status.rejected: facts.ApplicationRejected,
    Status.withdrawn: facts.ApplicationWithdrawn,
    Status.declined: facts.ApplicationDeclined,
    Status.approval_broken: facts.ApprovalBroken,
    Status.realization_broken: facts.RealizationBroken,
}
STAYS = frozenset({Status.approved, Status.realized, Status.completed})
BREAKS = {Status.approval_broken: ',"refund":false', Status.realization_broken: ',"side":"hosting"'}
TERMS = frozenset({Status.in_progress, Status.approved})


@dataclass(slots=True)
class Tale:
    """What the events of one application say; every value comes from the border's checks or from our own tables."""

    id: str
    about: tuple[str, ...]
    product: Product
    start_on: date
    end_on: date
    zone: str
    country: str
    terms: str
    reason: str | None


def tell(tale: Tale, steps: Iterable[Step], halves: tuple[bool, bool]) -> Iterator[Telling]:
    """The events in order; both approvals come just before the application is approved."""
    person, opportunity, enabler, sending, hosting = tale.about
    about = (
        f'"application_id":"{tale.id}","person_id":"{person}","opportunity_id":"{opportunity}",'
        f'"enabler_id":"{enabler}","sending_entity_id":"{sending}","hosting_entity_id":"{hosting}"'
    )
    stay = (
        f',"product":"{tale.product.value}","start_on":"{tale.start_on}","end_on":"{tale.end_on}",'
        f'"zone":"{tale.zone}","country":"{tale.country}"'
    )
    told = list(steps)
    for step in told:
        if step.status is Status.approved:
            yield from _given(tale, about, (True, True), step.on)
        more = stay if step.status in STAYS or step.status in BREAKS else ""
        more += _more(tale, step.status)
        if step.status in TERMS:
            more += f',"terms":"{tale.terms}"'
        yield Telling(SAID[step.status], tale.id, f"{{{about}{more}}}", step.on)
        if step.status is Status.in_progress and Status.approved not in {one.status for one in told}:
            yield from _given(tale, about, halves, step.on)


def _given(tale: Tale, about: str, halves: tuple[bool, bool], on: date) -> Iterator[Telling]:
    for side, given in zip(Side, halves, strict=True):
        if given:
            payload = f'{{{about},"side":"{side.value}","terms":"{tale.terms}"}}'
            yield Telling(facts.ApprovalGiven, tale.id, payload, on)


def _more(tale: Tale, status: Status) -> str:
    if status is Status.open:
        return f',"product":"{tale.product.value}"'
    if status is Status.rejected:
        ours = "true" if rejected_by_us(RejectionReason(tale.reason or "")) else "false"
        return f',"reason":"{tale.reason}","ours":{ours}'
    return f',"reason":"{tale.reason}"{BREAKS.get(status, "")}' if status in LEAST else ""
