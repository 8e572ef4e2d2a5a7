"""Addresses of our own that say which message they answer: `bounces+<token>@…` and `reply+<token>@…`.

A token is an id and a signature over purpose and id, in 42 letters and digits; mail servers may change its case.
"""

import base64
import hmac
import re
from email.utils import parseaddr
from enum import StrEnum
from uuid import UUID

_VERSION = b"sojourn-post-1"
_SIGNED = 10
_TOKEN = re.compile(r"(?<![a-z0-9])(bounces|reply|ticket)\+([a-z2-7]{42})(?![a-z0-9])")


class Purpose(StrEnum):
    """What an address of ours is for; it is the part before the plus sign.

    `bounces` is the envelope sender of a delivery, `reply` where answers to it go, `ticket` where answers to an answer
    go: its id is a question's.
    """

    bounces = "bounces"
    reply = "reply"
    ticket = "ticket"


class Addresses:
    """Makes and reads them. `domain` is empty while no mailbox is read: then there are none."""

    def __init__(self, secret: str, sender: str, domain: str = "", mailbox: str = "", hooked: bool = False) -> None:
        self._key = hmac.digest(secret.encode(), _VERSION, "sha256")
        own = parseaddr(sender)[1].rpartition("@")[2]
        self.domain = (domain or (own if mailbox or hooked else "")).lower()

    def of(self, purpose: Purpose, id_: UUID) -> str | None:
        """The address for this delivery or question, or None when nobody would read what comes back."""
        return f"{purpose}+{self.token(purpose, id_)}@{self.domain}" if self.domain else None

    def token(self, purpose: Purpose, id_: UUID) -> str:
        raw = id_.bytes + self._signature(purpose, id_)
        return base64.b32encode(raw).decode().rstrip("=").lower()

    def read(self, text: str) -> tuple[Purpose, UUID] | None:
        """The first true token that stands in a text, in whatever domain; what isn't signed by us says nothing."""
        for purpose, token in _TOKEN.findall(text.lower()):
            raw = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
            id_ = UUID(bytes=raw[:16])
            if hmac.compare_digest(token, self.token(Purpose(purpose), id_)):  # to the letter: its last bits are spare
                return Purpose(purpose), id_
        return None

    def ours(self, address: str) -> bool:
        """Whether it has the shape of one of these addresses, true or not."""
        return bool(_TOKEN.match(address.strip().strip("<>").lower()))

    def _signature(self, purpose: Purpose, id_: UUID) -> bytes:
        return hmac.digest(self._key, purpose.encode() + b"\0" + id_.bytes, "sha256")[:_SIGNED]
