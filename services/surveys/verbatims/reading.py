"""What a comment's words speak of: tokens, and the lexicon's topics and moods as features for the classifier."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from shared.strict_yaml import shipped

FOLDER = Path(__file__).parent
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_MARKS = re.compile("[\u064b-\u0652\u0640]")  # short vowels and the lengthening stroke of Arabic
_ALEFS = str.maketrans("أإآٱى", "ااااي")
_PREFIXES = re.compile("^[وف]?(?:بال|كال|لل|ال|[بلك])")  # and, so; in the, like the, for the, the; in, for, like
_NEAR = 3  # a denial reaches so many words
STEM = 0.15  # what one word of the text counts beside an entry of the lexicon
WHOLE = "$"


class Topic(StrEnum):
    """What an internship's comments are about."""

    pickup = "pickup"
    accommodation = "accommodation"
    work = "work"
    pay = "pay"
    people = "people"
    preparation = "preparation"
    visa = "visa"
    communication = "communication"
    organisation = "organisation"
    growth = "growth"


class Sentiment(StrEnum):
    negative = "negative"
    neutral = "neutral"
    positive = "positive"


def words(text: str) -> list[str]:
    """The words of a text in small letters; Arabic without vowel signs and with one kind of alef."""
    plain = _MARKS.sub("", unicodedata.normalize("NFC", text.lower().replace("’", "'"))).translate(_ALEFS)
    return _WORD.findall(plain)


@dataclass(frozen=True, slots=True)
class Entry:
    """Words in a row; the last one may go on, unless it is meant whole."""

    parts: tuple[str, ...]
    whole: bool

    @classmethod
    def of(cls, text: str) -> "Entry":
        return cls(tuple(words(text)), text.endswith(WHOLE))

    def at(self, spellings: Sequence[tuple[str, ...]], place: int) -> bool:
        if place + len(self.parts) > len(spellings):
            return False
        *firsts, last = self.parts
        for offset, part in enumerate(firsts):
            if part not in spellings[place + offset]:
                return False
        at = spellings[place + len(firsts)]
        return last in at if self.whole else any(spelling.startswith(last) for spelling in at)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The entries of one language by what they say, found by the first two letters of their first word."""

    topics: Mapping[str, Mapping[str, tuple[Entry, ...]]]
    moods: Mapping[str, Mapping[str, tuple[Entry, ...]]]


@cache
def lexicon(language: str) -> Lexicon:
    """The lexicon of a language; English for one that it doesn't speak."""
    data = _data()
    spoken = language if language in data["topics"]["pickup"] else "en"
    return Lexicon(*({name: _by_start(kinds.get(spoken, ())) for name, kinds in data[part].items()} for part in data))


@cache
def _data() -> Mapping[str, Mapping[str, Mapping[str, list[str]]]]:
    found = shipped(FOLDER / "lexicon.yaml")
    return {"topics": found["topics"], "moods": found["moods"]}


def _by_start(entries: Sequence[str]) -> Mapping[str, tuple[Entry, ...]]:
    found: dict[str, list[Entry]] = {}
    for text in entries:
        entry = Entry.of(text)
        found.setdefault(entry.parts[0][:2], []).append(entry)
    return {start: tuple(same) for start, same in found.items()}


def _hits(entries: Mapping[str, tuple[Entry, ...]], spellings: Sequence[tuple[str, ...]]) -> list[int]:
    """The places at which one of the entries begins."""
    return [
        place
        for place, ways in enumerate(spellings)
        if any(entry.at(spellings, place) for way in ways for entry in entries.get(way[:2], ()))
    ]


def features(text: str, language: str) -> dict[str, float]:
    """Feature → weight: topics spoken of, good and bad words (a denied good one apart), and word stems."""
    return dict(_features(words(text), language))


def _features(said: Sequence[str], language: str) -> Iterator[tuple[str, float]]:
    spellings = [_spellings(word, language) for word in said]
    book = lexicon(language)
    for topic, entries in book.topics.items():
        if places := _hits(entries, spellings):
            yield f"topic:{topic}", 1.0
            if len(places) > 1:
                yield f"topic+:{topic}", 0.5
    yield from _moods(book, spellings)
    yield "short", 1.0 if len(said) <= 4 else 0.0
    for word in {one[:5] for one in said if len(one) > 2}:
        yield f"{language}:{word}", STEM


def _moods(book: Lexicon, spellings: Sequence[tuple[str, ...]]) -> Iterator[tuple[str, float]]:
    denied = _hits(book.moods["denial"], spellings)
    count = {"good": 0, "bad": 0, "denied": 0}
    for mood in ("good", "bad"):
        for place in _hits(book.moods[mood], spellings):
            if mood == "good" and any(0 < place - denial <= _NEAR for denial in denied):
                count["denied"] += 1
            else:
                count[mood] += 1
    for mood, n in count.items():
        if n:
            yield f"mood:{mood}", min(n, 3) ** 0.5
    if denied:
        yield "mood:denial", 1.0
    if count["good"] and (count["bad"] or count["denied"]):
        yield "mood:both", 1.0
    if not any(count.values()):
        yield "mood:none", 1.0
    if _hits(book.moods["turning"], spellings):
        yield "mood:turning", 1.0


def _spellings(word: str, language: str) -> tuple[str, ...]:
    """A word as it stands, and in Arabic also without what is written onto it."""
    if language != "ar":
        return (word,)
    bare = _PREFIXES.sub("", word)
    return (word, bare) if bare != word and len(bare) > 2 else (word,)
