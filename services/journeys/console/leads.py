"""Sentences of leads: who is to call, what came of it, who lapsed and came back."""

from services.journeys.console import words
from services.journeys.console.texts import N_, _
from services.journeys.console.writing import MAJOR, MINOR, Entry, Known, Sentence, join, of

WHY = {
    "weekly": N_("shared out for the week"),
    "freed": N_("somebody had room again"),
    "manual": N_("given by a manager"),
    "reassigned": N_("given on by a manager"),
}


@of("scoring.lead-handed-over.v1")
def _handed_over(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    due = _("to be contacted by %(moment)s", moment=words.at(facts["due_at"], known.own_zone))
    return Sentence(_("Handed over to a member"), join(words.among(WHY, facts["why"]), due))


@of("scoring.lead-contacted.v1")
def _contacted(entry: Entry, known: Known) -> Sentence:
    return Sentence(_("First personal contact after the hand-over"), None if entry["facts"]["in_time"] else _("late"))


@of("scoring.lead-overdue.v1")
def _overdue(entry: Entry, known: Known) -> Sentence:
    return Sentence(_("Nobody called in time: open again for the others"))


@of("scoring.lead-returned.v1")
def _returned(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    why = facts["refusal"] or facts["reason"]
    return Sentence(_("Hand-over ended without a contact"), words.inside(why), MINOR)


@of("scoring.lead-lapsed.v1")
def _lapsed(entry: Entry, known: Known) -> Sentence:
    silent = words.at(entry["facts"]["silent_since"], known.own_zone)
    return Sentence(_("Lapsed: no sign of life for too long"), _("the last one was on %(moment)s", moment=silent))


@of("scoring.lead-won-back.v1")
def _won_back(entry: Entry, known: Known) -> Sentence:
    return Sentence(
        _("Came back after having lapsed"), _("after a talk with us") if entry["facts"]["contacted"] else None, MAJOR
    )
