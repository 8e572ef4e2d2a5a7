"""Personal data in what people write, put out of sight before anything reads it for its meaning.

What has a form is found by its form: addresses, links, telephone and account numbers, numbers of papers. Names are
found behind titles, greetings and words such as "my buddy", and where a common given name stands with a capital letter.
A rare name in the middle of a sentence, a nickname and a street are not found; the room's README tells how many.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from services.surveys.verbatims.reading import FOLDER
from shared.strict_yaml import shipped


class Kind(StrEnum):
    """What was masked; the word that stands in its place."""

    email = "email"
    link = "link"
    account = "account"
    phone = "phone"
    paper = "document"
    handle = "handle"
    name = "name"


@dataclass(frozen=True, slots=True)
class Found:
    """A piece of the text, from `start` up to `end`, and what it is."""

    start: int
    end: int
    kind: Kind


# Every repetition has a limit and a place where it may begin: no text makes these slow.
_EMAIL = re.compile(
    r"(?<![\w.+'-])[\w.+'-]{1,64}\s?(?:@|\(at\)|\[at\])\s?[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}", re.IGNORECASE
)
_LINK = re.compile(
    r"(?:https?://|(?<!\w)www\.)[^\s<>\"]+|(?<![\w.-])[\w-]{1,63}(?:\.[\w-]{1,63}){0,3}"
    r"\.(?:com|org|net|ro|se|de|eu|io|me|ly)\b(?:/[^\s<>\",;]*)?",
    re.IGNORECASE,
)
_ACCOUNT = re.compile(r"\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{1,4}){3,8}\b")
_DIGIT = "[0-9\u0660-\u0669\u06f0-\u06f9]"  # ours, the Arabic and the Persian ones
_PHONE = re.compile(rf"(?<![\w.])(?:\+|00)?\(?{_DIGIT}(?:[\s().\-/]{{0,2}}{_DIGIT}){{6,14}}(?![\w])")
_PAPER = re.compile(r"\b(?:[A-Z]{1,3}[ -]?\d{5,9}[A-Z]?|\d{6}-\d{4}|\d{13})\b")
_HANDLE = re.compile(r"(?<![\w@.])@\w[\w.]{2,29}")
_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}")
_CAPITAL = r"[^\W\d_a-zà-öø-ÿăâîșțåäöß][\w'’-]+"
_ARABIC = r"[\u0621-\u064a]{2,}"


def found_in(text: str, known: Iterable[str] = ()) -> list[Found]:
    """What would be masked, in order, nothing twice. `known` are names that belong to whoever the text is about."""
    kept: list[Found] = []
    for one in (*_by_form(text), *_names(text), *_known(text, known)):
        if not any(one.start < other.end and other.start < one.end for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: one.start)


def masked(text: str, known: Iterable[str] = ()) -> str:
    """The text with `[email]`, `[phone]`, `[name]` … in place of what was found."""
    out, at = [], 0
    for one in found_in(text, known):
        out += [text[at : one.start], f"[{one.kind}]"]
        at = one.end
    return "".join((*out, text[at:]))


def _by_form(text: str) -> Iterable[Found]:
    for pattern, kind in ((_EMAIL, Kind.email), (_LINK, Kind.link)):
        yield from (Found(*match.span(), kind) for match in pattern.finditer(text))
    yield from (Found(*match.span(), Kind.account) for match in _ACCOUNT.finditer(text) if _is_account(match[0]))
    yield from (Found(*match.span(), Kind.paper) for match in _PAPER.finditer(text))
    yield from (Found(*match.span(), Kind.phone) for match in _PHONE.finditer(text) if not _DATE.fullmatch(match[0]))
    yield from (Found(*match.span(), Kind.handle) for match in _HANDLE.finditer(text))


def _is_account(text: str) -> bool:
    """ISO 13616: the number, its first four characters behind it and letters as 10…35, leaves 1 when divided by 97."""
    bare = re.sub("[ -]", "", text).upper()
    return 15 <= len(bare) <= 34 and int("".join(str(int(c, 36)) for c in bare[4:] + bare[:4])) % 97 == 1


@dataclass(frozen=True, slots=True)
class Telling:
    """The patterns that tell names."""

    behind: re.Pattern[str]
    behind_arabic: re.Pattern[str]
    given: re.Pattern[str]
    never: frozenset[str]


@cache
def _telling() -> Telling:
    data = shipped(FOLDER / "names.yaml")
    before = _any(word for group in data["before"] for word in group)
    given = _any(name for group in data["given"] for name in group)
    return Telling(
        re.compile(rf"(?i:(?<!\w)(?:{before}))[.:,]?\s+({_CAPITAL}(?:\s+{_CAPITAL})?)"),
        re.compile(rf"(?<!\w)(?:{_any(data['arabic'])})\s+({_ARABIC})"),
        re.compile(rf"(?<!\w)و?({given})(?:'s|s)?(?!\w)(?:\s+(?!(?:{before})\b){_CAPITAL})?"),
        frozenset(data["never"]),
    )


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _names(text: str) -> Iterable[Found]:
    telling = _telling()
    for match in telling.behind.finditer(text):
        first, *rest = match[1].split()
        if first not in telling.never:
            length = len(first) if rest and rest[-1] in telling.never else len(match[1])
            yield Found(match.start(1), match.start(1) + length, Kind.name)
    for match in telling.behind_arabic.finditer(text):
        if match[1] not in telling.never:
            yield Found(*match.span(1), Kind.name)
    yield from (Found(match.start(1), match.end(), Kind.name) for match in telling.given.finditer(text))


def _known(text: str, known: Iterable[str]) -> Iterable[Found]:
    for name in known:
        if len(name.strip()) > 1:
            pattern = re.compile(rf"(?<!\w){re.escape(name.strip())}(?:'s|s)?(?!\w)", re.IGNORECASE)
            yield from (Found(*match.span(), Kind.name) for match in pattern.finditer(text))
