"""Personal links: signed tokens for one purpose and one subject that expire on machine time, stored as digests only."""

import base64
import hashlib
import hmac
import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from uuid import UUID

from shared.errors import NotFound
from shared.settings import kernel

_VERSION = b"sojourn-link-1"
_TOKEN = re.compile("[A-Za-z0-9_-]{72}")
SURVEY = "survey"
SHOWCASE = "showcase"
CASE = "case"
PULSE = "pulse"
RETURNEE = "returnee"
# Business time may be months ahead of machine time: this token outlasts both, and the room's own row says when the
# survey ends.
LASTING = datetime(2200, 1, 1, tzinfo=UTC)


class LinkRefused(NotFound):
    """The link was not made by us, not for this purpose, or is too old; only its age is told."""

    code = "link-unknown"
    title = "This link does not work"


@dataclass(frozen=True, slots=True)
class Link:
    """What a link token says."""

    subject: UUID
    expires: datetime


class Links:
    """Signs and opens link tokens: HMAC-SHA256 under a key derived for each purpose.

    The same purpose, subject and expiry give the same token, so that a retried e-mail carries the same link.
    """

    def __init__(self, key: str | bytes) -> None:
        secret = key.encode() if isinstance(key, str) else key
        if not secret:
            raise ValueError("a link key is needed")
        self._secret = secret

    def sign(self, purpose: str, subject: UUID, expires: datetime) -> str:
        """A token of 72 URL-safe characters. `expires` is machine time, to the second."""
        if expires.tzinfo is None:
            raise ValueError("the expiry needs a time zone")
        said = subject.bytes + int(expires.timestamp()).to_bytes(6, "big")
        return base64.urlsafe_b64encode(said + self._mac(purpose, said)).decode("ascii")

    def open(self, purpose: str, token: str) -> Link:
        """What the token says; LinkRefused (404) `link-unknown` or `link-expired` when it says nothing to us."""
        said, mac = _parts(token)
        if not hmac.compare_digest(mac, self._mac(purpose, said)):
            raise LinkRefused
        expires = int.from_bytes(said[16:], "big")
        if expires <= time.time():
            raise LinkRefused("It has expired.", code="link-expired")
        return Link(UUID(bytes=said[:16]), datetime.fromtimestamp(expires, UTC))

    def _mac(self, purpose: str, said: bytes) -> bytes:
        key = hmac.digest(self._secret, _VERSION + b"\0" + purpose.encode(), "sha256")
        return hmac.digest(key, said, "sha256")


@cache
def links() -> Links:
    """The links of this process's settings."""
    return Links(kernel().link_key.get_secret_value())


def survey_token(invitation_id: UUID) -> str:
    """The token of a survey invitation: the same one whoever makes it, and whenever."""
    return links().sign(SURVEY, invitation_id, LASTING)


def survey_link(invitation_id: UUID) -> str:
    """The personal address of the answer page of an invitation (the `invitation_id` of `SurveyInvited`)."""
    return f"{kernel().surveys_url.rstrip('/')}/s/{survey_token(invitation_id)}"


def case_token(case_id: UUID) -> str:
    """The token of the customer's page of a quality case: the same one whoever makes it, and whenever."""
    return links().sign(CASE, case_id, LASTING)


def case_link(case_id: UUID) -> str:
    """The personal address of the customer's page of a quality case (the `case_id` of `QualityCaseOpened`)."""
    return f"{kernel().surveys_url.rstrip('/')}/c/{case_token(case_id)}"


def showcase_token(showcase_id: UUID) -> str:
    """The token of a promoter's own page: the same one whoever makes it, and whenever."""
    return links().sign(SHOWCASE, showcase_id, LASTING)


def showcase_link(showcase_id: UUID) -> str:
    """The personal address at which a promoter tells the experience (the `showcase_id` of `PromoterFound`)."""
    return f"{kernel().surveys_url.rstrip('/')}/t/{showcase_token(showcase_id)}"


def pulse_token(ticket_id: UUID) -> str:
    """The token of a member's ticket in a round of the team pulse."""
    return links().sign(PULSE, ticket_id, LASTING)


def pulse_link(ticket_id: UUID) -> str:
    """The personal address of the pulse of one member (the `ticket_id` of `PulseAsked`)."""
    return f"{kernel().surveys_url.rstrip('/')}/p/{pulse_token(ticket_id)}"


def returnee_token(invitation_id: UUID) -> str:
    """The token of a returnee's own page: the same one whoever makes it, and whenever."""
    return links().sign(RETURNEE, invitation_id, LASTING)


def returnee_link(invitation_id: UUID) -> str:
    """The personal address at which a returnee answers an invitation (the `invitation_id` of `ReturneeInvited`)."""
    return f"{kernel().journeys_url.rstrip('/')}/y/{returnee_token(invitation_id)}"


def digest(token: str) -> str:
    """What is stored of a token: 64 hexadecimal characters that don't open anything."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def same(stored: str, token: str) -> bool:
    """Whether a stored digest is this token's, in constant time."""
    return hmac.compare_digest(stored.encode(), digest(token).encode())


def _parts(token: str) -> tuple[bytes, bytes]:
    # 54 bytes are 72 characters without padding: every token has exactly one spelling, so its digest is its identity.
    if not _TOKEN.fullmatch(token):
        raise LinkRefused
    raw = base64.urlsafe_b64decode(token)
    return raw[:22], raw[22:]
