"""What brought a visit: campaign parameters as clean slugs and the host of the page before; never a whole address."""

import re
import unicodedata
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

# The five of Google's Urchin, by which all tools of the trade label links.
UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
LONGEST = 80
MOST_PARAMETERS = 100
_BETWEEN = re.compile(r"[^a-z0-9_.:-]+")
_MANY_DIGITS = re.compile(r"(?:\d[ ().-]?){9,}")  # a phone number or an id of somebody; a date has eight
# Letters and digits that take turns without any break: a click id, a token, a hash. A campaign has a year at most.
_RUN, _TURN, MOST_TURNS = re.compile("[a-z0-9]{16,}"), re.compile("[a-z](?=[0-9])|[0-9](?=[a-z])"), 2
_HOST = re.compile(r"(?=.{4,253}$)(?!\d+(?:\.\d+){3}$)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+")


def slug_of(value: str | None) -> str | None:
    """`Spring Sale, Cluj!` → `spring-sale-cluj`, at most 80 letters; None for nothing, and for what could
    tell who it is: an address, a phone number, a click id."""
    if not value or "@" in value or _MANY_DIGITS.search(value):
        return None
    plain = "".join(one for one in unicodedata.normalize("NFKD", value) if not unicodedata.combining(one)).lower()
    slug = _BETWEEN.sub("-", plain).lstrip("-_.:")[:LONGEST].rstrip("-_.:")
    return None if not slug or _is_token(slug) else slug


def _is_token(slug: str) -> bool:
    return any(len(_TURN.findall(run)) > MOST_TURNS for run in _RUN.findall(slug))


def campaign_of(given: Mapping[str, str | None], query: str | None = None) -> dict[str, str | None]:
    """All five parameters, by name, from fields and from the query of the landing page; what was given as a field wins.

    Everything else in the query (gclid, fbclid, msclkid, tokens of any kind) is not looked at and not kept.
    """
    asked = dict(reversed(_pairs(query))) if query else {}
    return {name: slug_of(given.get(name)) or slug_of(asked.get(name)) for name in UTM}


def query_value(query: str | None, name: str) -> str | None:
    """The first value of a parameter of a landing page's query."""
    return next((value for key, value in _pairs(query) if key == name), None) if query else None


def _pairs(query: str) -> list[tuple[str, str]]:
    """Names in lower case and values; an address is read by its query."""
    text = query.partition("#")[0]
    text = text.partition("?")[2] if "?" in text else text
    try:
        found = parse_qsl(text, max_num_fields=MOST_PARAMETERS, errors="replace")
    except ValueError:
        return []
    return [(name.lower(), value) for name, value in found]


def host_of(referrer: str | None) -> str | None:
    """The host of the page before, without `www.`; None for what has none, and for bare IP addresses."""
    if not referrer:
        return None
    try:
        host = urlsplit(referrer if "//" in referrer else f"//{referrer}").hostname
    except ValueError:
        return None
    host = (host or "").removeprefix("www.").rstrip(".")
    return host if _HOST.fullmatch(host) else None
