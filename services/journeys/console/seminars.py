"""What the notifications room says of sessions, in sentences."""

from services.journeys.console import words
from services.journeys.console.texts import N_, _
from services.journeys.console.writing import Entry, Known, Sentence, join, of

KINDS = {
    "ops": N_("the outgoing preparation seminar"),
    "ips": N_("the incoming preparation seminar"),
    "lead": N_("a leadership space"),
    "reintegration": N_("the re-integration seminar"),
}


@of("notifications.session-invited.v1")
def _invited(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    on = words.local(facts["starts_at"], known.zone(entry)).date()
    return Sentence(
        _("Invited to %(session)s on %(day)s", session=words.among(KINDS, facts["session_kind"]), day=words.day(on)),
        known.place_in_stay(entry, on),
    )


@of("notifications.session-attended.v1")
def _attended(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    proved = words.listed(words.quoted(words.plain(one)) for one in facts["proves"])
    return Sentence(
        _("Took part in %(session)s", session=words.among(KINDS, facts["session_kind"])),
        _("proves %(standards)s", standards=proved) if proved else None,
    )


@of("notifications.presence-undone.v1")
def _absent(entry: Entry, _known: Known) -> Sentence:
    facts = entry["facts"]
    lost = words.listed(words.quoted(words.plain(one)) for one in facts["lost"])
    reason = words.plain(facts["reason"])
    return Sentence(
        _("Was not at %(session)s after all", session=words.among(KINDS, facts["session_kind"])),
        join(reason, _("proves %(standards)s no more", standards=lost) if lost else None),
    )
