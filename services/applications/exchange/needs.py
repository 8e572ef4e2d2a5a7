"""What an imported application that is still on its way needs: the requirements of the statuses that it has reached."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from services.applications.exchange.references import Offer
from services.applications.model import Requirement
from services.applications.policy import ORDER, Status
from services.applications.policy.histories import Step, local_day
from services.applications.policy.requirements import Anchor, Owner, due_dates, holds_up, opening
from shared.storage.bulk import Sheet

REQUIREMENT = Sheet(
    Requirement, "application_id", "person_id", "enabler_id", "entity_id", "zone", "opened_on", "kind", "owner",
    "before", "due_on", "changed_at", "id",
)  # fmt: skip
ANCHORS = {
    Status.open: Anchor.submission,
    Status.accepted: Anchor.acceptance,
    Status.in_progress: Anchor.signing,
    Status.approved: Anchor.approval,
}


def needs(
    id_: str, about: tuple[str, ...], offer: Offer, steps: list[Step], dates: tuple[date, date], now: datetime,
    needed: Iterable[str],
) -> Iterator[tuple[Any, ...]]:  # fmt: skip
    """Records but for the moment of writing and their ids. What held up a status that is reached doesn't open."""
    reached, today = ORDER.index(steps[-1].status), local_day(now, offer.zone)
    kinds = [kind for step in steps for kind in opening(step.status, offer.selection_process)]
    anchors = dict.fromkeys(ANCHORS.values(), today) | {
        ANCHORS[step.status]: step.on for step in steps if step.status in ANCHORS
    }
    due = due_dates(kinds, anchors | {Anchor.start: dates[0], Anchor.end: dates[1]}, {})
    person, _, enabler, sending, hosting = about
    for kind in kinds:
        if kind.before is not None and ORDER.index(kind.before) <= reached:
            continue
        entity = sending if kind.owner in (Owner.ep, Owner.sending) else hosting
        yield (
            id_, person, enabler, entity, offer.zone, today, kind.name, kind.owner, holds_up(kind, needed),
            due.get(kind.name),
        )  # fmt: skip
