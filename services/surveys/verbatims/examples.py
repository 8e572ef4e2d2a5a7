"""The labelled comments, and the split that keeps what is measured apart from what is learned."""

import csv
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from services.surveys.verbatims.reading import FOLDER, Sentiment, Topic

MEASURED_SHARE = 0.4


@dataclass(frozen=True, slots=True)
class Example:
    """One comment with its labels. Comments of one group say the same in several languages."""

    group: int
    language: str
    sentiment: Sentiment
    topics: frozenset[Topic]
    text: str

    @property
    def measured(self) -> bool:
        """Whether it belongs to the part that is never trained on: by the group, so that no translation leaks."""
        first = hashlib.sha256(f"group {self.group}".encode()).digest()[0]
        return first < MEASURED_SHARE * 256


@cache
def labelled() -> Sequence[Example]:
    """The whole set, in ordinary words."""
    return _read("labelled.tsv")


@cache
def later() -> Sequence[Example]:
    """Comments written after the lexicon was finished, in idioms and in passing; nothing is ever learned from them."""
    return _read("later.tsv")


def _read(name: str) -> Sequence[Example]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return tuple(
        Example(
            int(row["group"]), row["language"], Sentiment(row["sentiment"]),
            frozenset(Topic(name) for name in row["topics"].split(",") if name), row["text"],
        )
        for row in rows
    )  # fmt: skip
