"""Ids: time-ordered ones for new rows, derived ones where the same thing must get the same id again."""

import os
import time
from uuid import NAMESPACE_URL, UUID, uuid5


def new_id() -> UUID:
    """A UUID version 7 (RFC 9562): 48 bits of milliseconds, then chance; near in time is near in the index."""
    milliseconds = time.time_ns() // 1_000_000
    chance = int.from_bytes(os.urandom(10), "big")
    value = milliseconds << 80 | 0x7 << 76 | (chance >> 68 & 0xFFF) << 64 | 0b10 << 62 | chance & (1 << 62) - 1
    return UUID(int=value)


def derived_id(*parts: object) -> UUID:
    """The same id for the same parts, on every machine and in every run."""
    return uuid5(NAMESPACE_URL, "sojourn:" + "|".join(str(part) for part in parts))
