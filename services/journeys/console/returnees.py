"""Sentences of returnees who are asked to stay with the organisation."""

from services.journeys.console import words
from services.journeys.console.writing import MINOR, Entry, Known, Sentence, of


@of("journeys.returnee-invited.v1")
def _invited(entry: Entry, known: Known) -> Sentence:
    offers = ", ".join(words.inside(offer) for offer in entry["facts"]["offers"])
    return Sentence("Invited to stay with the organisation", offers)


@of("journeys.returnee-answered.v1")
def _answered(entry: Entry, known: Known) -> Sentence:
    match entry["facts"]["choice"]:
        case "membership":
            return Sentence("Wants to become a member", "Answer to the invitation")
        case "alumni":
            return Sentence("Stays in touch as one of the alumni", "Answer to the invitation")
    return Sentence("Doesn't want to stay with the organisation", "Answer to the invitation", MINOR)
