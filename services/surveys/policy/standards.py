"""The codes of the exchange standards that a customer can be asked about, and what an answer says of one.

A copy of the codes of the notifications room, which owns the catalogue; a test holds the two equal.
"""

from shared.contracts.surveys import Party, StandardWord

STANDARDS = {
    Party.ep: (
        "visa_work_permit",
        "arrival_pickup",
        "departure_info",
        "job_description",
        "duration",
        "working_hours",
        "first_day_of_work",
        "responsibilities_and_goals",
        "insurance",
        "accommodation",
        "living_basics",
        "purpose_explained",
        "policies_in_writing",
        "outgoing_preparation",
        "incoming_preparation",
        "reintegration",
    ),
    Party.enabler: (
        "enabler_timeline",
        "enabler_expectations",
        "enabler_preparation",
        "enabler_introduction",
        "enabler_involvement",
        "enabler_feedback",
        "enabler_evaluation",
        "enabler_next",
    ),
}
LABELS = {
    "en": {StandardWord.yes: "Yes", StandardWord.no: "No", StandardWord.not_needed: "Not needed"},
    "ro": {StandardWord.yes: "Da", StandardWord.no: "Nu", StandardWord.not_needed: "Nu a fost nevoie"},
    "sv": {StandardWord.yes: "Ja", StandardWord.no: "Nej", StandardWord.not_needed: "Behövdes inte"},
    "ar": {StandardWord.yes: "نعم", StandardWord.no: "لا", StandardWord.not_needed: "لم تكن هناك حاجة"},
}


def label(word: StandardWord, language: str) -> str:
    """The word as a customer reads it; English where a language has none yet."""
    return LABELS.get(language, LABELS["en"])[word]


def kept(word: StandardWord | None) -> bool | None:
    """Whether the customer says that the standard was kept. Not needed, and not answered, is neither yes nor no."""
    return {StandardWord.yes: True, StandardWord.no: False}.get(word) if word else None
