"""What the sender of the room tells it to do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from services.notifications.policy import Budget, Medium, Quiet


@dataclass(frozen=True, slots=True)
class Terms:
    """How this system sends: the channels that are set up, the quiet hours, and the budgets (messages in 7 days)."""

    channels: frozenset[Medium] = frozenset({Medium.email, Medium.feed})
    quiet: Quiet = Quiet.read("")  # noqa: RUF009 (a value)
    budgets: Mapping[Budget, int] = field(default_factory=dict)
    address_key: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class ClaimDeliveries:
    """Take messages that can go out, for `lease` of machine time."""

    limit: int
    lease: timedelta
    terms: Terms = field(default_factory=Terms)


@dataclass(frozen=True, slots=True)
class ReleaseLeases:
    """Settle what a dead sender held: accepted by the other side, or nobody knows."""


@dataclass(frozen=True, slots=True)
class NoteAcceptance:
    """The other side has taken this message: a sender that dies now doesn't send it again."""

    delivery_id: UUID


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
    """What became of a message: accepted; not now; never; no answer after the content was handed over; or not tried.

    `bounced` is a refusal of the address itself: nothing goes there any more.
    """

    sent = "sent"
    later = "later"
    refused = "refused"
    bounced = "bounced"
    unknown = "unknown"
    untried = "untried"


@dataclass(frozen=True, slots=True)
class SettleDelivery:
    """Record a try. `reason` is a code for events and lists, never the server's words."""

    delivery_id: UUID
    outcome: Outcome
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class SettleDeliveries:
    """Record several tries in one transaction."""

    tries: tuple[SettleDelivery, ...]


@dataclass(frozen=True, slots=True)
class FeedPost:
    """What a feed shows of a delivery, in words."""

    delivery_id: UUID
    language: str
    title: str
    body: str
    link: str | None


@dataclass(frozen=True, slots=True)
class PostToFeed:
    """Put messages into the feeds of their recipients, which is their delivery."""

    posts: tuple[FeedPost, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One message within another: `id` is its delivery's, or its touchpoint's where it was too late for one."""

    id: UUID
    code: str
    letter: str
    facts: dict[str, Any] = field(repr=False)
    own: dict[str, Any] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Work:
    """One claimed message with all that it is made of. `paper` is there when an earlier try had filed one.

    `name` and `address` are the recipient's on this channel; `recipient_id` is None for who is only named in a dossier.
    `own` are an operator's words for the letter. `parts` are the messages that go out as one: of a digest, its own
    first, or the late ones that this one stands for; a message that goes alone has none.
    """

    delivery_id: UUID
    code: str
    letter: str
    document: str | None
    message_id: str
    language: str
    correlation_id: UUID
    facts: dict[str, Any] = field(repr=False)
    paper: Paper | None = None
    channel: Medium = Medium.email
    budget: Budget = Budget.owed
    recipient_id: UUID | None = None
    name: str = field(default="", repr=False)
    address: str = field(default="", repr=False)
    own: dict[str, Any] | None = field(default=None, repr=False)
    parts: tuple[Part, ...] = ()
