"""Sentences of leads: who is to call, what came of it, who lapsed and came back."""

from services.journeys.console import words
from services.journeys.console.writing import MAJOR, MINOR, Entry, Known, Sentence, join, of

WHY = {
    "weekly": "shared out for the week",
    "freed": "somebody had room again",
    "manual": "given by a manager",
    "reassigned": "given on by a manager",
}


@of("scoring.lead-handed-over.v1")
def _handed_over(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    due = f"to be contacted by {words.at(facts['due_at'], known.own_zone)}"
    return Sentence("Handed over to a member", join(WHY.get(facts["why"], words.inside(facts["why"])), due))


@of("scoring.lead-contacted.v1")
def _contacted(entry: Entry, known: Known) -> Sentence:
    return Sentence("First personal contact after the hand-over", None if entry["facts"]["in_time"] else "late")


@of("scoring.lead-overdue.v1")
def _overdue(entry: Entry, known: Known) -> Sentence:
    return Sentence("Nobody called in time: open again for the others")


@of("scoring.lead-returned.v1")
def _returned(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    why = facts["refusal"] or facts["reason"]
    return Sentence("Hand-over ended without a contact", words.inside(why), MINOR)


@of("scoring.lead-lapsed.v1")
def _lapsed(entry: Entry, known: Known) -> Sentence:
    silent = words.at(entry["facts"]["silent_since"], known.own_zone)
    return Sentence("Lapsed: no sign of life for too long", f"the last one was on {silent}")


@of("scoring.lead-won-back.v1")
def _won_back(entry: Entry, known: Known) -> Sentence:
    return Sentence(
        "Came back after having lapsed", "after a talk with us" if entry["facts"]["contacted"] else None, MAJOR
    )
