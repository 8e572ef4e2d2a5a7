"""Where a webhook may go: which URLs are accepted and which network addresses may be connected to."""

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from shared.errors import FieldError

LONGEST_URL = 2_000
PORTS = {"https": 443, "http": 80}
UNPRIVILEGED = 1024
_HOST = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*\.?", re.IGNORECASE)
_PRINTABLE = re.compile(r"[!-\[\]-~]+")  # visible ASCII without the backslash, which readers of URLs disagree about

# What RFC 6890 and IANA's registries set aside: nothing of it is a place on the public internet.
_SET_ASIDE = tuple(
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20",
    )
)  # fmt: skip
# Of IPv6 only what is handed out as global unicast: mapped, compatible, translated, local and multicast ones are not.
_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")


@dataclass(frozen=True, slots=True)
class Target:
    """The parts of an accepted URL, taken apart once: whoever connects uses these and reads no URL again."""

    scheme: str
    host: str
    port: int
    path: str


def target_of(url: str) -> Target:
    """The parts of a URL; ValueError, with words for its owner, when it is none to which events may be sent."""
    if len(url) > LONGEST_URL or not _PRINTABLE.fullmatch(url):
        raise ValueError(f"a URL is up to {LONGEST_URL} visible ASCII characters; write other ones percent-encoded")
    parts = urlsplit(url)
    if parts.scheme not in PORTS:
        raise ValueError("the URL begins with https://")
    if "@" in parts.netloc:
        raise ValueError("the URL holds no user and no password: the signature tells who calls")
    if "#" in url:
        raise ValueError("the URL has no fragment")
    host = parts.hostname or ""
    written = f"[{host}]" if _is_ipv6(host) else host if _HOST.fullmatch(host) else None
    if written is None or not f"{parts.netloc.lower()}:".startswith(f"{written}:"):  # nothing else stands there
        raise ValueError("the URL needs a host: a name (in ASCII, as xn--… if need be) or an address")
    port = PORTS[parts.scheme] if parts.port is None else parts.port  # one that is no number is a ValueError
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host.rstrip("."), port, path)


def url_errors(url: str, *, plain: bool) -> list[FieldError]:
    """Why this is no URL for a webhook; `plain` allows http, for development."""
    try:
        target = target_of(url)
    except ValueError as error:
        return [FieldError("#/url", str(error))]
    if target.scheme != "https" and not plain:
        return [FieldError("#/url", "the URL begins with https://")]
    if target.port != PORTS[target.scheme] and target.port < UNPRIVILEGED:
        return [FieldError("#/url", f"the port is {PORTS[target.scheme]}, or {UNPRIVILEGED} and above")]
    return []


def refused(addresses: Iterable[str], *, loopback: bool = False) -> str | None:
    """The first of these addresses that must not be connected to. One bad address spoils the whole name."""
    return next((address for address in addresses if not _allowed(address, loopback)), None)


def _allowed(address: str, loopback: bool) -> bool:
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:  # a scoped one (fe80::1%eth0) is not public either
        return False
    if loopback and ip.is_loopback:
        return True
    if ip.version == 6 and ip not in _GLOBAL_UNICAST:
        return False
    return ip.is_global and not any(ip in network for network in _SET_ASIDE if network.version == ip.version)


def _is_ipv6(host: str) -> bool:
    try:
        return "%" not in host and ipaddress.ip_address(host).version == 6
    except ValueError:
        return False
