"""Sentences of stays that may go wrong."""

from services.journeys.console import words
from services.journeys.console.texts import N_, _
from services.journeys.console.writing import MAJOR, Entry, Known, Sentence, of

WHY = {"calmed": N_("the risk is low again"), "settled": N_("the stay is over")}


@of("scoring.stay-at-risk.v1")
def _at_risk(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    heaviest = words.listed(words.inside(reason["code"]) for reason in facts["reasons"][:3])
    return Sentence(
        _("Somebody should call: %(risk)s that this stay goes wrong", risk=words.percent(facts["risk"])),
        heaviest,
        MAJOR,
    )


@of("scoring.stay-calmed.v1")
def _calmed(entry: Entry, known: Known) -> Sentence:
    return Sentence(_("No alarm any more"), words.among(WHY, entry["facts"]["why"]))
