"""What the notifications room says, in sentences."""

from services.journeys.console import words
from services.journeys.console.writing import MINOR, Entry, Known, Sentence, join, of

AUDIENCES = {
    "enabler": "to the company", "ep_manager": "to the EP manager", "opportunity_manager": "to the opportunity manager",
    "buddy": "to the buddy", "host_family": "to the host family", "team": "to the team",
}  # fmt: skip


def _when(entry: Entry, known: Known, moment: str) -> tuple[str, str | None]:
    on = words.local(moment, known.zone(entry)).date()
    return words.day(on), known.place_in_stay(entry, on)


def _name(entry: Entry) -> str:
    """The touchpoint, and whom it is for when that is not the EP."""
    audience = entry["facts"].get("audience") or "ep"
    name = words.plain(entry["facts"]["touchpoint"])
    return name if audience == "ep" else f"{name} ({AUDIENCES.get(audience, words.inside(audience))})"


@of("notifications.touchpoint-scheduled.v1")
def _scheduled(entry: Entry, known: Known) -> Sentence:
    day, place = _when(entry, known, entry["facts"]["due_at"])
    return Sentence(f"{_name(entry)} planned for {day}", place, MINOR)


@of("notifications.touchpoint-moved.v1")
def _moved(entry: Entry, known: Known) -> Sentence:
    day, place = _when(entry, known, entry["facts"]["due_at"])
    return Sentence(f"{_name(entry)} moved to {day}", place)


@of("notifications.touchpoint-sent.v1")
@of("notifications.touchpoint-sent.v2")
def _sent(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    _, place = _when(entry, known, entry["at"])
    paper = " (PDF)" if facts["document"] else ""
    how = f"{_name(entry)} sent by {words.inside(facts['channel'])}{paper}"
    standard = f"proves the standard “{words.plain(facts['proves'])}”" if facts["proves"] else None
    detail = join(f"in {words.language(facts['language'])}", standard)
    return Sentence(f"{how} – {place}" if place else how, detail)


@of("notifications.touchpoint-skipped.v1")
def _skipped(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    return Sentence(f"{_name(entry)} not sent", f"Reason: {words.inside(facts['reason'])}")


@of("notifications.standard-evidenced.v1")
def _evidenced(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    how = "kept late" if facts["late"] else "kept in time"
    return Sentence(f"Standard “{words.plain(facts['standard'])}” {how}", f"Due {words.day(facts['due_on'])}", MINOR)


@of("notifications.contact-suppressed.v1")
def _suppressed(entry: Entry, known: Known) -> Sentence:
    return Sentence(f"Nothing is sent {_by(entry)} any more", f"Reason: {words.inside(entry['facts']['reason'])}")


@of("notifications.contact-restored.v1")
def _restored(entry: Entry, known: Known) -> Sentence:
    return Sentence(f"May be written to again {_by(entry)}".rstrip(), weight=MINOR)


def _by(entry: Entry) -> str:
    """`by e-mail (promotion)`: the channel and the class of message; none of them is all."""
    channel, budget = entry["facts"]["channel"], entry["facts"]["budget"]
    parts = (f"by {words.inside(channel)}" if channel else "", f"({words.inside(budget)})" if budget else "")
    return " ".join(part for part in parts if part) or "over any channel"


# --- tasks


@of("notifications.task-opened.v1")
def _opened(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    return Sentence(f"To do: {words.inside(facts['touchpoint'])}", f"Until {words.day(facts['due_on'])}", MINOR)


@of("notifications.task-done.v1")
def _done(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    how = None if facts["how"] == "ticked" else f"Recorded: {words.inside(facts['how'].rpartition(':')[2])}"
    return Sentence(f"Done{' late' if facts['late'] else ''}: {words.inside(facts['touchpoint'])}", how, MINOR)


@of("notifications.task-overdue.v1")
def _overdue(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    return Sentence(f"Overdue: {words.inside(facts['touchpoint'])}", f"It was due on {words.day(facts['due_on'])}")


@of("notifications.task-escalated.v1")
def _escalated(entry: Entry, known: Known) -> Sentence:
    return Sentence(f"Not done, so others were told: {words.inside(entry['facts']['touchpoint'])}")


# --- what comes in


@of("notifications.delivery-bounced.v1")
def _bounced(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    what = "The address takes no mail any more" if facts["permanent"] else "It may be tried again"
    how = f"{words.plain(facts['touchpoint'])} came back ({words.inside(facts['channel'])}, {facts['code']})"
    return Sentence(how, what)


@of("notifications.question-asked.v1")
def _came_in(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    about = f"in reply to {words.inside(facts['touchpoint'])}" if facts["touchpoint"] else ""
    due = f"answer due {words.day(words.local(facts['due_at'], known.zone(entry)).date())}"
    side = f"by the {facts['side']} committee" if facts["side"] else None
    return Sentence(f"A question came in {about}".rstrip(), join(due, side))


@of("notifications.question-answered.v1")
def _answered_question(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    how = "for the first time" if facts["first"] else None
    return Sentence("A question was answered late" if facts["late"] else "A question was answered in time", how)


@of("notifications.question-overdue.v1")
def _unanswered(entry: Entry, known: Known) -> Sentence:
    due = words.day(words.local(entry["facts"]["due_at"], known.zone(entry)).date())
    return Sentence("A question waits too long for its answer", f"Due {due}")
