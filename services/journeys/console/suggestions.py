"""Sentences of actions that scoring suggests."""

from services.journeys.console import words
from services.journeys.console.writing import MINOR, Entry, Known, Sentence, join, of


@of("scoring.action-suggested.v1")
def _suggested(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    day = words.day(words.local(facts["at"], known.zone(entry)).date())
    effect = facts["effect"]
    gain = f"expected effect {100 * effect:+.0f} points" if effect is not None else "no evidence yet"
    what = f"Suggested: {words.inside(facts['action'])}, from {day} on"
    return Sentence(what, join(_why(facts["reasons"]), gain), MINOR)


def _why(reasons: list[str]) -> str | None:
    return f"because of {', '.join(words.inside(one) for one in reasons)}" if reasons else None


@of("scoring.action-settled.v1")
def _settled(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    reason = f"Reason: {words.inside(facts['reason'])}" if facts["reason"] else None
    return Sentence(f"Suggestion “{words.inside(facts['action'])}”: {words.inside(facts['state'])}", reason, MINOR)
