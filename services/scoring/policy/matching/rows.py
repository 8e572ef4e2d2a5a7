"""What is known of a pair at a moment, as numbers: one row for each side's decision.

Only these facts are used, and nothing else: what the EP states of wishes, studies, skills, how well languages are
spoken and free days; what both have done here before; what the opportunity asks for, when and for how many. The EP's
country, mother tongue, name, age and gender are not among them: languages count as a requirement and by how far above
it they are spoken, never by which one it is.
"""

from collections.abc import Mapping
from datetime import datetime
from math import log1p
from zoneinfo import ZoneInfo

from services.scoring.policy.matching.parties import LEVELS, Offer, Seeker, level_of

Row = dict[str, float | str | bool | None]
# The field: 12 % of applications are accepted. An enabler of whom little is known stands there, as if it had decided
# on twenty applications.
ACCEPTED_PER_APPLICATION, DECIDED_BEFORE = 0.12, 20


def applies_row(seeker: Seeker, offer: Offer, moment: datetime) -> Row:
    """What the EP's decision to apply may hang on."""
    slot = offer.first_slot(seeker, moment.astimezone(ZoneInfo(offer.zone)).date())
    wait = (slot.start_on - seeker.available_from).days if slot and seeker.available_from else None
    return {
        "wanted_field": _among(offer.field, seeker.wanted_fields),
        "wanted_country": _among(offer.country, seeker.wanted_countries),
        "field_history": _share(offer.field, seeker.past_fields),
        "country_history": _share(offer.country, seeker.past_countries),
        "same_enabler": seeker.past_enablers.get(offer.enabler_id, 0) > 0,
        "views": seeker.views.get(offer.id, 0.0),
        "starts_after_days": None if wait is None else float(wait),
        "weeks": ((slot.end_on - slot.start_on).days + 1) / 7 if slot else None,
        "weekly_hours": None if offer.weekly_hours is None else float(offer.weekly_hours),
        "posted_days": _days(offer.posted_at, moment),
        "popularity": log1p(offer.popularity),
        "product": offer.product,
    }


def accepts_row(seeker: Seeker, offer: Offer, moment: datetime) -> Row:
    """What the enabler's decision may hang on."""
    today = moment.astimezone(ZoneInfo(offer.zone)).date()
    slot = offer.first_slot(seeker, today)
    openings = max(1, offer.openings if offer.openings is not None else 1)
    return {
        "skills_share": _covered(offer.skills, seeker),
        "studies_fit": _asked_and_met(offer.study_fields, seeker.study_field),
        "level_margin": _margin(seeker, offer),
        "enabler_rate": (offer.accepted + ACCEPTED_PER_APPLICATION * DECIDED_BEFORE) / (offer.decided + DECIDED_BEFORE),
        "own_rate": (seeker.accepted + ACCEPTED_PER_APPLICATION * DECIDED_BEFORE) / (seeker.decided + DECIDED_BEFORE),
        "refused_here": offer.enabler_id in seeker.refused_by,
        "waiting_per_opening": offer.waiting / openings,
        "profile_stated": seeker.stated,
        "lead_days": None if slot is None else float((slot.start_on - today).days),
        "product": offer.product,
    }


def _among(value: str | None, wanted: frozenset[str]) -> bool | None:
    return value in wanted if value is not None and wanted else None


def _share(value: str | None, past: Mapping[str, int]) -> float | None:
    """The share of earlier applications that went there; unknown while there were none."""
    total = sum(past.values())
    return past.get(value, 0) / total if value is not None and total else None


def _days(at: datetime | None, moment: datetime) -> float | None:
    """Whole days: what is told stays the same for a while."""
    return None if at is None else float(max(0, (moment - at).days))


def _covered(asked: frozenset[str] | None, seeker: Seeker) -> float | None:
    """The share of the skills asked for that the EP states; unknown where nothing is asked for or stated."""
    return len(asked & seeker.skills) / len(asked) if asked and seeker.skills else None


def _asked_and_met(taken: frozenset[str] | None, has: str | None) -> bool | None:
    return has in taken if taken and has is not None else None


def _margin(seeker: Seeker, offer: Offer) -> float | None:
    """How many levels above the least the EP speaks the language where that is smallest."""
    margins = [
        LEVELS.index(level) - LEVELS.index(least)
        for language, least in offer.levels.items()
        if least in LEVELS and (level := level_of(seeker.languages, language)[1]) is not None
    ]
    return float(min(margins)) if margins else None
