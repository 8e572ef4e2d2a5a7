"""What a comment is about and in which mood, read by a classifier that is trained here and runs here."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from services.surveys.verbatims.classifier import Binary, Features, train
from services.surveys.verbatims.examples import labelled
from services.surveys.verbatims.language import UNKNOWN, detect
from services.surveys.verbatims.masking import Kind, masked
from services.surveys.verbatims.reading import Sentiment, Topic, features

METHOD = "lexicon-1"  # goes with every reading, so that one can tell which of them a newer method would read again
LIKELY = 0.5
PLACES = re.compile(rf"\[(?:{'|'.join(Kind)})\]")


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of one comment. `sure` is the chance of the mood that was taken, against the two others."""

    text: str
    language: str
    topics: frozenset[Topic]
    sentiment: Sentiment
    sure: float


@dataclass(frozen=True, slots=True)
class Model:
    """One yes-or-no question for each topic and each mood."""

    topics: Mapping[Topic, Binary]
    moods: Mapping[Sentiment, Binary]

    def topics_of(self, said: Features) -> frozenset[Topic]:
        return frozenset(topic for topic, binary in self.topics.items() if binary.chance(said) >= LIKELY)

    def mood_of(self, said: Features) -> tuple[Sentiment, float]:
        """The likeliest mood and its share of all three chances."""
        chances = {mood: binary.chance(said) for mood, binary in self.moods.items()}
        best = max(chances, key=lambda mood: chances[mood])
        return best, chances[best] / sum(chances.values())


@cache
def model() -> Model:
    """Trained from the labelled comments that are not measured; takes about a second, once a process."""
    learned = [example for example in labelled() if not example.measured]
    said = [features(example.text, example.language) for example in learned]
    topics = {topic: train(said, [topic in example.topics for example in learned]) for topic in Topic}
    moods = {mood: train(said, [example.sentiment is mood for example in learned]) for mood in Sentiment}
    return Model(topics, moods)


def read(text: str, expected: str, known: tuple[str, ...] = ()) -> Reading:
    """Masked first, then read. `expected` is the language to read it in where the comment doesn't tell its own."""
    seen = masked(text, known)
    language = detect(seen)
    plain = PLACES.sub(" ", seen)  # a masked number is no talk of telephones
    said = features(plain, expected if language == UNKNOWN else language)
    sentiment, sure = model().mood_of(said)
    return Reading(seen, language, model().topics_of(said), sentiment, sure)


async def read_aside(text: str, expected: str, known: tuple[str, ...] = ()) -> Reading:
    """The same on a thread: the first call trains and loads, and nobody else should wait for that."""
    return await asyncio.to_thread(read, text, expected, known)
