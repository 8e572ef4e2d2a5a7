"""How good the readings are: macro-F1 with a bootstrap interval, on comments that nothing was learned from."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from services.surveys.verbatims.analysis import model
from services.surveys.verbatims.examples import Example
from services.surveys.verbatims.reading import Sentiment, Topic, features

ROUNDS, SEED, TAIL = 1000, 7, 0.025


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled comment, and what the model says of it."""

    example: Example
    topics: frozenset[Topic]
    sentiment: Sentiment


@dataclass(frozen=True, slots=True)
class Figure:
    """A macro-F1 (0…1), the middle 95 % of its bootstrap, and how many comments it rests on."""

    f1: float
    low: float
    high: float
    n: int


def judge(examples: Sequence[Example]) -> list[Judged]:
    judged = []
    for example in examples:
        said = features(example.text, example.language)
        judged.append(Judged(example, model().topics_of(said), model().mood_of(said)[0]))
    return judged


def topics_f1(judged: Sequence[Judged]) -> float:
    """The mean over the topics of the F1 of "it is about this"; a topic that nobody speaks of or reads is left out."""
    return _macro([_f1([(topic in one.topics, topic in one.example.topics) for one in judged]) for topic in Topic])


def sentiment_f1(judged: Sequence[Judged]) -> float:
    """The mean over the three moods of the F1 of "it is in this mood"."""
    pairs = [[(one.sentiment is mood, one.example.sentiment is mood) for one in judged] for mood in Sentiment]
    return _macro([_f1(pair) for pair in pairs])


def _f1(pairs: Sequence[tuple[bool, bool]]) -> float | None:
    """2 TP / (2 TP + FP + FN) of (said, true) pairs; None where there is neither."""
    hits = sum(said and true for said, true in pairs)
    either = sum(said + true for said, true in pairs)
    return 2 * hits / either if either else None


def _macro(found: Sequence[float | None]) -> float:
    known = [value for value in found if value is not None]
    return sum(known) / len(known)


def figure(judged: Sequence[Judged], measure: Callable[[Sequence[Judged]], float]) -> Figure:
    """The figure with a percentile bootstrap over groups: translations of one comment are not independent of it."""
    groups: dict[int, list[Judged]] = {}
    for one in judged:
        groups.setdefault(one.example.group, []).append(one)
    kinds, chance = list(groups.values()), random.Random(SEED)
    drawn = sorted(
        measure([one for group in chance.choices(kinds, k=len(kinds)) for one in group]) for _ in range(ROUNDS)
    )
    return Figure(measure(judged), drawn[int(TAIL * ROUNDS)], drawn[-int(TAIL * ROUNDS) - 1], len(judged))
