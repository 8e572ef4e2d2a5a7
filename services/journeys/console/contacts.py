"""Sentences of contacts that somebody wrote down."""

from services.journeys.console import words
from services.journeys.console.writing import Entry, Known, Sentence, join, of

KINDS = {
    "message": "A message",
    "call": "A call",
    "meeting": "A meeting",
    "class_visit": "Met at a class visit",
    "booth": "Met at a booth",
    "flyer": "Came by a flyer",
    "event": "Met at an event",
    "referral": "Was referred by somebody",
}


@of("scoring.contact-recorded.v1")
def _recorded(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    written = "written down later, from a file" if facts["imported"] else None
    return Sentence(KINDS.get(facts["kind"], words.plain(facts["kind"])), join(words.plain(facts["channel"]), written))
