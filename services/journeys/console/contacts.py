"""Sentences of contacts that somebody wrote down."""

from services.journeys.console import words
from services.journeys.console.texts import N_, _
from services.journeys.console.writing import Entry, Known, Sentence, join, of

KINDS = {
    "message": N_("A message"),
    "call": N_("A call"),
    "meeting": N_("A meeting"),
    "class_visit": N_("Met at a class visit"),
    "booth": N_("Met at a booth"),
    "flyer": N_("Came by a flyer"),
    "event": N_("Met at an event"),
    "referral": N_("Was referred by somebody"),
}


@of("scoring.contact-recorded.v1")
def _recorded(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    written = _("written down later, from a file") if facts["imported"] else None
    return Sentence(
        words.among(KINDS, facts["kind"]),
        join(words.plain(facts["channel"]), written),
    )
