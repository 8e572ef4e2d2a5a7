"""What a new version may change: texts, order, branches, and more questions; never what an id measures.

An id that measured one thing in any version measures the same in every later one, so that one trend runs over all
versions. An id that is left out is only told: a question may be retired, and comes back as what it was.
"""

from collections.abc import Iterator, Sequence

from services.surveys.policy.questionnaire import Questionnaire
from services.surveys.policy.questionnaire_holes import Hole
from services.surveys.policy.questionnaire_parts import Question, codes_of, said_of


def version_faults(new: Questionnaire, earlier: Sequence[Questionnaire]) -> list[Hole]:
    """Why this version can't follow those before it; empty when it can."""
    newest = max((one.version for one in earlier), default=0)
    faults: list[Hole] = []
    if new.version != newest + 1:
        faults.append((("version",), f"the next version is {newest + 1}"))
    if any(one.party != new.party for one in earlier):
        faults.append((("party",), "the versions of a questionnaire are answered by the same party"))
    for place, question in enumerate(new.questions):
        before = next((one.by_id[question.id] for one in earlier if question.id in one.by_id), None)
        if before is not None and (what := _other_than(before, question)):
            faults.append((("questions", place), f"{question.id} {what}: it needs an id of its own"))
    return faults


def _other_than(before: Question, now: Question) -> str | None:
    """In what the two measure different things; None when they don't."""
    if (before.kind, said_of(before)) != (now.kind, said_of(now)):
        return f"was a question of the kind {before.kind} in an earlier version"
    if before.kind != "matrix" and codes_of(before) != codes_of(now):
        return f"was about {', '.join(codes_of(before))} in an earlier version"
    if getattr(before, "several", False) != getattr(now, "several", False):
        return "took another number of options in an earlier version"
    return None


def version_notes(new: Questionnaire, before: Questionnaire | None) -> list[str]:
    """What the version before had and this one has not, in words."""
    return list(_left_out(new, before)) if before else []


def _left_out(new: Questionnaire, before: Questionnaire) -> Iterator[str]:
    for language in before.languages:
        if language not in new.languages:
            yield f"the language {language} is gone"
    for question in before.questions:
        now = new.by_id.get(question.id)
        if now is None:
            yield f"the question {question.id} is gone"
            continue
        for name in ("options", "rows"):
            there = {one.id for one in getattr(now, name, None) or ()}
            for one in getattr(question, name, None) or ():
                if one.id not in there:
                    yield f"{question.id}: {one.id} is no longer among its {name}"
