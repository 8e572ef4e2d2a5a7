"""Interactions that were written down elsewhere: names of columns and words as other tools have them, moments, ids."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from uuid import UUID

from services.scoring.policy.campaigns import UTM
from services.scoring.policy.interactions import Channel, Kind
from shared.ids import derived_id
from shared.zones import to_utc

FIELDS = (
    "id", "at", "person_id", "visitor_id", "channel", "kind", "opportunity_id", "code", "campaign", "referrer", *UTM,
)  # fmt: skip
NEEDED = ("at", "channel", "kind")
NAMES: Mapping[str, str] = {name: name for name in FIELDS} | {
    "external_id": "id", "interaction_id": "id", "ref": "id",
    "date": "at", "day": "at",
    "when": "at", "datetime": "at", "timestamp": "at", "happened_at": "at", "created_at": "at",
    "person": "person_id", "ep_id": "person_id", "contact_id": "person_id", "lead_id": "person_id",
    "visitor": "visitor_id", "anonymous_id": "visitor_id",
    "medium": "channel", "via": "channel",
    "type": "kind", "activity": "kind", "activity_type": "kind", "event": "kind",
    "opportunity": "opportunity_id",
    "source_code": "code", "flyer_code": "code", "promo_code": "code",
    "referer": "referrer", "referring_page": "referrer",
}  # fmt: skip
CHANNELS: Mapping[str, Channel] = {channel.value: channel for channel in Channel} | {
    "e_mail": Channel.email, "mail": Channel.email, "telephone": Channel.phone, "tel": Channel.phone,
    "mobile": Channel.phone, "text": Channel.sms, "text_message": Channel.sms, "whatsapp": Channel.chat,
    "messenger": Channel.chat, "telegram": Channel.chat, "live_chat": Channel.chat, "letter": Channel.post,
    "postal": Channel.post, "website": Channel.web, "internet": Channel.web, "mobile_app": Channel.app,
    "facebook": Channel.social, "instagram": Channel.social, "linkedin": Channel.social, "tiktok": Channel.social,
    "social_media": Channel.social, "cobrowsing": Channel.co_browse, "co_browsing": Channel.co_browse,
    "face_to_face": Channel.in_person, "offline": Channel.in_person, "on_ground": Channel.in_person,
    "personal": Channel.in_person,
}  # fmt: skip
KINDS: Mapping[str, Kind] = {kind.value: kind for kind in Kind} | {
    "phone_call": Kind.call,
    "conversation": Kind.meeting, "interview": Kind.meeting, "visit_to_class": Kind.class_visit,
    "class_shout": Kind.class_visit, "classroom_visit": Kind.class_visit, "stand": Kind.booth, "fair": Kind.event,
    "info_session": Kind.event, "info_meeting": Kind.event, "leaflet": Kind.flyer, "poster": Kind.flyer,
    "recommendation": Kind.referral, "pageview": Kind.page_view, "open": Kind.email_open, "click": Kind.email_click,
}  # fmt: skip


def renamed(pairs: Iterable[str]) -> dict[str, str]:
    """`Datum:at` … as their heading → our field; ValueError for what is no such pair."""
    found = {}
    for pair in pairs:
        theirs, _, ours = pair.rpartition(":")
        if not theirs or ours not in FIELDS:
            raise ValueError(f"{pair[:80]!r} is not a heading, a colon and one of {', '.join(FIELDS)}")
        found[theirs] = ours
    return found


def word_of(text: str) -> str:
    """A word as it is compared: `Phone Call` is phone_call."""
    return text.strip().lower().replace(" ", "_").replace("-", "_")


def moment_of(text: str, zone: str) -> datetime:
    """A moment such as 2026-03-01T09:30:00Z; without an offset it is wall time in `zone`, a day alone its noon.

    ValueError for what is none."""
    found = datetime.fromisoformat(text)
    if len(text) == len("2026-03-01"):
        found = found.replace(hour=12)
    return to_utc(found, zone) if found.tzinfo is None else found.astimezone(UTC)


def id_of(system: str, cells: Mapping[str, str]) -> UUID:
    """By the other system's own id where there is one, else by all that the row says: a file may be read again, and a
    row that stands in it twice is one interaction."""
    if external := cells.get("id"):
        return derived_id("imported-interaction", system, "id", external)
    content = (f"{name}={cells[name]}" for name in sorted(cells) if cells[name])
    return derived_id("imported-interaction", system, "content", *content)
