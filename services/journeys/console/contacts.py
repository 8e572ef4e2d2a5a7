"""Sentences of contacts that somebody wrote down."""

from collections.abc import Mapping
from typing import Any

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


ATTEMPTS = {
    "not_reached": N_("Called, nobody answered"),
    "voicemail": N_("Called, left a message"),
    "wrong_number": N_("Called, the number is wrong"),
}
OURS = {"call": N_("We called"), "message": N_("We wrote"), "meeting": N_("We met, on our wish")}
THEIRS = {"call": N_("They called us"), "message": N_("They wrote to us"), "meeting": N_("We met, on their wish")}
OUTCOMES = {
    "reached": N_("talked"),
    "interested": N_("interested"),
    "not_interested": N_("not interested"),
    "call_back": N_("to be called back"),
}


@of("scoring.contact-recorded.v1", "scoring.enabler-met.v1")
def _recorded(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    written = _("written down later, from a file") if facts["imported"] else None
    outcome = facts.get("outcome")
    told = words.among(OUTCOMES, outcome) if outcome in OUTCOMES else None
    return Sentence(_who_met(facts), join(words.plain(facts["channel"]), told, written), quote=entry.get("remark"))


def _who_met(facts: Mapping[str, Any]) -> str:
    """Whose move it was, where that was told."""
    if facts["kind"] == "attempt":
        return words.among(ATTEMPTS, facts.get("outcome") or "not_reached")
    told = {"out": OURS, "in": THEIRS}.get(facts.get("direction") or "", KINDS)
    return words.among(told if facts["kind"] in told else KINDS, facts["kind"])


SOURCES = {
    "class_visit": N_("Came by the code of a class visit"),
    "booth": N_("Came by the code of a booth"),
    "flyer": N_("Came by the code of a flyer"),
    "event": N_("Came by the code of an event"),
    "referral": N_("Came by somebody's recommendation"),
}


@of("scoring.person-came.v1")
def _came(entry: Entry, known: Known) -> Sentence:
    kind = entry["facts"]["source_kind"]
    return Sentence(_("Came by a code") if kind not in SOURCES else words.among(SOURCES, kind))


@of("scoring.note-written.v1")
def _note(entry: Entry, known: Known) -> Sentence:
    return Sentence(_("A note for the committee"), quote=entry.get("remark"))


@of("scoring.people-merged.v1")
def _merged(entry: Entry, known: Known) -> Sentence:
    return Sentence(_("Taken for the same human as another who signed up"), _("One conversation from now on"))


@of("scoring.people-parted.v1")
def _parted(entry: Entry, known: Known) -> Sentence:
    return Sentence(_("Two people again, not one"), _("Each has the own conversation back"))
