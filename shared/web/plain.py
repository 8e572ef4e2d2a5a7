"""Pages without scripts behind personal links: their headers, the language to speak, the fields of a form."""

import base64
import hashlib
import re
from collections.abc import Container
from urllib.parse import parse_qsl

from starlette.requests import Request

FORM = "application/x-www-form-urlencoded"
_RANGE = re.compile(r"\s*([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)\s*(?:;\s*q=([01](?:\.\d{0,3})?))?\s*")


def page_headers(style: str) -> dict[str, str]:
    """Headers of a page whose only active content is this style sheet, written into it; nobody keeps or indexes it."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return {
        "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'",
        "Cache-Control": "no-store",
        "X-Robots-Tag": "noindex, nofollow",
    }


def preferred(accept_language: str | None, offered: Container[str], fallback: str) -> str:
    """The offered language that a browser likes best (`Accept-Language`); `fallback` for one that likes none of them.

    A range that RFC 9110 doesn't know is no wish.
    """
    found = [_RANGE.fullmatch(one) for one in (accept_language or "")[:500].split(",")]
    liked = sorted(((float(one[2] or 1), one[1].lower()) for one in found if one), key=lambda pair: -pair[0])
    tags = [tag.split("-")[0] for weight, tag in liked if weight > 0]
    return next((tag for tag in tags if tag in offered), fallback)


def spoken(language: str | None, accept_language: str | None, offered: Container[str], fallback: str) -> str:
    """Somebody's own language or its base (`ro` for `ro-MD`) where it is offered, else what the browser likes best."""
    tags = (language or "", (language or "").split("-")[0])
    return next((tag for tag in tags if tag in offered), preferred(accept_language, offered, fallback))


async def fields_of(request: Request, most: int, most_bytes: int | None = None) -> dict[str, str] | None:
    """The fields of a form, up to `most`, of one that is sent twice the last value; None as `lists_of`."""
    lists = await lists_of(request, most, most_bytes)
    return None if lists is None else {name: values[-1] for name, values in lists.items()}


async def lists_of(request: Request, most: int, most_bytes: int | None = None) -> dict[str, list[str]] | None:
    """The fields of a form with all their values, up to `most`; None for what is no form, or is over `most_bytes`."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        return None
    body = await request.body()
    if most_bytes is not None and len(body) > most_bytes:
        return None
    found: dict[str, list[str]] = {}
    try:
        for name, value in parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=most):
            found.setdefault(name, []).append(value)
    except ValueError:
        return None
    return found
