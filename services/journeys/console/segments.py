"""Sentences of segments."""

from services.journeys.console.texts import _
from services.journeys.console.writing import MINOR, Entry, Known, Sentence, of


@of("scoring.segment-changed.v1")
def _changed(entry: Entry, known: Known) -> Sentence:
    came = entry["facts"]["move"] == "entered"
    return Sentence(_("Came into a segment") if came else _("Left a segment"), weight=MINOR)
