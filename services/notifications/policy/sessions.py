"""Sessions (seminars): whose stay fits, who gets a place, who may come in when, and what having been there proves."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from services.notifications.policy.plan import Anchor, Happening
from services.notifications.policy.stays import Status
from shared.access import Role
from shared.contracts.fields import Side


class SessionKind(StrEnum):
    """Outgoing and incoming preparation, leadership space (EP LEAD), re-integration."""

    ops = "ops"
    ips = "ips"
    lead = "lead"
    reintegration = "reintegration"


# What is told of a session, and by which touchpoint: a plan may leave one out or change it, but not add another.
INVITATIONS = {
    SessionKind.ops: "ops-invitation",
    SessionKind.ips: "ips-invitation",
    SessionKind.lead: "lead-invitation",
    SessionKind.reintegration: "reintegration-invitation",
}
CHANGED, CANCELLED, PLACE, MISSED = "session-changed", "session-cancelled", "session-place", "session-missed"
TOLD: dict[Happening, frozenset[str]] = {
    Happening.session_invited: frozenset(INVITATIONS.values()),
    Happening.session_changed: frozenset({CHANGED}),
    Happening.session_cancelled: frozenset({CANCELLED}),
    Happening.session_place: frozenset({PLACE}),
    Happening.session_missed: frozenset({MISSED}),
}


class SessionState(StrEnum):
    """A draft is nobody's but its makers'; an open one takes answers; a closed one has its list; then it was held."""

    draft = "draft"
    open = "open"
    closed = "closed"
    cancelled = "cancelled"
    held = "held"


class SeatState(StrEnum):
    """What became of an invitation: no answer, a place, a place in the queue, no; or it was taken back."""

    invited = "invited"
    going = "going"
    waiting = "waiting"
    declined = "declined"
    removed = "removed"


class CancelReason(StrEnum):
    """Why a session does not take place."""

    host_unavailable = "host_unavailable"
    place_unavailable = "place_unavailable"
    too_few = "too_few"
    emergency = "emergency"
    other = "other"


class CheckedBy(StrEnum):
    """How a presence was recorded: by the code shown in the room, or by who holds the session."""

    code = "code"
    host = "host"


class AbsenceReason(StrEnum):
    """Why somebody who counted as present was not there."""

    mistaken_identity = "mistaken_identity"
    wrong_session = "wrong_session"
    not_there = "not_there"
    left_early = "left_early"


LIVE = frozenset({SeatState.invited, SeatState.going, SeatState.waiting})
CHANGEABLE = frozenset({SessionState.draft, SessionState.open, SessionState.closed})


@dataclass(frozen=True, slots=True)
class Fit:
    """Whose stay fits: an anchor date between so many days after the session's day, on the side that holds it."""

    side: Side
    anchor: Anchor
    earliest: int
    latest: int
    statuses: tuple[Status, ...]


# Before the start, round the start, during the stay, after the end (customer-flow.md; S&S 14, 15, 16).
FITS: dict[SessionKind, tuple[Fit, ...]] = {
    SessionKind.ops: (Fit(Side.sending, Anchor.start, 1, 120, (Status.approved,)),),
    SessionKind.ips: (Fit(Side.hosting, Anchor.start, -14, 14, (Status.approved, Status.realized)),),
    SessionKind.lead: (
        Fit(Side.hosting, Anchor.start, -560, 0, (Status.realized,)),
        Fit(Side.hosting, Anchor.end, 0, 560, (Status.realized,)),
    ),
    SessionKind.reintegration: (Fit(Side.sending, Anchor.end, -90, -1, (Status.realized, Status.completed)),),
}


def window(fit: Fit, on: date) -> tuple[date, date]:
    """The first and the last day on which the anchor may lie for a session on this day."""
    return on + timedelta(days=fit.earliest), on + timedelta(days=fit.latest)


HOLDERS: dict[SessionKind, frozenset[Role]] = {
    SessionKind.ops: frozenset({Role.sending_manager, Role.national_manager, Role.global_manager}),
    SessionKind.ips: frozenset({Role.hosting_manager, Role.national_manager, Role.global_manager}),
    SessionKind.lead: frozenset(
        {Role.sending_manager, Role.hosting_manager, Role.national_manager, Role.global_manager}
    ),
    SessionKind.reintegration: frozenset({Role.sending_manager, Role.national_manager, Role.global_manager}),
}


def may_hold(kind: SessionKind, role: Role) -> bool:
    """The side that owns the standard holds the session; leadership spaces are co-delivered by both."""
    return role in HOLDERS[kind]


# --- places


def seated(wants: bool, taken: int, capacity: int, held: SeatState) -> SeatState:
    """The state of a seat after an answer; who has a place or waits for one and says yes again keeps it."""
    if not wants:
        return SeatState.declined
    if held in (SeatState.going, SeatState.waiting):
        return held
    return SeatState.going if taken < capacity else SeatState.waiting


# What an invited person's calendar shows: a change of one of these is told; others (capacity, hosts) are not.
SHOWN = frozenset({"title", "local_start", "local_end", "zone", "place", "link", "languages"})


# --- check-in

# No letters that are read as others: neither 0 and O, nor 1, I and L.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 6


def tidy_code(text: str) -> str:
    """A check-in code as somebody typed it, without blanks, hyphens and small letters."""
    return "".join(letter for letter in text.upper() if letter.isalnum())[:20]


def check_in_open(starts_at: datetime, ends_at: datetime, before: timedelta, after: timedelta, now: datetime) -> bool:
    """Whether somebody may check in now: from `before` the start until `after` the end."""
    return starts_at - before <= now <= ends_at + after


# --- what a presence proves

PROVES: dict[SessionKind, tuple[str, ...]] = {
    SessionKind.ops: ("outgoing_preparation",),
    SessionKind.ips: ("incoming_preparation",),
    SessionKind.lead: ("incoming_preparation",),
    SessionKind.reintegration: ("reintegration",),
}
PURPOSE = "purpose_explained"


def proves(kind: SessionKind, covers_purpose: bool) -> tuple[str, ...]:
    """Standards that a presence is evidence of; an OPS that covers the purpose proves S&S 12 as well."""
    more = (PURPOSE,) if kind is SessionKind.ops and covers_purpose else ()
    return PROVES[kind] + more
