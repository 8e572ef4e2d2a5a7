"""How an event stands in the conversation: who acted, and its place among those of one moment."""

from collections.abc import Mapping
from typing import Any

from shared.contracts import leads, suggestions, tasks
from shared.contracts.applications import CandidateJudged
from shared.contracts.conversations import NoteWritten
from shared.contracts.envelope import CATALOGUE
from shared.contracts.fields import Side

WAITING = ("scheduled", "moved")  # states of a touchpoint that is still to come
ACTORS = {
    "applications.person-registered.v1": "customer",
    "applications.application-submitted.v1": "customer",
    "applications.application-accepted.v1": Side.hosting,
    "applications.application-rejected.v1": Side.hosting,
    CandidateJudged.TYPE: "enabler",
    "applications.application-declined.v1": "customer",
    "applications.application-reopened.v1": "customer",
    "applications.approval-broken.v1": "customer",
    "applications.terms-changed.v1": Side.hosting,
    "applications.acceptance-note-signed.v1": "customer",
    "applications.experience-dates-changed.v1": Side.hosting,
    "applications.experience-realized.v1": Side.hosting,
    "surveys.survey-answered.v1": "customer",
    "surveys.survey-answered.v2": "customer",
    "scoring.visitor-identified.v1": "customer",
}
# What members do among themselves: an enabler sees none of it, and it is of an enabler's conversation only when it
# is about no person. A person has seen all but notes and enablers' words on candidates from the beginning.
INWARD = frozenset(
    event.TYPE
    for event in CATALOGUE.values()
    if issubclass(event, tasks.TaskFact | leads.LeadFact | suggestions.SuggestionFact | NoteWritten)
)
UNSEEN_BY_PEOPLE = (CandidateJudged.TYPE, NoteWritten.TYPE)
UNSEEN_BY_ENABLERS = tuple(sorted(INWARD))
# One transaction says several things at one moment; these follow from what the others of their moment say.
FOLLOWS = {
    "applications.application-withdrawn.v1": 1,
    "notifications.standard-evidenced.v1": 1,
    "notifications.standard-evidenced.v2": 1,
    "scoring.lead-qualified.v1": 1,
    "surveys.detractor-found.v1": 1,
    "surveys.detractor-found.v2": 1,
    "surveys.quality-case-opened.v1": 2,
    "surveys.quality-case-opened.v2": 2,
}


def touchpoint_state(type_: str) -> str:
    """What an event says that a touchpoint is now: scheduled, moved, sent or skipped."""
    return type_.partition("touchpoint-")[2].partition(".")[0]


def step_of(type_: str) -> int:
    """An event's place among those of the same moment; events of one key never go back in it."""
    return FOLLOWS.get(type_, 0)


def side_of(type_: str, facts: Mapping[str, Any]) -> str | None:
    """Who acted: the customer, a side, or (None) the system itself."""
    if type_ == "applications.application-withdrawn.v1":
        return None if facts.get("reason") == "approved_elsewhere" else facts.get("side") or "customer"
    return facts.get("side") or facts.get("owner") or ACTORS.get(type_)
