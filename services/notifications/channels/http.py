"""Any other service by one signed HTTP call: `POST` of JSON, signed by the Standard Webhooks specification.

`webhook-id` is the same on every try. 2xx is accepted; 404 and 410 say that the address is gone; any other 4xx save
408, 409, 425 and 429 refuses the message; everything else is tried again, and so is no answer at all: a provider that
keeps ids takes a message once.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import orjson

from services.notifications.channels.port import AsyncSession, Parcel, Settled, always
from services.notifications.commands import Outcome
from shared.outward.post import Answer, Post
from shared.outward.signatures import headers_of

TRY_AGAIN = frozenset({408, 409, 425, 429})
GONE = frozenset({404, 410})
# The message had left before nothing came back; with all others the connection wasn't made.
IN_DOUBT = frozenset({"timeout", "bad_answer", "failed"})


class HttpProvider:
    """One channel's provider at a URL. The connection goes to an address that was judged at that very moment."""

    lanes = 8

    def __init__(self, url: str, secret: str, post: Post, seconds: float, now: Callable[[], datetime]) -> None:
        self._url, self._secret, self._post, self._seconds, self._now = url, secret, post, seconds, now

    def session(self) -> AsyncSession:
        return always(self)

    async def send(self, parcel: Parcel) -> Settled:
        body = orjson.dumps(body_of(parcel))
        at = self._now()
        headers = {"Content-Type": "application/json", "User-Agent": "Sojourn-Messages/1"}
        headers |= headers_of([self._secret], parcel.message_id, int(at.timestamp()), body)
        return verdict(await self._post.send(self._url, headers, body, seconds=self._seconds, now=at))

    async def close(self) -> None:
        await self._post.close()


def body_of(parcel: Parcel) -> dict[str, Any]:
    """What a provider gets; a document travels as its name and hash, and is read where the link leads."""
    paper = parcel.paper
    return {
        "type": "message",
        "id": parcel.message_id,
        "channel": parcel.channel,
        "to": {"address": parcel.address, "name": parcel.name},
        "touchpoint": parcel.touchpoint,
        "language": parcel.language,
        "title": parcel.title,
        "text": parcel.text,
        "link": parcel.link,
        "document": {"file_name": paper.file_name, "sha256": paper.sha256} if paper else None,
    }


def verdict(answer: Answer) -> Settled:
    """What an answer means for the message."""
    status = answer.status
    if answer.error == "address_refused":  # it leads to where nothing may be sent: another channel has its turn
        return Outcome.refused, "provider_address_refused"
    if status is None:
        return (Outcome.unknown if answer.error in IN_DOUBT else Outcome.later), f"provider_{answer.error or 'failed'}"
    if 200 <= status < 300:
        return Outcome.sent, None
    if status in GONE:
        return Outcome.bounced, f"provider_refused_{status}"
    if 400 <= status < 500 and status not in TRY_AGAIN:
        return Outcome.refused, f"provider_refused_{status}"
    return Outcome.later, f"provider_delayed_{status}"
