"""What the notifications room says, in sentences."""

from services.journeys.console import words
from services.journeys.console.texts import N_, _
from services.journeys.console.writing import MINOR, Entry, Known, Sentence, join, of

AUDIENCES = {
    "enabler": N_("to the company"), "ep_manager": N_("to the EP manager"),
    "opportunity_manager": N_("to the opportunity manager"), "buddy": N_("to the buddy"),
    "host_family": N_("to the host family"), "team": N_("to the team"),
}  # fmt: skip


def _when(entry: Entry, known: Known, moment: str) -> tuple[str, str | None]:
    on = words.local(moment, known.zone(entry)).date()
    return words.day(on), known.place_in_stay(entry, on)


def _name(entry: Entry) -> str:
    """The touchpoint, and whom it is for when that is not the EP."""
    audience = entry["facts"].get("audience") or "ep"
    name = words.plain(entry["facts"]["touchpoint"])
    return name if audience == "ep" else f"{name} ({words.among(AUDIENCES, audience)})"


@of("notifications.touchpoint-scheduled.v1", "notifications.enabler-touchpoint-scheduled.v1")
def _scheduled(entry: Entry, known: Known) -> Sentence:
    day, place = _when(entry, known, entry["facts"]["due_at"])
    return Sentence(_("%(touchpoint)s planned for %(day)s", touchpoint=_name(entry), day=day), place, MINOR)


@of("notifications.touchpoint-moved.v1", "notifications.enabler-touchpoint-moved.v1")
def _moved(entry: Entry, known: Known) -> Sentence:
    day, place = _when(entry, known, entry["facts"]["due_at"])
    return Sentence(_("%(touchpoint)s moved to %(day)s", touchpoint=_name(entry), day=day), place)


@of("notifications.touchpoint-sent.v1", "notifications.touchpoint-sent.v2", "notifications.enabler-touchpoint-sent.v1")
def _sent(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    __, place = _when(entry, known, entry["at"])
    paper = " (PDF)" if facts["document"] else ""
    channel = words.inside(facts["channel"])
    how = _("%(touchpoint)s sent by %(channel)s", touchpoint=_name(entry), channel=channel) + paper
    proves = words.quoted(words.plain(facts["proves"])) if facts["proves"] else None
    standard = _("proves the standard %(standard)s", standard=proves) if proves else None
    detail = join(_("in %(language)s", language=words.language(facts["language"])), standard)
    return Sentence(f"{how} – {place}" if place else how, detail)


@of("notifications.touchpoint-skipped.v1", "notifications.enabler-touchpoint-skipped.v1")
def _skipped(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    return Sentence(
        _("%(touchpoint)s not sent", touchpoint=_name(entry)),
        _("Reason: %(reason)s", reason=words.inside(facts["reason"])),
    )


@of("notifications.standard-evidenced.v1")
def _evidenced(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    standard = words.quoted(words.plain(facts["standard"]))
    if facts["late"]:
        text = _("Standard %(standard)s kept late", standard=standard)
    else:
        text = _("Standard %(standard)s kept in time", standard=standard)
    return Sentence(text, _("Due %(day)s", day=words.day(facts["due_on"])), MINOR)


@of("notifications.contact-suppressed.v1")
def _suppressed(entry: Entry, known: Known) -> Sentence:
    return Sentence(
        _("Nothing is sent %(how)s any more", how=_by(entry)),
        _("Reason: %(reason)s", reason=words.inside(entry["facts"]["reason"])),
    )


@of("notifications.contact-restored.v1")
def _restored(entry: Entry, known: Known) -> Sentence:
    return Sentence(_("May be written to again %(how)s", how=_by(entry)), weight=MINOR)


def _by(entry: Entry) -> str:
    """`by e-mail (promotion)`: the channel and the class of message; none of them is all."""
    channel, budget = entry["facts"]["channel"], entry["facts"]["budget"]
    by = _("by %(channel)s", channel=words.inside(channel)) if channel else ""
    parts = (by, f"({words.inside(budget)})" if budget else "")
    return " ".join(part for part in parts if part) or _("over any channel")


# --- tasks


@of("notifications.task-opened.v1")
def _opened(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    return Sentence(
        _("To do: %(task)s", task=words.inside(facts["touchpoint"])),
        _("Until %(day)s", day=words.day(facts["due_on"])),
        MINOR,
    )


@of("notifications.task-moved.v1")
def _moved_task(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    task, day = words.inside(facts["touchpoint"]), words.day(facts["due_on"])
    return Sentence(_("Due on another day: %(task)s", task=task), _("Until %(day)s", day=day), MINOR)


@of("notifications.task-cancelled.v1")
def _cancelled_task(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    task, why = words.inside(facts["touchpoint"]), words.inside(facts["reason"])
    return Sentence(_("Needs to be done no more: %(task)s", task=task), _("Because: %(reason)s", reason=why), MINOR)


@of("notifications.task-done.v1")
def _done(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    task, recorded = words.inside(facts["touchpoint"]), words.inside(facts["how"].rpartition(":")[2])
    how = None if facts["how"] == "ticked" else _("Recorded: %(what)s", what=recorded)
    text = _("Done late: %(task)s", task=task) if facts["late"] else _("Done: %(task)s", task=task)
    return Sentence(text, how, MINOR)


@of("notifications.task-overdue.v1")
def _overdue(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    return Sentence(
        _("Overdue: %(task)s", task=words.inside(facts["touchpoint"])),
        _("It was due on %(day)s", day=words.day(facts["due_on"])),
    )


@of("notifications.task-escalated.v1")
def _escalated(entry: Entry, known: Known) -> Sentence:
    return Sentence(_("Not done, so others were told: %(task)s", task=words.inside(entry["facts"]["touchpoint"])))


# --- what comes in


@of("notifications.delivery-bounced.v1")
def _bounced(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    what = _("The address takes no mail any more") if facts["permanent"] else _("It may be tried again")
    how = _(
        "%(touchpoint)s came back (%(channel)s, %(code)s)",
        touchpoint=words.plain(facts["touchpoint"]),
        channel=words.inside(facts["channel"]),
        code=facts["code"],
    )
    return Sentence(how, what)


@of("notifications.question-asked.v1")
def _came_in(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    touchpoint = facts["touchpoint"]
    about = _("in reply to: %(touchpoint)s", touchpoint=words.inside(touchpoint)) if touchpoint else None
    due = _("answer due %(day)s", day=words.day(words.local(facts["due_at"], known.zone(entry)).date()))
    side = _("by %(side)s", side=words.side(facts["side"])) if facts["side"] else None
    return Sentence(_("A question came in"), join(about, due, side))


@of("notifications.question-answered.v1")
def _answered_question(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    how = _("for the first time") if facts["first"] else None
    return Sentence(_("A question was answered late") if facts["late"] else _("A question was answered in time"), how)


@of("notifications.question-overdue.v1")
def _unanswered(entry: Entry, known: Known) -> Sentence:
    due = words.day(words.local(entry["facts"]["due_at"], known.zone(entry)).date())
    return Sentence(_("A question waits too long for its answer"), _("Due %(day)s", day=due))
