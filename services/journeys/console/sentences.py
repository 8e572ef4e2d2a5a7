"""One entry of the timeline as a sentence that somebody outside the project understands."""

from typing import Any

from services.journeys.console import (
    contacts,
    enablers,
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
from services.journeys.console.texts import _
from services.journeys.console.writing import MAJOR, MINOR, WRITERS, Entry, Known, Sentence, join, of

__all__ = [
    "WRITERS",
    "Known",
    "Sentence",
    "contacts",
    "enablers",
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
    whence = _("from %(country)s", country=words.country(facts["country"]))
    return Sentence(
        _("Signed up"), join(whence, _("writes %(language)s", language=words.language(facts["language"]))), MAJOR
    )


@of("applications.application-submitted.v1")
def _submitted(entry: Entry, known: Known) -> Sentence:
    programme = _("programme: %(product)s", product=words.inside(entry["facts"]["product"]))
    return Sentence(_("Applied to %(title)s", title=known.title(entry)), join(known.host(entry), programme), MAJOR)


@of("applications.application-accepted.v1")
def _accepted(entry: Entry, known: Known) -> Sentence:
    text = _("Accepted for %(title)s", title=known.title(entry))
    return Sentence(text, _("The acceptance note can be signed"), MAJOR)


@of("applications.application-rejected.v1")
def _rejected(entry: Entry, known: Known) -> Sentence:
    whose = _("our side's cause") if entry["facts"]["ours"] else None
    return Sentence(_("Rejected for %(title)s", title=known.title(entry)), join(_because(entry), whose), MAJOR)


@of("applications.candidate-judged.v1")
def _judged(entry: Entry, known: Known) -> Sentence:
    title, reason = known.title(entry), entry["facts"]["reason"]
    match entry["facts"]["verdict"]:
        case "wanted":
            text = _("The enabler wants this candidate for %(title)s", title=title)
        case "shortlisted":
            text = _("The enabler shortlisted this candidate for %(title)s", title=title)
        case "refused":
            text = _("The enabler doesn't want this candidate for %(title)s", title=title)
        case _other:
            text = _("The enabler took back its word on %(title)s", title=title)
    return Sentence(text, _because(entry) if reason else "", MAJOR)


@of("applications.application-withdrawn.v1")
def _withdrawn(entry: Entry, known: Known) -> Sentence:
    title = known.title(entry)
    if entry["facts"]["reason"] == "approved_elsewhere":
        text = _("Application to %(title)s closed", title=title)
        return Sentence(text, _("Another application was approved"), MAJOR)
    if entry["facts"].get("side"):
        return Sentence(_("Acceptance note of %(title)s broken", title=title), _because(entry), MAJOR)
    return Sentence(_("Took back the application to %(title)s", title=title), weight=MAJOR)


@of("applications.application-declined.v1")
def _declined(entry: Entry, known: Known) -> Sentence:
    return Sentence(_("Declined %(title)s", title=known.title(entry)), _because(entry), MAJOR)


@of("applications.application-reopened.v1")
def _reopened(entry: Entry, known: Known) -> Sentence:
    before = _("It was: %(status)s", status=words.inside(entry["facts"]["former"]))
    return Sentence(_("Application to %(title)s is live again", title=known.title(entry)), before, MAJOR)


@of("applications.terms-changed.v1")
def _terms(entry: Entry, known: Known) -> Sentence:
    lapsed = words.listed(words.side(one) for one in entry["facts"]["lapsed"])
    text = _("Terms of %(title)s changed", title=known.title(entry))
    return Sentence(text, _("Approval lapsed: %(sides)s", sides=lapsed) if lapsed else "")


@of("applications.approval-broken.v1")
def _approval_broken(entry: Entry, known: Known) -> Sentence:
    refund = _("with refund") if entry["facts"]["refund"] else None
    return Sentence(_("Approval for %(title)s broken", title=known.title(entry)), join(_because(entry), refund), MAJOR)


@of("applications.realization-broken.v1")
def _realization_broken(entry: Entry, known: Known) -> Sentence:
    return Sentence(_("Internship broken off"), join(known.title(entry), _because(entry)), MAJOR)


def _because(entry: Entry) -> str:
    return _("Reason: %(reason)s", reason=words.inside(entry["facts"]["reason"]))


@of("applications.acceptance-note-signed.v1")
def _signed(entry: Entry, known: Known) -> Sentence:
    text = _("Signed the acceptance note of %(title)s", title=known.title(entry))
    return Sentence(text, _("Both sides' approvals are awaited"), MAJOR)


@of("applications.approval-given.v1")
def _approval(entry: Entry, known: Known) -> Sentence:
    return Sentence(_("Approved by %(side)s", side=words.side(entry["facts"]["side"])), known.title(entry))


@of("applications.application-approved.v1")
def _approved(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    where = words.listed(filter(None, (known.host(entry), words.country(facts["country"]))))
    stay = words.stay(facts["start_on"], facts["end_on"])
    return Sentence(_("Approved for %(title)s", title=known.title(entry)), join(stay, where), MAJOR)


@of("applications.experience-dates-changed.v1")
def _dates(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    stay = words.stay(facts["start_on"], facts["end_on"])
    return Sentence(_("Dates changed to %(stay)s", stay=stay), words.plain(facts["move"]), MAJOR)


@of("applications.dossier-changed.v1")
def _dossier(entry: Entry, known: Known) -> Sentence:
    names = words.listed(map(words.plain, entry["facts"]["names"]))
    return Sentence(_("Facts of the stay were recorded"), join(names, known.title(entry)), MINOR)


@of("applications.requirement-fulfilled.v1")
def _fulfilled(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    late = _("late") if facts["late"] else None
    return Sentence(_("%(requirement)s: done", requirement=words.plain(facts["kind"])), join(late, known.title(entry)))


@of("applications.requirement-waived.v1")
def _waived(entry: Entry, known: Known) -> Sentence:
    requirement = words.plain(entry["facts"]["kind"])
    return Sentence(_("%(requirement)s: not needed this time", requirement=requirement), known.title(entry))


@of("applications.requirement-reopened.v1")
def _requirement_reopened(entry: Entry, known: Known) -> Sentence:
    requirement = words.plain(entry["facts"]["kind"])
    return Sentence(_("%(requirement)s: open again", requirement=requirement), known.title(entry))


@of("applications.profile-changed.v1")
def _profile(entry: Entry, known: Known) -> Sentence:
    return Sentence(_("The profile was changed"), None, MINOR)


@of("applications.member-applied.v1")
def _member_applied(entry: Entry, known: Known) -> Sentence:
    return Sentence(_("Applied to work for a committee"), words.plain(entry["facts"]["role"]))


@of("applications.member-selected.v1")
def _member_selected(entry: Entry, known: Known) -> Sentence:
    return Sentence(_("Was taken by the committee"), words.plain(entry["facts"]["role"]))


@of("applications.member-activated.v1")
def _member_active(entry: Entry, known: Known) -> Sentence:
    return Sentence(_("Works for a committee"), words.plain(entry["facts"]["role"]), MAJOR)


@of("applications.member-left.v1")
def _member_left(entry: Entry, known: Known) -> Sentence:
    alumna = _("stays in touch as one of the alumni") if entry["facts"].get("alumna") else None
    text = _("No longer works for a committee")
    return Sentence(text, join(words.plain(entry["facts"]["role"]), alumna))


@of("applications.experience-realized.v1")
def _realized(entry: Entry, known: Known) -> Sentence:
    return Sentence(_("First day of work"), join(known.title(entry), known.host(entry)), MAJOR)


@of("applications.experience-completed.v1")
def _completed(entry: Entry, known: Known) -> Sentence:
    return Sentence(_("Internship completed"), known.title(entry), MAJOR)


# --- surveys


@of("surveys.survey-invited.v1", "surveys.survey-invited.v2")
def _invited(entry: Entry, known: Known) -> Sentence:
    return Sentence(_("Asked: survey %(survey)s", survey=words.inside(entry["facts"]["questionnaire"])))


@of("surveys.survey-answered.v1", "surveys.survey-answered.v2")
def _answered(entry: Entry, known: Known) -> Sentence:
    scores = _scores(entry["facts"]["scores"])
    told = words.listed(
        _("%(metric)s %(score)s of %(top)s", metric=words.plain(metric), score=score, top=words.TOP.get(metric, "?"))
        for metric, score in scores.items()
    )
    text = _("Answered: %(scores)s", scores=told or _("no scores"))
    return Sentence(text, _group(scores.get("nps")), MAJOR, entry["comment"])


def _scores(given: dict[str, int] | list[dict[str, Any]]) -> dict[str, int]:
    """Metric → score; of two scores of a metric, that of the experience."""
    if isinstance(given, dict):
        return given
    experience_last = sorted(given, key=lambda one: one["about"] == "experience")
    return {one["metric"]: one["score"] for one in experience_last}


def _group(nps: int | None) -> str | None:
    if nps is None:
        return None
    if nps >= 9:
        return _("NPS group: promoter")
    return _("NPS group: passive") if nps >= 7 else _("NPS group: detractor")


@of("surveys.detractor-found.v1", "surveys.detractor-found.v2")
def _detractor(entry: Entry, known: Known) -> Sentence:
    return Sentence(_("Detractor: somebody should call"), weight=MINOR)


@of("surveys.quality-case-opened.v1", "surveys.quality-case-opened.v2")
def _opened(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    due = _("acknowledge by %(moment)s", moment=words.at(facts["acknowledge_by"], known.own_zone))
    text = _("Quality case opened: %(cause)s", cause=words.inside(facts["cause"]))
    return Sentence(text, join(_("Owned by %(side)s", side=words.side(facts["owner"])), due), MAJOR)


@of("surveys.quality-case-closed.v1", "surveys.quality-case-closed.v2")
def _closed(entry: Entry, known: Known) -> Sentence:
    return Sentence(
        _("Quality case closed: %(outcome)s", outcome=words.inside(entry["facts"]["outcome"])), weight=MAJOR
    )


# --- scoring


@of("scoring.visitor-identified.v1")
def _identified(entry: Entry, known: Known) -> Sentence:
    return Sentence(_("Recognised as an earlier visitor"), _("The visits from before count from now on"), MINOR)


@of("scoring.visitor-separated.v1")
def _separated(entry: Entry, known: Known) -> Sentence:
    return Sentence(_("An earlier visitor was somebody else"), _("Those visits don't count any more"), MINOR)


@of("scoring.lead-scored.v1")
def _scored(entry: Entry, known: Known) -> Sentence:
    score = entry["facts"]["score"]
    before = known.scores_before.get(entry["id"])
    step = "" if before is None else f" ({round(score * 100) - round(before * 100):+d})".replace("-", "−")
    strongest = sorted(entry["facts"]["reasons"], key=lambda reason: -abs(reason["log_odds"]))[:2]
    why = words.listed(f"{words.inside(reason['code'])} {words.signed(reason['log_odds'])}" for reason in strongest)
    return Sentence(_("Lead score %(score)s", score=words.percent(score)) + step, why or None, MINOR)


@of("scoring.lead-qualified.v1")
def _qualified(entry: Entry, known: Known) -> Sentence:
    return Sentence(_("Qualified at %(score)s: a manager should call", score=words.percent(entry["facts"]["score"])))
