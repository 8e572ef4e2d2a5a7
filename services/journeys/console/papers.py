"""What the notifications room says of documents, in sentences."""

from services.journeys.console import words
from services.journeys.console.writing import MINOR, Entry, Known, Sentence, of

OWNERS = {
    "ep": "the EP",
    "sending": "the sending committee",
    "hosting": "the hosting committee",
    "enabler": "the company",
}


@of("notifications.document-opened.v1")
def _opened(entry: Entry, known: Known) -> Sentence:
    return Sentence(f"Opened the document: {words.inside(entry['facts']['kind'])}", None)


@of("notifications.document-acknowledged.v1")
def _acknowledged(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    return Sentence(f"Acknowledged in writing: {words.inside(facts['kind'])}", f"version {facts['policy_version']}")


@of("notifications.facts-missing.v1")
def _missing(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    lacking = ", ".join(words.inside(name) for name in facts["missing"])
    owner = OWNERS.get(facts["owner"], words.inside(facts["owner"]))
    return Sentence(f"{words.plain(facts['touchpoint'])} lacks {lacking}: {owner} has to give it", None)


@of("notifications.facts-complete.v1")
def _complete(entry: Entry, known: Known) -> Sentence:
    return Sentence(f"{words.plain(entry['facts']['touchpoint'])} lacks nothing any more", None, MINOR)
