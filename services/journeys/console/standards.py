"""What is said of the exchange standards, in sentences."""

from services.journeys.console import words
from services.journeys.console.writing import MAJOR, MINOR, Entry, Known, Sentence, join, of


def _name(entry: Entry) -> str:
    return f"“{words.plain(entry['facts']['standard'])}”"


@of("notifications.standard-evidenced.v2")
def _evidenced(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    how = "kept late" if facts["late"] else "kept in time"
    kind, _, name = facts["source"].partition(":")
    by = f"by {words.inside(kind)}{f' “{words.inside(name)}”' if name else ''}"
    return Sentence(f"Standard {_name(entry)} {how}", join(f"Due {words.day(facts['due_on'])}", by), MINOR)


@of("notifications.standard-missed.v1")
def _missed(entry: Entry, known: Known) -> Sentence:
    return Sentence(f"Standard {_name(entry)} missed so far", f"It was due {words.day(entry['facts']['due_on'])}")


@of("notifications.standard-waived.v1")
def _waived(entry: Entry, known: Known) -> Sentence:
    return Sentence(f"Standard {_name(entry)} is not needed", f"The {entry['facts']['side']} side says so", MINOR)


@of("notifications.standard-demanded.v1")
def _demanded(entry: Entry, known: Known) -> Sentence:
    return Sentence(f"Standard {_name(entry)} is needed after all", weight=MINOR)


@of("notifications.standard-conflicted.v1")
def _conflicted(entry: Entry, known: Known) -> Sentence:
    return Sentence(f"Conflict: standard {_name(entry)} has evidence, and the EP says no", weight=MAJOR)


@of("notifications.standard-settled.v1")
def _settled(entry: Entry, known: Known) -> Sentence:
    return Sentence(f"Standard {_name(entry)}: both sides agree", f"It is {words.inside(entry['facts']['state'])}")


@of("notifications.standards-closed.v1")
def _closed(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    lacking = ", ".join(words.inside(code) for code in facts["unkept"])
    flag = "with" if facts["flag"] else "without"
    text = f"Standards: {facts['kept']} of {facts['asked']} kept, {flag} the mark of quality"
    return Sentence(text, f"Not kept in time: {lacking}" if lacking else None, MAJOR)
