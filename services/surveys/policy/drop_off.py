"""Where people stop: of those who started a questionnaire, how many reached and answered each question."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from services.surveys.policy.questionnaire import Questionnaire


@dataclass(slots=True)
class Reach:
    """One question. Reached: it or one after it was answered, or all was finished. `left`: stopped before it.

    `conditional`: only some are asked it; the others have passed it by.
    """

    question: str
    conditional: bool
    reached: int
    answered: int
    left: int = 0


def reach(
    asked: Questionnaire, finished: int, answered: Mapping[str, int], partial: Iterable[Collection[str]]
) -> list[Reach]:
    """By question, in their order: `finished` answers with how often each question was `answered`, and the questions
    that each `partial` one has an answer to."""
    found = [Reach(one.id, one.when is not None, finished, answered.get(one.id, 0)) for one in asked.questions]
    for given in partial:
        furthest = max((place for place, one in enumerate(found) if one.question in given), default=-1)
        for place, one in enumerate(found):
            one.reached += place <= furthest
            one.answered += one.question in given
            one.left += place > furthest
    return found
