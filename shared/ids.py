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


def new_ids(count: int) -> list[str]:
    """Many of them at once, as text, in growing order: for what is written by the thousand."""
    start, chance = time.time_ns() // 1_000_000 << 12, os.urandom(8 * count).hex()
    found = []
    for n in range(count):
        head, tail = f"{start + n:015x}", chance[16 * n : 16 * n + 16]
        found.append(f"{head[:8]}-{head[8:12]}-7{head[12:]}-{_VARIANT[tail[0]]}{tail[1:4]}-{tail[4:]}")
    return found


_VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}
