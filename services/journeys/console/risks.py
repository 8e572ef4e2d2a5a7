"""Sentences of stays that may go wrong."""

from services.journeys.console.writing import MAJOR, Entry, Known, Sentence, of

WHY = {"calmed": "the risk is low again", "settled": "the stay is over"}


@of("scoring.stay-at-risk.v1")
def _at_risk(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    heaviest = ", ".join(reason["code"].replace("_", " ") for reason in facts["reasons"][:3])
    return Sentence(f"Somebody should call: {facts['risk']:.0%} that this stay goes wrong", heaviest, MAJOR)


@of("scoring.stay-calmed.v1")
def _calmed(entry: Entry, known: Known) -> Sentence:
    return Sentence("No alarm any more", WHY.get(entry["facts"]["why"], entry["facts"]["why"]))
