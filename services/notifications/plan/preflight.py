"""What a plan would stumble over, found before it is published."""

from dataclasses import dataclass

from services.notifications.plan.layers import Layer
from services.notifications.policy import Entry, Kind
from services.notifications.policy.plan import ENDS_ONLY, STARTS_ONLY
from services.notifications.policy.sessions import TOLD


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a version; `pointer` is a JSON pointer into its content."""

    pointer: str
    detail: str


def preflight(layer: Layer, below: frozenset[str]) -> list[Finding]:
    """What blocks a publish, besides the faults that a draft is refused for. `below` are the codes of wider plans."""
    found = [
        Finding(f"/without/{at}", f"{code} is in no wider plan")
        for at, code in enumerate(layer.without)
        if code not in below
    ]
    for at, entry in enumerate(layer.touchpoints):
        found += [Finding(f"/touchpoints/{at}/{field}", detail) for field, detail in _entry(entry)]
    return found


def _entry(entry: Entry) -> list[tuple[str, str]]:
    found = []
    for at, condition in enumerate(entry.when):
        if condition.is_in and set(condition.is_in) <= set(condition.not_in):
            found.append((f"when/{at}", "it never holds: what it asks for it forbids as well"))
    for one in entry.when:
        for other in entry.when:
            apart = one.fact == other.fact and one.is_in and other.is_in and not set(one.is_in) & set(other.is_in)
            if apart and one is not other and one.is_in < other.is_in:
                found.append(("when", f"it never holds: {one.fact} can't be both"))
    repeat = getattr(entry.trigger, "repeat", None)
    if repeat is not None and repeat.until.anchor == entry.trigger.anchor and repeat.until.days < entry.trigger.days:
        found.append(("trigger/repeat", "it never fires: it ends before it begins"))
    found += _unsaid(entry)
    if entry.kind is Kind.task and entry.task is None:
        found.append(("task", "a task needs to say when it is due"))
    if entry.kind is Kind.message and not entry.channels:
        found.append(("channels", "a message that has no channel reaches nobody"))
    return found


def _unsaid(entry: Entry) -> list[tuple[str, str]]:
    """A trigger that nobody ever says to this entry, and ends of its task that never come."""
    event, found = entry.trigger.event, []
    if event in ENDS_ONLY:
        found.append(("trigger/event", f"it never fires: {event} ends tasks, and nobody says it to start something"))
    if event in TOLD and entry.code not in TOLD[event]:
        known = ", ".join(sorted(TOLD[event]))
        found.append(("trigger/event", f"it never fires: of a session, {event} is told by {known} alone"))
    for at, name in enumerate(entry.task.closed_by if entry.task else ()):
        if name in STARTS_ONLY:
            found.append((f"task/closed_by/{at}", f"it never ends by this: nobody says {name} to a task"))
    return found
