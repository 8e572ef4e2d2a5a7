"""Sentences of matches: opportunities that were found for somebody."""

from services.journeys.console.texts import _, ngettext
from services.journeys.console.writing import MINOR, Entry, Known, Sentence, of


@of("scoring.matches-found.v1")
def _found(entry: Entry, known: Known) -> Sentence:
    count = len(entry["facts"]["opportunity_ids"])
    return Sentence(
        ngettext("%(num)s new opportunity fits", "%(num)s new opportunities fit", count),
        _("Found by the weekly look"),
        MINOR,
    )
