"""What a participant or an enabler allows, gets and is asked: from the rooms, in words that leave out their codes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.journeys.console.rooms import Panel, Rooms, together
from services.journeys.console.texts import N_, _
from shared.access import Caller, Role

MOST = 10
Json = dict[str, Any]
# What can be said yes or no to: its name, and what a yes means.
CONSENTS: Mapping[str, tuple[str, str]] = {
    "analytics": (N_("Remember what I looked at"), N_("Visits to our pages are kept with your name.")),
    "personalization": (N_("Show me what fits me"), N_("What you see first follows from what you looked at.")),
    "marketing": (N_("Count me in for campaigns"), N_("You may be among those to whom offers go out elsewhere.")),
}
CLASSES: Mapping[str, tuple[str, str]] = {
    "care": (N_("Reminders, follow-ups and surveys"), N_("So that nothing is forgotten, and we hear how it goes.")),
    "promotion": (N_("News, invitations and offers"), N_("Seminars, other exchanges, the alumni.")),
}
CHANNELS: Mapping[str, tuple[str, str]] = {
    "email": (N_("E-mail"), N_("Without it, only what your internship needs comes there.")),
    "sms": (N_("SMS"), ""), "whatsapp": (N_("WhatsApp"), ""), "push": (N_("Push messages on your phone"), ""),
    "chat": (N_("Chat"), ""), "feed": (N_("Messages here"), ""),
}  # fmt: skip
STOPPED: Mapping[str, str] = {
    "hard_bounce": N_("Your e-mail address did not take our messages. Tell your committee your new address."),
    "complaint": N_("You reported one of our messages as unwanted. Your committee can lift this if it was a mistake."),
    "by_hand": N_("Your committee stopped these messages. Ask them if you want them back."),
}
FINAL = ("consents", "analytics")  # a no cuts visits off from the name, for good
KINDS: Mapping[str, Mapping[str, tuple[str, str]]] = {"consents": CONSENTS, "classes": CLASSES, "channels": CHANNELS}


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to say yes or no to. `on` None: nothing was said so far. `final`: a no can't be undone."""

    kind: str
    code: str
    name: str
    meaning: str
    on: bool | None

    @property
    def final(self) -> bool:
        return (self.kind, self.code) == FINAL


@dataclass(frozen=True, slots=True)
class Own:
    """All panels of the page; what isn't for the reader's role is hidden."""

    consents: Panel
    choices: Panel
    classes: list[Choice]
    channels: list[Choice]
    stopped: list[str]
    asked: Panel
    told: Panel
    shown: Panel
    person: Panel


async def gather(rooms: Rooms, caller: Caller) -> Own:
    """Everything that is the caller's own; a room that is away leaves a notice in its part."""
    party = str(caller.party)
    consents, choices, asked, told, shown, person = await together(
        rooms.panel("scoring", _if_participant(caller, rooms, "scoring", f"/v1/people/{party}/consents")),
        rooms.panel("notifications", rooms.get("notifications", "/v1/choices")),
        rooms.panel("surveys", rooms.every("surveys", "/v1/invitations", most=200)),
        rooms.panel("notifications", rooms.every("notifications", "/v1/deliveries", most=500)),
        rooms.panel("surveys", _if_participant(caller, rooms, "surveys", "/v1/testimonials")),
        rooms.panel("applications", _if_participant(caller, rooms, "applications", f"/v1/people/{party}")),
    )
    held: Json = choices.items or {}
    return Own(
        _with(consents, said("consents", consents.items or {})), choices, said("classes", held.get("classes") or {}),
        said("channels", held.get("channels") or {}),
        [_(STOPPED[why]) for why in held.get("stopped") or () if why in STOPPED],
        _with(asked, _latest(asked.items, "invited_at")), _with(told, _latest(_mine(told.items, party), "sent_at")),
        _with(shown, shown.items["items"] if isinstance(shown.items, dict) else []), person,
    )  # fmt: skip


async def _if_participant(caller: Caller, rooms: Rooms, room: str, path: str) -> Any:
    """Nothing for an enabler, of whom these rooms keep no such thing."""
    return await rooms.get(room, path) if caller.role is Role.participant else None


def said(kind: str, held: Mapping[str, bool | None]) -> list[Choice]:
    """What can be said of a kind, in the order of this file, as far as the room knows of it."""
    known = ((code, *words) for code, words in KINDS[kind].items() if code in held)
    return [Choice(kind, code, _(name), _(meaning) if meaning else "", held[code]) for code, name, meaning in known]


def _mine(deliveries: list[Json], party: str) -> list[Json]:
    """What went out to oneself: not what others got about the same stay."""
    return [one for one in deliveries if one["recipient_id"] == party and one["sent_at"]]


def _latest(rows: list[Json], name: str) -> list[Json]:
    return sorted(rows, key=lambda one: str(one[name]), reverse=True)[:MOST]


def _with(panel: Panel, items: Any) -> Panel:
    return Panel(panel.room, items, panel.away, panel.hidden)
