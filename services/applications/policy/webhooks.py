"""Webhooks by the Standard Webhooks specification: secrets, signatures, when to try again, what an answer means."""

import base64
import hmac
from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from shared.outward.signatures import SECRET

TEST_TYPE = "webhooks.test.v1"
_PURPOSE = b"sojourn-webhook-1"

# How long to wait after the first, second … failed try; after the last one the delivery has failed.
SCHEDULE = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
JITTER = 0.1
LONGEST_WAIT = timedelta(hours=24)  # of what an endpoint may ask for one delivery …
LONGEST_REST = timedelta(hours=1)  # … and for itself as a whole
ASKS_FOR_TIME = (429, 503)


class WebhookState(StrEnum):
    """`active` gets events; `paused` collects them by its owner's will, `disabled` by ours; `deleted` is gone."""

    active = "active"
    paused = "paused"
    disabled = "disabled"
    deleted = "deleted"


class DeliveryState(StrEnum):
    """An event on its way to one endpoint; `failed` and `skipped` ones can be sent again by hand."""

    waiting = "waiting"
    sending = "sending"
    delivered = "delivered"
    failed = "failed"
    skipped = "skipped"


class Verdict(StrEnum):
    """What an answer means."""

    delivered = "delivered"
    later = "later"
    gone = "gone"


def secret_of(master: bytes, webhook_id: UUID, number: int) -> str:
    """The `number`th secret of an endpoint, as its owner sees it. It is made of the master key and stored nowhere."""
    key = hmac.digest(master, _PURPOSE, "sha256")
    raw = hmac.digest(key, webhook_id.bytes + number.to_bytes(4, "big"), "sha256")
    return SECRET + base64.b64encode(raw).decode()


def verdict(status: int | None) -> Verdict:
    """2xx is delivered, 410 means never again, everything else and no answer at all: later."""
    if status is not None and 200 <= status < 300:
        return Verdict.delivered
    return Verdict.gone if status == 410 else Verdict.later


def pause(step: int, spread: float, asked: timedelta | None = None) -> timedelta | None:
    """How long to wait after the `step`th failed try (from 1), or None when that was the last one.

    `spread` lies in 0 … 1 and moves the wait by up to a tenth either way. What the endpoint asked for (Retry-After)
    makes it longer, within bounds, and never shorter.
    """
    if step > len(SCHEDULE):
        return None
    wait = SCHEDULE[step - 1] * (1 + JITTER * (2 * spread - 1))
    return max(wait, min(asked, LONGEST_WAIT)) if asked else wait


def wants(types: Collection[str], type_: str) -> bool:
    """Whether an endpoint with these types (none: all) gets events of this type."""
    return not types or type_ in types


def within(scope: UUID | None, paths: Iterable[Sequence[UUID]]) -> bool:
    """Whether an event that concerns the entities at the end of these paths is one of `scope` (None: everything)."""
    return scope is None or any(scope in path for path in paths)
