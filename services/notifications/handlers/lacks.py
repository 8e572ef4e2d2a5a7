"""What coming messages lack at this moment, by touchpoint."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from services.notifications.handlers.gathering import Known
from services.notifications.model import Delivery, Touchpoint
from services.notifications.plan import store
from services.notifications.policy import WANTED, Entry, Kind, State, lacking
from shared.storage.tx import Uow

AHEAD = (State.waiting, State.due)


@dataclass(slots=True)
class Lacks:
    """What a touchpoint lacks: what holds it up, and what it would better have."""

    entry: Entry | None = None
    blocking: list[str] = field(default_factory=list)
    wanted: list[str] = field(default_factory=list)


async def lacks_of(uow: Uow, rows: Sequence[Touchpoint]) -> dict[UUID, Lacks]:
    """What each of these touchpoints lacks at this moment."""
    known = await Known.of(uow, [as_delivery(row) for row in rows])
    found = {}
    for row in rows:
        entry = await store.entry_of(uow, row) if row.kind == Kind.message else None
        lacks = Lacks(entry)
        if entry is not None:
            facts = known.facts(as_delivery(row))
            lacks.blocking = lacking(entry.needs, facts)
            lacks.wanted = [name for name in lacking(_wanted(entry), facts) if name not in entry.needs]
        found[row.id] = lacks
    return found


def as_delivery(row: Touchpoint) -> Delivery:
    """The delivery that this touchpoint will have: enough of it to gather its facts."""
    names = ("subject", "application_id", "person_id", "sending_entity_id", "hosting_entity_id", "audience")
    names += ("recipient_id", "occurrence")
    return Delivery(
        id=row.id, touchpoint_id=row.id, touchpoint=row.code, **{name: getattr(row, name) for name in names}
    )


def _wanted(entry: Entry) -> Iterable[str]:
    return WANTED.get(entry.document, ()) if entry.document else ()
