"""Sentences of a quality case between its opening and its closure."""

from services.journeys.console import words
from services.journeys.console.writing import MAJOR, PLAIN, Entry, Known, Sentence, of

LEVELS = {
    "national": "the national entities",
    "control_boards": "the control boards",
    "international": "the international board",
}
WHY = {
    "unacknowledged": "It was not acknowledged in time",
    "unsolved": "It was not solved in time",
    "undecided": "It was not decided in time",
    "contested": "The solution was contested",
}


@of("surveys.quality-case-acknowledged.v1")
def _acknowledged(entry: Entry, known: Known) -> Sentence:
    late = None if entry["facts"]["in_time"] else "Later than it should have been"
    return Sentence("Quality case acknowledged by all sides", late)


@of("surveys.quality-case-answered.v1")
def _answered(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    what = "Written solution" if facts["solution"] else "Message"
    return Sentence(
        f"{what} in the quality case, by the {facts['by']} side", weight=MAJOR if facts["solution"] else PLAIN
    )


@of("surveys.quality-case-escalated.v1")
def _escalated(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    due = words.at(facts["decide_by"], known.own_zone)
    who = LEVELS.get(facts["level"], facts["level"])
    return Sentence(f"Quality case goes up to {who}", f"{WHY.get(facts['why'], facts['why'])} · decide by {due}", MAJOR)


@of("surveys.quality-case-reopened.v1")
def _reopened(entry: Entry, known: Known) -> Sentence:
    due = words.at(entry["facts"]["acknowledge_by"], known.own_zone)
    return Sentence("Quality case opened again", f"Acknowledge by {due}", MAJOR)
