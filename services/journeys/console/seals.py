"""Small things that a browser keeps for us in a cookie: signed for one purpose, good for some seconds of machine time.

They are no secret from the browser, but nobody else can make one.
"""

import base64
import binascii
import hashlib
import hmac
import time
from typing import Any

import orjson

from shared.settings import kernel


def sealed(purpose: str, value: Any) -> str:
    """The value (what JSON can say) with the time and a signature, fit for a cookie."""
    body = base64.urlsafe_b64encode(orjson.dumps([int(time.time()), value])).decode()
    return f"{body}.{_mac(purpose, body)}"


def opened(purpose: str, text: str, seconds: int) -> Any:
    """What was sealed for this purpose in the last `seconds`; None for anything else."""
    body, _, mac = text.rpartition(".")
    if not body or not hmac.compare_digest(mac.encode("utf-8", "replace"), _mac(purpose, body).encode()):
        return None
    try:
        made, value = orjson.loads(base64.urlsafe_b64decode(body))
    except (ValueError, binascii.Error):
        return None
    return value if 0 <= time.time() - made <= seconds else None


def _mac(purpose: str, body: str) -> str:
    secret = kernel().link_key.get_secret_value().encode()
    key = hmac.digest(secret, b"sojourn-console-seal-1\0" + purpose.encode(), hashlib.sha256)
    return hmac.new(key, body.encode("utf-8", "replace"), hashlib.sha256).hexdigest()
