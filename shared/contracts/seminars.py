"""What the notifications room says of sessions (seminars) and of the fact sheets of entities."""

from shared.contracts.envelope import Event, event
from shared.contracts.fields import UUID, Code, StrEnum, Zone, datetime


class Seminar(StrEnum):
    """Outgoing and incoming preparation, leadership space, re-integration."""

    ops = "ops"
    ips = "ips"
    lead = "lead"
    reintegration = "reintegration"


class SessionFact(Event):
    """Which session of which entity, and when. Title and place are asked for at the API. Base of the events."""

    session_id: UUID
    session_kind: Seminar
    entity_id: UUID
    starts_at: datetime
    ends_at: datetime
    zone: Zone


@event("notifications.session-opened.v1", key="session_id")
class SessionOpened(SessionFact):
    """A session takes answers: people can be invited, and those whose stay fits can ask for a place."""

    capacity: int


@event("notifications.session-changed.v1", key="session_id")
class SessionChanged(SessionFact):
    """An open or closed session is different; `changed` names what. `sequence` is that of its calendar file."""

    changed: list[Code]
    sequence: int
    capacity: int


@event("notifications.session-cancelled.v1", key="session_id")
class SessionCancelled(SessionFact):
    """It does not take place, and this is why; everybody who was asked is told."""

    reason: Code


class SeatFact(Event):
    """Whose place at which session, for which stay. Base of the events."""

    seat_id: UUID
    session_id: UUID
    session_kind: Seminar
    entity_id: UUID
    person_id: UUID
    application_id: UUID
    sending_entity_id: UUID
    hosting_entity_id: UUID


@event("notifications.session-invited.v1", key="seat_id")
class SessionInvited(SeatFact):
    """Somebody is asked to a session; the message follows as a touchpoint of its own."""

    starts_at: datetime


@event("notifications.session-attended.v1", key="seat_id")
class SessionAttended(SeatFact):
    """Somebody was there: `proves` names the exchange standards that this is evidence of."""

    attended_at: datetime
    checked_by: Code
    proves: list[Code]


@event("notifications.presence-undone.v1", key="seat_id")
class PresenceUndone(SeatFact):
    """Somebody who counted as present was not there: `lost` names the standards that nothing else proves now."""

    was_at: datetime
    reason: Code
    lost: list[Code]


@event("notifications.fact-sheet-published.v1", key="entity_id")
class FactSheetPublished(Event):
    """What an entity tells people who come has a new version; `changed` names the sections that differ."""

    entity_id: UUID
    number: int
    changed: list[Code]
    reverts_to: int | None


SAID = (
    SessionOpened, SessionChanged, SessionCancelled, SessionInvited, SessionAttended, PresenceUndone,
    FactSheetPublished,
)  # fmt: skip
