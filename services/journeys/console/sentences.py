"""One entry of the timeline as a sentence that somebody outside the project understands."""

from typing import Any

from services.journeys.console import (
    contacts,
    leads,
    matching,
    papers,
    quality_cases,
    returnees,
    risks,
    segments,
    seminars,
    showcasing,
    standards,
    suggestions,
    surveys,
    touchpoints,
    words,
)
from services.journeys.console.writing import MAJOR, MINOR, WRITERS, Entry, Known, Sentence, join, of

__all__ = [
    "WRITERS",
    "Known",
    "Sentence",
    "contacts",
    "leads",
    "matching",
    "papers",
    "quality_cases",
    "returnees",
    "risks",
    "segments",
    "seminars",
    "sentence",
    "showcasing",
    "standards",
    "suggestions",
    "surveys",
    "touchpoints",
]


def sentence(entry: Entry, known: Known) -> Sentence:
    """The sentence of an entry; an event that nobody wrote words for shows its name."""
    writer = WRITERS.get(entry["type"])
    if writer is not None:
        return writer(entry, known)
    return Sentence(words.plain(entry["type"].split(".")[1]), weight=MINOR)


# --- applications


@of("applications.person-registered.v1")
def _registered(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    return Sentence("Signed up", join(f"from {facts['country']}", f"writes {words.language(facts['language'])}"), MAJOR)


@of("applications.application-submitted.v1")
def _submitted(entry: Entry, known: Known) -> Sentence:
    return Sentence(
        f"Applied to {known.title(entry)}", join(known.host(entry), f"{entry['facts']['product']} programme"), MAJOR
    )


@of("applications.application-accepted.v1")
def _accepted(entry: Entry, known: Known) -> Sentence:
    return Sentence(f"Accepted for {known.title(entry)}", "The acceptance note can be signed", MAJOR)


@of("applications.application-rejected.v1")
def _rejected(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    whose = " (our side's cause)" if facts["ours"] else ""
    return Sentence(f"Rejected for {known.title(entry)}", f"Reason: {words.inside(facts['reason'])}{whose}", MAJOR)


@of("applications.application-withdrawn.v1")
def _withdrawn(entry: Entry, known: Known) -> Sentence:
    if entry["facts"]["reason"] == "approved_elsewhere":
        return Sentence(f"Application to {known.title(entry)} closed", "Another application was approved", MAJOR)
    if entry["facts"].get("side"):
        return Sentence(f"Acceptance note of {known.title(entry)} broken", _because(entry), MAJOR)
    return Sentence(f"Took back the application to {known.title(entry)}", weight=MAJOR)


@of("applications.application-declined.v1")
def _declined(entry: Entry, known: Known) -> Sentence:
    return Sentence(f"Declined {known.title(entry)}", _because(entry), MAJOR)


@of("applications.application-reopened.v1")
def _reopened(entry: Entry, known: Known) -> Sentence:
    before = f"It was {words.inside(entry['facts']['former'])}"
    return Sentence(f"Application to {known.title(entry)} is live again", before, MAJOR)


@of("applications.terms-changed.v1")
def _terms(entry: Entry, known: Known) -> Sentence:
    lapsed = " and ".join(entry["facts"]["lapsed"])
    return Sentence(f"Terms of {known.title(entry)} changed", f"Approval lapsed: {lapsed}" if lapsed else "")


@of("applications.approval-broken.v1")
def _approval_broken(entry: Entry, known: Known) -> Sentence:
    refund = ", with refund" if entry["facts"]["refund"] else ""
    return Sentence(f"Approval for {known.title(entry)} broken", f"{_because(entry)}{refund}", MAJOR)


@of("applications.realization-broken.v1")
def _realization_broken(entry: Entry, known: Known) -> Sentence:
    return Sentence("Internship broken off", f"{known.title(entry)} · {_because(entry)}", MAJOR)


def _because(entry: Entry) -> str:
    return f"Reason: {words.inside(entry['facts']['reason'])}"


@of("applications.acceptance-note-signed.v1")
def _signed(entry: Entry, known: Known) -> Sentence:
    return Sentence(f"Signed the acceptance note of {known.title(entry)}", "Both sides' approvals are awaited", MAJOR)


@of("applications.approval-given.v1")
def _approval(entry: Entry, known: Known) -> Sentence:
    return Sentence(f"The {entry['facts']['side']} side approved", known.title(entry))


@of("applications.application-approved.v1")
def _approved(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    where = ", ".join(filter(None, (known.host(entry), facts["country"])))
    return Sentence(
        f"Approved for {known.title(entry)}", f"{words.stay(facts['start_on'], facts['end_on'])} · {where}", MAJOR
    )


@of("applications.experience-dates-changed.v1")
def _dates(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    return Sentence(
        f"Dates changed to {words.stay(facts['start_on'], facts['end_on'])}", words.plain(facts["move"]), MAJOR
    )


@of("applications.dossier-changed.v1")
def _dossier(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    names = ", ".join(map(words.plain, facts["names"]))
    return Sentence("Facts of the stay were recorded", join(names, known.title(entry)), MINOR)


@of("applications.requirement-fulfilled.v1")
def _fulfilled(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    return Sentence(f"{words.plain(facts['kind'])}: done", join("late" if facts["late"] else None, known.title(entry)))


@of("applications.requirement-waived.v1")
def _waived(entry: Entry, known: Known) -> Sentence:
    return Sentence(f"{words.plain(entry['facts']['kind'])}: not needed this time", known.title(entry))


@of("applications.requirement-reopened.v1")
def _requirement_reopened(entry: Entry, known: Known) -> Sentence:
    return Sentence(f"{words.plain(entry['facts']['kind'])}: open again", known.title(entry))


@of("applications.profile-changed.v1")
def _profile(entry: Entry, known: Known) -> Sentence:
    return Sentence("The profile was changed", None, MINOR)


@of("applications.member-applied.v1")
def _member_applied(entry: Entry, known: Known) -> Sentence:
    return Sentence("Applied to work for a committee", words.plain(entry["facts"]["role"]))


@of("applications.member-selected.v1")
def _member_selected(entry: Entry, known: Known) -> Sentence:
    return Sentence("Was taken by the committee", words.plain(entry["facts"]["role"]))


@of("applications.member-activated.v1")
def _member_active(entry: Entry, known: Known) -> Sentence:
    return Sentence("Works for a committee", words.plain(entry["facts"]["role"]), MAJOR)


@of("applications.member-left.v1")
def _member_left(entry: Entry, known: Known) -> Sentence:
    alumna = "stays in touch as one of the alumni" if entry["facts"].get("alumna") else None
    return Sentence("No longer works for a committee", join(words.plain(entry["facts"]["role"]), alumna))


@of("applications.experience-realized.v1")
def _realized(entry: Entry, known: Known) -> Sentence:
    return Sentence("First day of work", join(known.title(entry), known.host(entry)), MAJOR)


@of("applications.experience-completed.v1")
def _completed(entry: Entry, known: Known) -> Sentence:
    return Sentence("Internship completed", known.title(entry), MAJOR)


# --- surveys


@of("surveys.survey-invited.v1", "surveys.survey-invited.v2")
def _invited(entry: Entry, known: Known) -> Sentence:
    return Sentence(f"Asked: {words.inside(entry['facts']['questionnaire'])} survey")


@of("surveys.survey-answered.v1", "surveys.survey-answered.v2")
def _answered(entry: Entry, known: Known) -> Sentence:
    scores = _scores(entry["facts"]["scores"])
    told = [f"{words.plain(metric)} {score} of {words.TOP.get(metric, '?')}" for metric, score in scores.items()]
    return Sentence(f"Answered: {', '.join(told) or 'no scores'}", _group(scores.get("nps")), MAJOR, entry["comment"])


def _scores(given: dict[str, int] | list[dict[str, Any]]) -> dict[str, int]:
    """Metric → score; of two scores of a metric, that of the experience."""
    if isinstance(given, dict):
        return given
    experience_last = sorted(given, key=lambda one: one["about"] == "experience")
    return {one["metric"]: one["score"] for one in experience_last}


def _group(nps: int | None) -> str | None:
    if nps is None:
        return None
    name = "promoter" if nps >= 9 else "passive" if nps >= 7 else "detractor"
    return f"NPS group: {name}"


@of("surveys.detractor-found.v1", "surveys.detractor-found.v2")
def _detractor(entry: Entry, known: Known) -> Sentence:
    return Sentence("Detractor: somebody should call", weight=MINOR)


@of("surveys.quality-case-opened.v1", "surveys.quality-case-opened.v2")
def _opened(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    due = words.at(facts["acknowledge_by"], known.own_zone)
    return Sentence(
        f"Quality case opened: {words.inside(facts['cause'])}",
        f"The {facts['owner']} side owns it · acknowledge by {due}",
        MAJOR,
    )


@of("surveys.quality-case-closed.v1", "surveys.quality-case-closed.v2")
def _closed(entry: Entry, known: Known) -> Sentence:
    return Sentence(f"Quality case closed: {words.inside(entry['facts']['outcome'])}", weight=MAJOR)


# --- scoring


@of("scoring.visitor-identified.v1")
def _identified(entry: Entry, known: Known) -> Sentence:
    return Sentence("Recognised as an earlier visitor", "The visits from before count from now on", MINOR)


@of("scoring.visitor-separated.v1")
def _separated(entry: Entry, known: Known) -> Sentence:
    return Sentence("An earlier visitor was somebody else", "Those visits don't count any more", MINOR)


@of("scoring.lead-scored.v1")
def _scored(entry: Entry, known: Known) -> Sentence:
    score = entry["facts"]["score"]
    before = known.scores_before.get(entry["id"])
    step = "" if before is None else f" ({round(score * 100) - round(before * 100):+d})".replace("-", "−")
    strongest = sorted(entry["facts"]["reasons"], key=lambda reason: -abs(reason["log_odds"]))[:2]
    why = ", ".join(f"{words.inside(reason['code'])} {words.signed(reason['log_odds'])}" for reason in strongest)
    return Sentence(f"Lead score {words.percent(score)}{step}", why or None, MINOR)


@of("scoring.lead-qualified.v1")
def _qualified(entry: Entry, known: Known) -> Sentence:
    return Sentence(f"Qualified at {words.percent(entry['facts']['score'])}: a manager should call")
