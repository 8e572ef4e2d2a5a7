"""What the notifications room says of sessions, in sentences."""

from services.journeys.console import words
from services.journeys.console.writing import Entry, Known, Sentence, of

KINDS = {
    "ops": "the outgoing preparation seminar",
    "ips": "the incoming preparation seminar",
    "lead": "a leadership space",
    "reintegration": "the re-integration seminar",
}


@of("notifications.session-invited.v1")
def _invited(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    on = words.local(facts["starts_at"], known.zone(entry)).date()
    return Sentence(f"Invited to {KINDS[facts['session_kind']]} on {words.day(on)}", known.place_in_stay(entry, on))


@of("notifications.session-attended.v1")
def _attended(entry: Entry, known: Known) -> Sentence:
    facts = entry["facts"]
    proved = ", ".join(f"“{words.plain(standard)}”" for standard in facts["proves"])
    return Sentence(f"Took part in {KINDS[facts['session_kind']]}", f"proves {proved}" if proved else None)


@of("notifications.presence-undone.v1")
def _absent(entry: Entry, _known: Known) -> Sentence:
    facts = entry["facts"]
    lost = ", ".join(f"“{words.plain(standard)}”" for standard in facts["lost"])
    reason = words.plain(facts["reason"])
    return Sentence(
        f"Was not at {KINDS[facts['session_kind']]} after all", f"{reason}; proves {lost} no more" if lost else reason
    )
