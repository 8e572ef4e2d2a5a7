"""What the sender of the room tells it to do; requests over HTTP only read so far."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ClaimDeliveries:
    """Take e-mails that can go out, for `lease` of machine time."""

    limit: int
    lease: timedelta


@dataclass(frozen=True, slots=True)
class ReleaseLeases:
    """Mark what a dead sender held: nobody knows whether it arrived."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A typeset document on its way to the database and into an e-mail."""

    delivery_id: UUID
    kind: str
    language: str
    file_name: str
    sha256: str
    content: bytes


@dataclass(frozen=True, slots=True)
class FileDocuments:
    """Keep documents before they are sent."""

    papers: list[Paper]


class Outcome(StrEnum):
    """What became of an e-mail: accepted; not now; never; no answer after the content was handed over; or not tried."""

    sent = "sent"
    later = "later"
    refused = "refused"
    unknown = "unknown"
    untried = "untried"


@dataclass(frozen=True, slots=True)
class SettleDelivery:
    """Record a try. `reason` is a code for events and lists, never the server's words."""

    delivery_id: UUID
    outcome: Outcome
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """One claimed e-mail with all that it is made of. `paper` is there when an earlier try had filed one."""

    delivery_id: UUID
    code: str
    letter: str
    document: str | None
    message_id: str
    language: str
    correlation_id: UUID
    facts: dict[str, Any] = field(repr=False)
    paper: Paper | None = None
