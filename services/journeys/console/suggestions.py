"""Sentences of actions that scoring suggests."""

from services.journeys.console import words
from services.journeys.console.texts import _
from services.journeys.console.writing import MINOR, Entry, Known, Sentence, join, of


@of("scoring.action-suggested.v1")
def _suggested(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    day = words.day(words.local(facts["at"], known.zone(entry)).date())
    effect = facts["effect"]
    gain = (
        _("expected effect %(points)s points", points=words.signed(100 * effect, 0))
        if effect is not None
        else _("no evidence yet")
    )
    what = _("Suggested: %(action)s, from %(day)s on", action=words.inside(facts["action"]), day=day)
    return Sentence(what, join(_why(facts["reasons"]), gain), MINOR)


def _why(reasons: list[str]) -> str | None:
    return _("because of %(reasons)s", reasons=words.listed(map(words.inside, reasons))) if reasons else None


@of("scoring.action-settled.v1")
def _settled(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    reason = _("Reason: %(reason)s", reason=words.inside(facts["reason"])) if facts["reason"] else None
    return Sentence(
        _(
            "Suggestion “%(action)s”: %(state)s",
            action=words.inside(facts["action"]),
            state=words.inside(facts["state"]),
        ),
        reason,
        MINOR,
    )
