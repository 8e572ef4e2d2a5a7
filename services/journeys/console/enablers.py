"""Sentences of enablers: they register, post what they offer, change and close it, and raise it again."""

from services.journeys.console import words
from services.journeys.console.texts import _
from services.journeys.console.writing import MAJOR, MINOR, Entry, Known, Sentence, join, of


@of("applications.enabler-registered.v1")
def _registered(entry: Entry, known: Known) -> Sentence:
    return Sentence(_("Registered as an enabler"), words.plain(entry["facts"]["kind"]), MAJOR)


@of("applications.opportunity-posted.v1")
def _posted(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    about = join(words.plain(facts["product"]), words.country(facts["country"]))
    return Sentence(_("Posted an opportunity"), about, MAJOR)


@of("applications.opportunity-changed.v1")
def _changed(entry: Entry, known: Known) -> Sentence:
    changed = words.listed(words.inside(one) for one in entry["facts"]["changed"])
    return Sentence(_("Changed an opportunity"), changed or None, MINOR)


@of("applications.opportunity-closed.v1")
def _closed(entry: Entry, known: Known) -> Sentence:
    return Sentence(_("Closed an opportunity"))


@of("applications.opportunity-removed.v1")
def _removed(entry: Entry, known: Known) -> Sentence:
    return Sentence(_("Removed an opportunity"))


@of("applications.opportunity-reraised.v1")
def _reraised(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    when = words.stay(facts["start_on"], facts["end_on"]) if facts["start_on"] and facts["end_on"] else None
    return Sentence(_("Raised an opportunity again"), join(words.plain(facts["product"]), when), MAJOR)
