"""Sentences of a quality case between its opening and its closure."""

from services.journeys.console import words
from services.journeys.console.texts import N_, _
from services.journeys.console.writing import MAJOR, PLAIN, Entry, Known, Sentence, join, of

LEVELS = {
    "national": N_("the national entities"),
    "control_boards": N_("the control boards"),
    "international": N_("the international board"),
}
WHY = {
    "unacknowledged": N_("It was not acknowledged in time"),
    "unsolved": N_("It was not solved in time"),
    "undecided": N_("It was not decided in time"),
    "contested": N_("The solution was contested"),
}


@of("surveys.quality-case-acknowledged.v1")
def _acknowledged(entry: Entry, known: Known) -> Sentence:
    late = None if entry["facts"]["in_time"] else _("Later than it should have been")
    return Sentence(_("Quality case acknowledged by all sides"), late)


@of("surveys.quality-case-answered.v1")
def _answered(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    side = words.side(facts["by"])
    if facts["solution"]:
        return Sentence(_("Written solution in the quality case, by %(side)s", side=side), weight=MAJOR)
    return Sentence(_("Message in the quality case, by %(side)s", side=side), weight=PLAIN)


@of("surveys.quality-case-escalated.v1")
def _escalated(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    due = words.at(facts["decide_by"], known.own_zone)
    who = words.among(LEVELS, facts["level"])
    return Sentence(
        _("Quality case goes up to %(who)s", who=who),
        join(words.among(WHY, facts["why"]), _("decide by %(moment)s", moment=due)),
        MAJOR,
    )


@of("surveys.quality-case-reopened.v1")
def _reopened(entry: Entry, known: Known) -> Sentence:
    due = words.at(entry["facts"]["acknowledge_by"], known.own_zone)
    return Sentence(_("Quality case opened again"), _("Acknowledge by %(moment)s", moment=due), MAJOR)
