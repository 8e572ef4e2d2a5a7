"""Words of the boards for codes of the rooms: what isn't here is said as `words.plain` says it."""

from services.journeys.console import words
from services.journeys.console.texts import N_, _

WORDS = {
    # standards
    "done": N_("Done, with evidence"),
    "done_late": N_("Done late"),
    "confirmed": N_("Confirmed by the EP"),
    "denied": N_("Denied by the EP"),
    "not_needed": N_("Not needed"),
    "missed": N_("Missed"),
    "lapsed": N_("Closed without evidence"),
    "open": N_("Open"),
    "yes": N_("Yes"),
    "no": N_("No"),
    # cases
    "acknowledged": N_("Acknowledged"),
    "answered": N_("Answered"),
    "closed": N_("Closed"),
    "local": N_("The two committees"),
    "national": N_("The two countries"),
    "control_boards": N_("Both control boards"),
    "international": N_("The international board"),
    "detractor": N_("Would not recommend"),
    "high_effort": N_("High effort"),
    "standard_denied": N_("A standard was denied"),
    "conflict": N_("Two sides say different things"),
    "reported": N_("Reported"),
    "solved": N_("Solved"),
    "compensated": N_("Compensated"),
    "explained": N_("Explained"),
    "not_confirmed": N_("Not confirmed"),
    "withdrawn": N_("Withdrawn"),
    "late_papers": N_("Papers over 14 days late"),
    "death_in_family": N_("Death in the family"),
    "serious_illness": N_("Serious illness"),
    "official_emergency": N_("Official emergency"),
    "sending": N_("Sending side"),
    "hosting": N_("Hosting side"),
    "both": N_("Both sides"),
    "ep": N_("EP"),
    "enabler": N_("Enabler"),
    "rule": N_("A rule"),
    # what waits
    "answer": N_("Answer the application"),
    "sign": N_("Sign the acceptance note"),
    "approve": N_("Approve"),
    "realize": N_("Mark as realized"),
    "requirement": N_("Record a requirement"),
    "task": N_("Task"),
    "question": N_("Answer a question"),
    "case": N_("Quality case"),
    "hand_over": N_("Call a lead"),
    "suggestion": N_("Suggested next step"),
    "document": N_("Read and acknowledge a document"),
    "message": N_("Message"),
    "invitation": N_("Answer a survey"),
    # calendar
    "touchpoint": N_("Touchpoint"),
    "session": N_("Session"),
    "standard": N_("Standard"),
    # NPS groups
    "promoter": N_("Promoter"),
    "passive": N_("Passive"),
}


def said(code: object) -> str:
    """A code in the reader's language."""
    text = str(code)
    return _(WORDS[text]) if text in WORDS else words.plain(text)
