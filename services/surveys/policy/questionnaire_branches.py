"""Whether the branches of a questionnaire can be walked: conditions that make sense, and no question that nobody sees.

What must be true for a question to be asked is written as alternatives, each a set of allowed values for each row of
each question before it; a question whose alternatives all contradict themselves is dead.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product

from services.surveys.policy.metrics import SCALES
from services.surveys.policy.questionnaire_parts import RATING, Question, row_ids, said_of, words_of
from services.surveys.policy.questionnaire_when import Condition, Plain, When

GIVEN = "…"  # stands for any words
MOST_ALTERNATIVES = 5000
Cell = tuple[str, str]
Allowed = frozenset[Plain | None]
Alternative = Mapping[Cell, Allowed]


def branch_faults(questions: Sequence[Question]) -> Iterator[tuple[str, str]]:
    """The ids of questions whose conditions are wrong, and what is wrong with them."""
    before: dict[str, Question] = {}
    walks: dict[str, list[Alternative]] = {}
    for question in questions:
        faults = list(_faults(question, before, {one.id for one in questions}))
        yield from ((question.id, what) for what in faults)
        walks[question.id] = [{}] if faults or not question.when else _ways(question.when, before, walks)
        if not walks[question.id]:
            yield question.id, f"{question.id}: its conditions can never be met"
        before[question.id] = question


def _faults(question: Question, before: Mapping[str, Question], there: Iterable[str]) -> Iterator[str]:
    for condition in question.when.conditions if question.when else ():
        asked = before.get(condition.question)
        if asked is None:
            why = "comes no earlier than it" if condition.question in there else "there is not"
            yield f"{question.id}: it depends on the question {condition.question}, which {why}"
        elif condition.row is not None and condition.row not in row_ids(asked):
            yield f"{question.id}: {asked.id} has no row {condition.row}"
        elif not _possible(asked, condition):
            yield f"{question.id}: {asked.id} can't be answered so that its condition is met"


def _possible(asked: Question, condition: Condition) -> bool:
    values = set(_values(asked))
    if condition.answered is not None:
        return True
    wanted = [condition.equals] if condition.equals is not None else condition.among or []
    return values.issuperset(wanted) if wanted else any(condition.fits(value) for value in values)


def _values(question: Question) -> tuple[Plain, ...]:
    """What one row of a question can be answered with."""
    kind = said_of(question)
    if kind == "score":
        return tuple(SCALES[question.metric].values)  # type: ignore[union-attr]
    if kind in ("expectation", "perception"):
        return tuple(RATING.values)
    return words_of(question) or (GIVEN,)


def _ways(when: When, before: Mapping[str, Question], walks: Mapping[str, list[Alternative]]) -> list[Alternative]:
    """The alternatives that lead to a question; none when they all contradict themselves."""
    groups = [[one] for one in when.all] + ([when.any] if when.any else [])
    ways: list[Alternative] = [{}]
    for group in groups:
        met = [way for condition in group for way in _met(before[condition.question], condition, walks)]
        ways = [way for one, other in product(ways, met) if (way := _both(one, other)) is not None]
        if len(ways) > MOST_ALTERNATIVES:  # too many to go through: nobody is told that it is dead
            return [{}]
    return ways


def _met(asked: Question, condition: Condition, walks: Mapping[str, list[Alternative]]) -> Iterator[Alternative]:
    """The ways in which a condition is met: each leads by the question that it looks at."""
    several = getattr(asked, "several", False)  # each option is then a thing of its own
    parts = words_of(asked) if several else row_ids(asked) if condition.row is None else (condition.row,)
    if condition.answered is False:
        yield {(asked.id, part): frozenset({None}) for part in parts}
        return
    for part in parts:
        fitting = frozenset(value for value in ((part,) if several else _values(asked)) if condition.fits(value))
        ways = (_both(walk, {(asked.id, part): fitting}) for walk in walks[asked.id] if fitting)
        yield from (way for way in ways if way is not None)


def _both(one: Alternative, other: Alternative) -> Alternative | None:
    """Both at once; None when a row would have to be answered in two ways."""
    merged = dict(one)
    for cell, allowed in other.items():
        merged[cell] = merged[cell] & allowed if cell in merged else allowed
        if not merged[cell]:
            return None
    return merged
