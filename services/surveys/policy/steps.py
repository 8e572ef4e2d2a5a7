"""A survey taken page by page: which pages the answers so far lead through, and where somebody goes on."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.surveys.policy.questionnaire import Questionnaire
from services.surveys.policy.questionnaire_answers import Fault, read_answer
from services.surveys.policy.questionnaire_parts import OTHER

WHOLE = "all"  # the one page of a questionnaire without sections


@dataclass(frozen=True, slots=True)
class Step:
    """One page: the id of its section, and the questions on it that are asked."""

    id: str
    questions: tuple[str, ...]


def steps_of(asked: Questionnaire, answers: Mapping[str, Any]) -> list[Step]:
    """The pages that these answers lead through, in order; a section without a question that is asked is none."""
    found: dict[str, list[str]] = {}
    for name in read_answer(asked, answers, partial=True).asked:
        found.setdefault(asked.by_id[name].section or WHOLE, []).append(name)
    return [Step(id_, tuple(names)) for id_, names in found.items()]


def of_section(asked: Questionnaire, step: str) -> list[str]:
    """All questions that can stand on a page, asked or not."""
    return [question.id for question in asked.questions if (question.section or WHOLE) == step]


def with_page(answers: Mapping[str, Any], page: Collection[str], given: Mapping[str, Any]) -> dict[str, Any]:
    """The answers after a page was sent: what was answered on it replaces what was there, also by nothing."""
    others = {name: value for name, value in answers.items() if name.removesuffix(OTHER) not in page}
    return others | dict(given)


def page_faults(
    asked: Questionnaire, answers: Mapping[str, Any], page: Collection[str], *, partial: bool
) -> list[Fault]:
    """What is wrong on one page; of a `partial` one nothing is missing."""
    faults = read_answer(asked, answers, partial=partial).faults
    return [fault for fault in faults if fault.question.removesuffix(OTHER) in page]


def place_of(steps: Sequence[Step], step: str | None) -> int:
    """The number of a page, from 0; the first one for a page that there is not (any more)."""
    return next((number for number, one in enumerate(steps) if one.id == step), 0)


def beyond(asked: Questionnaire, steps: Sequence[Step], step: str, by: int) -> str:
    """The page `by` pages on from `step`, which may be asked no more; the last or first one where they end."""
    order = [section.id for section in asked.sections] or [WHOLE]
    here = order.index(step)
    if by > 0:
        return next((one.id for one in steps if order.index(one.id) > here), steps[-1].id)
    return next((one.id for one in reversed(steps) if order.index(one.id) < here), steps[0].id)


def is_last(asked: Questionnaire, answers: Mapping[str, Any], step: str, shown: Collection[str]) -> bool:
    """Whether the survey ends with this page as it was `shown`: the answers bring no more questions."""
    last = steps_of(asked, answers)[-1]
    return last.id == step and set(last.questions) <= set(shown)


def step_of(asked: Questionnaire, question: str) -> str:
    return asked.by_id[question.removesuffix(OTHER)].section or WHOLE


def stopped_at(asked: Questionnaire, answers: Mapping[str, Any], at: str | None) -> str:
    """The page to go on with: `at` where that is known and still asked, else the first one that is not finished."""
    steps = steps_of(asked, answers)
    if at in {step.id for step in steps}:
        return str(at)
    missing = {step_of(asked, fault.question) for fault in read_answer(asked, answers).faults}
    begun = {step_of(asked, name) for name in answers}
    return next((step.id for step in steps if step.id in missing or step.id not in begun), steps[-1].id)
