"""Versions as entity tags: `If-Match` on changes, `If-None-Match` on reads."""

import re

from shared.errors import PreconditionMissing, Refusal

_VERSION = re.compile(r'"(0|[1-9][0-9]{0,18})"')


class BadTag(Refusal):
    status = 400
    code = "bad-if-match"
    title = "If-Match cannot be read"


def expected(if_match: str | None) -> int | None:
    """The version the caller has seen; None for `*` (any). Exactly one strong tag, as it came in `ETag`."""
    if if_match is None:
        raise PreconditionMissing("Send If-Match with the ETag that you have read.")
    if if_match.strip() == "*":
        return None
    found = _VERSION.fullmatch(if_match.strip())
    if found is None:
        raise BadTag('Send one strong tag as you received it in ETag, such as "3", or *.')
    return int(found[1])


def unchanged(if_none_match: str | None, tag: str) -> bool:
    """Whether the caller has this representation already (weak comparison, RFC 9110)."""
    if if_none_match is None:
        return False
    return any(one.strip().removeprefix("W/") in (tag, "*") for one in if_none_match.split(","))
