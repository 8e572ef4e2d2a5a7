"""Sentences of matches: opportunities that were found for somebody."""

from services.journeys.console.writing import MINOR, Entry, Known, Sentence, of


@of("scoring.matches-found.v1")
def _found(entry: Entry, known: Known) -> Sentence:
    count = len(entry["facts"]["opportunity_ids"])
    return Sentence(f"{count} new opportunit{'y fits' if count == 1 else 'ies fit'}", "Found by the weekly look", MINOR)
