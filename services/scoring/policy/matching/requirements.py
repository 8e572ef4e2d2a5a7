"""Hard requirements of a pair: which fail, each by its name, and which nobody can tell yet.

A requirement whose facts are missing has not failed: it is to be clarified, and the pair stays on the list.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from services.scoring.policy.matching.parties import LEVELS, Offer, OfferStatus, Seeker, level_of, within


@dataclass(frozen=True, slots=True)
class Requirement:
    """One that fails or is to be clarified: its code, and what is the matter in words."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    failed: tuple[Requirement, ...] = ()
    unclear: tuple[Requirement, ...] = ()


Found = tuple[bool, Requirement]  # whether it fails, or else is unclear


def check(seeker: Seeker, offer: Offer, today: date) -> Verdict:
    """All of them, each said once; `today` is that of the opportunity's zone."""
    found = [
        *_offered(offer, today),
        *_free(seeker, today),
        *_product(seeker, offer),
        *_dates(seeker, offer, today),
        *_languages(seeker, offer),
        *_studies(seeker, offer),
    ]
    failed = tuple(requirement for fails, requirement in found if fails)
    return Verdict(failed, tuple(requirement for fails, requirement in found if not fails))


def _offered(offer: Offer, today: date) -> Iterator[Found]:
    if offer.status is not OfferStatus.open:
        yield True, Requirement("closed", "the opportunity takes no more applications")
    if offer.openings is not None and offer.openings <= 0:
        yield True, Requirement("openings", "all openings are taken")
    elif offer.slots is not None and not any(slot.takes(today) for slot in offer.slots):
        yield True, Requirement("deadline", "the last day to apply has passed")


def _free(seeker: Seeker, today: date) -> Iterator[Found]:
    if not seeker.looking:
        yield True, Requirement("looking", "the EP is not looking")
    if seeker.busy_until is not None and seeker.busy_until >= today:
        yield True, Requirement("busy", f"the EP has an approved internship until {seeker.busy_until}")
    elif seeker.signed:
        yield True, Requirement("busy", "the EP has signed an acceptance note already")


def _product(seeker: Seeker, offer: Offer) -> Iterator[Found]:
    if not seeker.wanted_products:
        yield False, Requirement("product", "which programme the EP wants is not stated")
    elif offer.product not in seeker.wanted_products:
        wanted = " or ".join(sorted(seeker.wanted_products))
        yield True, Requirement("product", f"it is a {offer.product} internship; the EP wants {wanted}")


def _dates(seeker: Seeker, offer: Offer, today: date) -> Iterator[Found]:
    if offer.slots is None:
        yield False, Requirement("dates", "the dates of the opportunity are not known here")
        return
    taking = [slot for slot in offer.slots if slot.takes(today)]
    if taking and not any(within(slot, seeker) for slot in taking):
        stays = ", ".join(f"{slot.start_on} to {slot.end_on}" for slot in taking[:3])
        free = f"{seeker.available_from or 'any day'} to {seeker.available_to or 'any day'}"
        yield True, Requirement("dates", f"it is from {stays}; the EP is free from {free}")
    elif seeker.available_from is None or seeker.available_to is None:
        yield False, Requirement("dates", "from when until when the EP is free is not stated")


def _languages(seeker: Seeker, offer: Offer) -> Iterator[Found]:
    if offer.languages is None:
        yield False, Requirement("language", "which languages are needed is not known here")
        return
    for language in sorted(offer.languages):
        spoken, level = level_of(seeker.languages, language)
        least = offer.levels.get(language)
        if not seeker.languages:
            yield False, Requirement(f"language:{language}", f"whether the EP speaks {language} is not stated")
        elif not spoken:
            yield True, Requirement(f"language:{language}", f"{language} is needed; the EP does not speak it")
        elif least in LEVELS and level is None:
            yield (
                False,
                Requirement(f"level:{language}", f"{language} is needed at {least}; how well is not stated"),
            )
        elif least in LEVELS and level is not None and LEVELS.index(level) < LEVELS.index(least):
            yield True, Requirement(f"level:{language}", f"{language} is needed at {least}; the EP has {level}")


def _studies(seeker: Seeker, offer: Offer) -> Iterator[Found]:
    asked = (
        ("studies", offer.study_fields, seeker.study_field, "studies"),
        ("study_level", offer.study_levels, seeker.study_level, "level of studies"),
    )
    for code, taken, has, name in asked:
        if not taken:
            continue
        wanted = " or ".join(sorted(taken))
        if has is None:
            yield False, Requirement(code, f"{wanted} is asked for; the EP's {name} are not stated")
        elif has not in taken:
            yield True, Requirement(code, f"{wanted} is asked for; the EP has {has}")
