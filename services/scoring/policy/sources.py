"""On-ground sources: a class visit, a booth, a flyer … with a code to type or scan, and when it holds."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

# Crockford's letters without 0 and 1 (taken for O and I): 30 that can't be mixed up in print or by ear.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 6  # 729 million codes
LONGEST_RUN_DAYS = 3 * 366


class SourceKind(StrEnum):
    """What it is that people meet there."""

    class_visit = "class_visit"
    booth = "booth"
    flyer = "flyer"
    event = "event"
    referral = "referral"


class Refused(StrEnum):
    """Why a code counts for nothing."""

    unknown = "unknown"
    not_yet = "not_yet"
    over = "over"
    not_yours = "not_yours"


IN_WORDS = {
    Refused.unknown: "there is no such code",
    Refused.not_yet: "this code does not hold yet on that day",
    Refused.over: "this code holds no more on that day",
    Refused.not_yours: "this code is of an entity that you don't look after",
}


def code_of(chance: Sequence[int]) -> str:
    """A code of random bytes, one a letter; bytes from 240 on would prefer some letters and are passed over."""
    letters = [ALPHABET[byte % len(ALPHABET)] for byte in chance if byte < 240]
    return "".join(letters[:LENGTH])


def tidy_code(typed: str) -> str | None:
    """A code as it was meant: small letters, blanks and dashes do no harm. None for what can't be one."""
    code = "".join(one for one in typed.upper() if one not in " -")
    return code if len(code) == LENGTH and not set(code) - set(ALPHABET) else None


def refusal(starts_on: date, ends_on: date | None, day: date) -> Refused | None:
    """Whether the code holds on this day of its own zone."""
    if day < starts_on:
        return Refused.not_yet
    return Refused.over if ends_on is not None and day > ends_on else None
