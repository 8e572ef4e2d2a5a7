"""Signatures and retries by the Standard Webhooks specification."""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

SECRET = "whsec_"  # noqa: S105 (a prefix)


def signature(secret: str, id_: str, timestamp: int, body: bytes) -> str:
    """`v1,<base64>` over id, timestamp and body."""
    key = base64.b64decode(secret.removeprefix(SECRET))
    signed = b"%s.%d.%s" % (id_.encode(), timestamp, body)
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def headers_of(secrets: Iterable[str], id_: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers; one signature per secret that counts at the moment."""
    signatures = (signature(secret, id_, timestamp, body) for secret in secrets)
    return {"webhook-id": id_, "webhook-timestamp": str(timestamp), "webhook-signature": " ".join(signatures)}


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """What a Retry-After header asks for, in either of its forms; None when it asks for nothing that makes sense."""
    if value is None:
        return None
    if value.strip().isascii() and value.strip().isdigit():
        return timedelta(seconds=min(int(value.strip()[:9]), 10**8))
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment - now if moment > now else None
