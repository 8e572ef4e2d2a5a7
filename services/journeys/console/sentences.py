"""One entry of the timeline as a sentence that somebody outside the project understands."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from services.journeys.console import words

Entry = Mapping[str, Any]
MAJOR, PLAIN, MINOR = "major", "plain", "minor"


@dataclass(frozen=True, slots=True)
class Known:
    """What sentences may refer to: the person's applications by id, the score before each entry, the person's zone."""

    applications: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    scores_before: Mapping[str, float] = field(default_factory=dict)
    own_zone: str | None = None

    def title(self, entry: Entry) -> str:
        """The opportunity's title in quotation marks, or what it is."""
        found = self.applications.get(entry["application_id"] or "", {})
        return f"“{found['opportunity']}”" if found.get("opportunity") else "an opportunity"

    def host(self, entry: Entry) -> str | None:
        return self.applications.get(entry["application_id"] or "", {}).get("hosting_entity")

    def place_in_stay(self, entry: Entry, on: date) -> str | None:
        """`two weeks before the end`, when the dates of the stay are known."""
        found = self.applications.get(entry["application_id"] or "", {})
        if not found.get("start_on"):
            return None
        return words.against(on, words.day_of(found["start_on"]), words.day_of(found["end_on"]))

    def zone(self, entry: Entry) -> str | None:
        """Where the stay is: its calendar days are counted there."""
        return self.applications.get(entry["application_id"] or "", {}).get("zone") or self.own_zone


@dataclass(frozen=True, slots=True)
class Sentence:
    """`weight` tells how loud it is: a step of the journey, an ordinary contact, or background."""

    text: str
    detail: str | None = None
    weight: str = PLAIN
    quote: str | None = None


Writer = Callable[[Entry, Known], Sentence]
WRITERS: dict[str, Writer] = {}


def _of(type_: str) -> Callable[[Writer], Writer]:
    def keep(writer: Writer) -> Writer:
        WRITERS[type_] = writer
        return writer

    return keep


def sentence(entry: Entry, known: Known) -> Sentence:
    """The sentence of an entry; an event that nobody wrote words for shows its name."""
    writer = WRITERS.get(entry["type"])
    if writer is not None:
        return writer(entry, known)
    return Sentence(words.plain(entry["type"].split(".")[1]), weight=MINOR)


def _join(*parts: str | None) -> str | None:
    return " · ".join(part for part in parts if part) or None


# --- applications


@_of("applications.person-registered.v1")
def _registered(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    return Sentence(
        "Signed up", _join(f"from {facts['country']}", f"writes {words.language(facts['language'])}"), MAJOR
    )


@_of("applications.application-submitted.v1")
def _submitted(entry: Entry, known: Known) -> Sentence:
    return Sentence(
        f"Applied to {known.title(entry)}", _join(known.host(entry), f"{entry['facts']['product']} programme"), MAJOR
    )


@_of("applications.application-accepted.v1")
def _accepted(entry: Entry, known: Known) -> Sentence:
    return Sentence(f"Accepted for {known.title(entry)}", "The acceptance note can be signed", MAJOR)


@_of("applications.application-rejected.v1")
def _rejected(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    whose = " (our side's cause)" if facts["ours"] else ""
    return Sentence(f"Rejected for {known.title(entry)}", f"Reason: {words.inside(facts['reason'])}{whose}", MAJOR)


@_of("applications.application-withdrawn.v1")
def _withdrawn(entry: Entry, known: Known) -> Sentence:
    if entry["facts"]["reason"] == "approved_elsewhere":
        return Sentence(f"Application to {known.title(entry)} closed", "Another application was approved", MAJOR)
    if entry["facts"].get("side"):
        return Sentence(f"Acceptance note of {known.title(entry)} broken", _because(entry), MAJOR)
    return Sentence(f"Took back the application to {known.title(entry)}", weight=MAJOR)


@_of("applications.application-declined.v1")
def _declined(entry: Entry, known: Known) -> Sentence:
    return Sentence(f"Declined {known.title(entry)}", _because(entry), MAJOR)


@_of("applications.application-reopened.v1")
def _reopened(entry: Entry, known: Known) -> Sentence:
    before = f"It was {words.inside(entry['facts']['former'])}"
    return Sentence(f"Application to {known.title(entry)} is live again", before, MAJOR)


@_of("applications.terms-changed.v1")
def _terms(entry: Entry, known: Known) -> Sentence:
    lapsed = " and ".join(entry["facts"]["lapsed"])
    return Sentence(f"Terms of {known.title(entry)} changed", f"Approval lapsed: {lapsed}" if lapsed else "")


@_of("applications.approval-broken.v1")
def _approval_broken(entry: Entry, known: Known) -> Sentence:
    refund = ", with refund" if entry["facts"]["refund"] else ""
    return Sentence(f"Approval for {known.title(entry)} broken", f"{_because(entry)}{refund}", MAJOR)


@_of("applications.realization-broken.v1")
def _realization_broken(entry: Entry, known: Known) -> Sentence:
    return Sentence("Internship broken off", f"{known.title(entry)} · {_because(entry)}", MAJOR)


def _because(entry: Entry) -> str:
    return f"Reason: {words.inside(entry['facts']['reason'])}"


@_of("applications.acceptance-note-signed.v1")
def _signed(entry: Entry, known: Known) -> Sentence:
    return Sentence(f"Signed the acceptance note of {known.title(entry)}", "Both sides' approvals are awaited", MAJOR)


@_of("applications.approval-given.v1")
def _approval(entry: Entry, known: Known) -> Sentence:
    return Sentence(f"The {entry['facts']['side']} side approved", known.title(entry))


@_of("applications.application-approved.v1")
def _approved(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    where = ", ".join(filter(None, (known.host(entry), facts["country"])))
    return Sentence(
        f"Approved for {known.title(entry)}", f"{words.stay(facts['start_on'], facts['end_on'])} · {where}", MAJOR
    )


@_of("applications.experience-dates-changed.v1")
def _dates(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    return Sentence(
        f"Dates changed to {words.stay(facts['start_on'], facts['end_on'])}", words.plain(facts["move"]), MAJOR
    )


@_of("applications.dossier-changed.v1")
def _dossier(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    names = ", ".join(map(words.plain, facts["names"]))
    return Sentence("Facts of the stay were recorded", _join(names, known.title(entry)), MINOR)


@_of("applications.requirement-fulfilled.v1")
def _fulfilled(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    return Sentence(f"{words.plain(facts['kind'])}: done", _join("late" if facts["late"] else None, known.title(entry)))


@_of("applications.requirement-waived.v1")
def _waived(entry: Entry, known: Known) -> Sentence:
    return Sentence(f"{words.plain(entry['facts']['kind'])}: not needed this time", known.title(entry))


@_of("applications.requirement-reopened.v1")
def _requirement_reopened(entry: Entry, known: Known) -> Sentence:
    return Sentence(f"{words.plain(entry['facts']['kind'])}: open again", known.title(entry))


@_of("applications.profile-changed.v1")
def _profile(entry: Entry, known: Known) -> Sentence:
    return Sentence("The profile was changed", None, MINOR)


@_of("applications.member-applied.v1")
def _member_applied(entry: Entry, known: Known) -> Sentence:
    return Sentence("Applied to work for a committee", words.plain(entry["facts"]["role"]))


@_of("applications.member-selected.v1")
def _member_selected(entry: Entry, known: Known) -> Sentence:
    return Sentence("Was taken by the committee", words.plain(entry["facts"]["role"]))


@_of("applications.member-activated.v1")
def _member_active(entry: Entry, known: Known) -> Sentence:
    return Sentence("Works for a committee", words.plain(entry["facts"]["role"]), MAJOR)


@_of("applications.member-left.v1")
def _member_left(entry: Entry, known: Known) -> Sentence:
    return Sentence("No longer works for a committee", words.plain(entry["facts"]["role"]))


@_of("applications.experience-realized.v1")
def _realized(entry: Entry, known: Known) -> Sentence:
    return Sentence("First day of work", _join(known.title(entry), known.host(entry)), MAJOR)


@_of("applications.experience-completed.v1")
def _completed(entry: Entry, known: Known) -> Sentence:
    return Sentence("Internship completed", known.title(entry), MAJOR)


# --- notifications


def _when(entry: Entry, known: Known, moment: str) -> tuple[str, str | None]:
    on = words.local(moment, known.zone(entry)).date()
    return words.day(on), known.place_in_stay(entry, on)


@_of("notifications.touchpoint-scheduled.v1")
def _scheduled(entry: Entry, known: Known) -> Sentence:
    day, place = _when(entry, known, entry["facts"]["due_at"])
    return Sentence(f"{words.plain(entry['facts']['touchpoint'])} planned for {day}", place, MINOR)


@_of("notifications.touchpoint-moved.v1")
def _moved(entry: Entry, known: Known) -> Sentence:
    day, place = _when(entry, known, entry["facts"]["due_at"])
    return Sentence(f"{words.plain(entry['facts']['touchpoint'])} moved to {day}", place)


@_of("notifications.touchpoint-sent.v1")
def _sent(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    _, place = _when(entry, known, entry["at"])
    paper = " (PDF)" if facts["document"] else ""
    how = f"{words.plain(facts['touchpoint'])} sent by {words.inside(facts['channel'])}{paper}"
    standard = f"proves the standard “{words.plain(facts['proves'])}”" if facts["proves"] else None
    detail = _join(f"in {words.language(facts['language'])}", standard)
    return Sentence(f"{how} – {place}" if place else how, detail)


@_of("notifications.touchpoint-skipped.v1")
def _skipped(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    return Sentence(f"{words.plain(facts['touchpoint'])} not sent", f"Reason: {words.inside(facts['reason'])}")


@_of("notifications.standard-evidenced.v1")
def _evidenced(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    how = "kept late" if facts["late"] else "kept in time"
    return Sentence(f"Standard “{words.plain(facts['standard'])}” {how}", f"Due {words.day(facts['due_on'])}", MINOR)


# --- surveys


@_of("surveys.survey-invited.v1")
def _invited(entry: Entry, known: Known) -> Sentence:
    return Sentence(f"Asked: {words.inside(entry['facts']['questionnaire'])} survey")


@_of("surveys.survey-answered.v1")
def _answered(entry: Entry, known: Known) -> Sentence:
    scores = entry["facts"]["scores"]
    told = [
        f"{words.CODES.get(metric, metric)} {score} of {words.TOP.get(metric, '?')}" for metric, score in scores.items()
    ]
    return Sentence(f"Answered: {', '.join(told) or 'no scores'}", _group(scores.get("nps")), MAJOR, entry["comment"])


def _group(nps: int | None) -> str | None:
    if nps is None:
        return None
    name = "promoter" if nps >= 9 else "passive" if nps >= 7 else "detractor"
    return f"NPS group: {name}"


@_of("surveys.detractor-found.v1")
def _detractor(entry: Entry, known: Known) -> Sentence:
    return Sentence("Detractor: somebody should call", weight=MINOR)


@_of("surveys.quality-case-opened.v1")
def _opened(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    due = words.at(facts["acknowledge_by"], known.own_zone)
    return Sentence(
        f"Quality case opened: {words.inside(facts['cause'])}",
        f"The {facts['owner']} side owns it · acknowledge by {due}",
        MAJOR,
    )


@_of("surveys.quality-case-closed.v1")
def _closed(entry: Entry, known: Known) -> Sentence:
    return Sentence(f"Quality case closed: {words.inside(entry['facts']['outcome'])}", weight=MAJOR)


# --- scoring


@_of("scoring.visitor-identified.v1")
def _identified(entry: Entry, known: Known) -> Sentence:
    return Sentence("Recognised as an earlier visitor", "The visits from before count from now on", MINOR)


@_of("scoring.visitor-separated.v1")
def _separated(entry: Entry, known: Known) -> Sentence:
    return Sentence("An earlier visitor was somebody else", "Those visits don't count any more", MINOR)


@_of("scoring.lead-scored.v1")
def _scored(entry: Entry, known: Known) -> Sentence:
    score = entry["facts"]["score"]
    before = known.scores_before.get(entry["id"])
    step = "" if before is None else f" ({round(score * 100) - round(before * 100):+d})".replace("-", "−")
    strongest = sorted(entry["facts"]["reasons"], key=lambda reason: -abs(reason["log_odds"]))[:2]
    why = ", ".join(f"{words.inside(reason['code'])} {words.signed(reason['log_odds'])}" for reason in strongest)
    return Sentence(f"Lead score {words.percent(score)}{step}", why or None, MINOR)


@_of("scoring.lead-qualified.v1")
def _qualified(entry: Entry, known: Known) -> Sentence:
    return Sentence(f"Qualified at {words.percent(entry['facts']['score'])}: a manager should call")
