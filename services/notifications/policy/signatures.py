"""Signatures of calls that come in, as Standard Webhooks have them."""

import base64
import binascii
import hashlib
import hmac
import re
from datetime import UTC, datetime, timedelta

TOLERANCE = timedelta(minutes=5)
_ID = re.compile(r"[!-~]{1,200}")


def verified(secret: str, id_: str, timestamp: str, signatures: str, body: bytes, now: datetime) -> bool:
    """Whether one of the signatures (`v1,<base64>`, several while a secret changes) is right and of the last minutes.

    `secret` is `whsec_<base64>` or any text; what is signed is `id.timestamp.body`.
    """
    if not _ID.fullmatch(id_) or not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 12):
        return False
    if abs(datetime.fromtimestamp(int(timestamp), UTC) - now) > TOLERANCE:
        return False
    right = base64.b64encode(hmac.digest(_key(secret), f"{id_}.{timestamp}.".encode() + body, hashlib.sha256))
    given = [one.partition(",")[2] for one in signatures.split()[:10] if one.startswith("v1,")]
    return any([hmac.compare_digest(right, one.encode("utf-8", "replace")) for one in given])  # noqa: C419 (all of them)


def _key(secret: str) -> bytes:
    if secret.startswith("whsec_"):
        try:
            return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
        except (binascii.Error, ValueError):
            pass
    return secret.encode()
