"""Lists and pairs as they are told: found for whoever asks, with reasons in words and a version by their content."""

import hashlib
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson

from services.scoring.model import Offer as OfferRow
from services.scoring.model import Seeker as SeekerRow
from services.scoring.model import offers_of, seekers_of
from services.scoring.policy.matching.fit import Fit, Judges, Side, in_words, without_private
from services.scoring.policy.matching.parties import Offer, OfferStatus
from services.scoring.policy.matching.ranking import Match, Order, room_in
from services.scoring.policy.matching.requirements import Verdict
from services.scoring.schemas.matching import CandidatesOut, MatchesOut
from services.scoring.views.matching_finding import Found, offers_for, seekers_for
from services.scoring.views.matching_models import judges_of
from services.scoring.views.matching_rows import offers_by_id, seekers_by_id
from shared.access import Role
from shared.errors import NotFound
from shared.storage.tx import Uow

Document = dict[str, Any]
OPEN_EYES = frozenset({Role.participant, Role.sending_manager, Role.global_manager, Role.service, Role.auditor})


async def find_matches(uow: Uow, person_id: UUID, order: Order, limit: int) -> tuple[Found, Judges]:
    await uow.get(SeekerRow, person_id, seekers_of(uow.caller))
    seeker = (await seekers_by_id(uow, [person_id]))[person_id]
    judges = await judges_of(uow)
    return await offers_for(uow, seeker, judges, order, limit), judges


async def find_candidates(uow: Uow, opportunity_id: UUID, order: Order, limit: int) -> tuple[Found, Judges]:
    offer, own = await offer_seen(uow, opportunity_id)
    judges = await judges_of(uow)
    return await seekers_for(uow, offer, judges, order, limit, own=own), judges


async def offer_seen(uow: Uow, opportunity_id: UUID) -> tuple[Offer, bool]:
    """The opportunity, and whether it is of the caller's own side; the sending side sees what is open."""
    own = await uow.find(OfferRow, OfferRow.id == opportunity_id, offers_of(uow.caller))
    row = own
    if row is None and uow.caller.role in {Role.sending_manager, Role.national_manager, Role.participant}:
        row = await uow.find(OfferRow, id=opportunity_id, status=OfferStatus.open)
    if row is None:
        raise NotFound(f"There is no opportunity {opportunity_id}, or it is not yours to see.")
    return (await offers_by_id(uow, [row.id]))[row.id], own is not None


# --- as it is told


def matches_out(uow: Uow, person_id: UUID, found: Found, judges: Judges) -> MatchesOut:
    pairs = zip(found.matches, found.fits, strict=True)
    matches = [_match(uow, place, match, fit, judges) for place, (match, fit) in enumerate(pairs, 1)]
    return MatchesOut.model_validate(_list(found, person_id=person_id, matches=matches))


def candidates_out(uow: Uow, opportunity_id: UUID, found: Found, judges: Judges) -> CandidatesOut:
    pairs = zip(found.matches, found.fits, strict=True)
    told = [_candidate(uow, place, match, fit, judges) for place, (match, fit) in enumerate(pairs, 1)]
    return CandidatesOut.model_validate(_list(found, opportunity_id=opportunity_id, candidates=told))


def _list(found: Found, **values: Any) -> Document:
    about = {"order": found.order, "fallback": found.fallback, "looked_at": found.looked_at}
    return versioned(values | about | {"left_out": found.left_out})


def _match(uow: Uow, place: int, match: Match, fit: Fit, judges: Judges) -> Document:
    offer = match.offer
    slot = match.slot
    about = {"position": place, "opportunity_id": offer.id, "enabler_id": offer.enabler_id, "product": offer.product}
    about |= {"field": offer.field, "country": offer.country, "posted_at": offer.posted_at, "crowd": crowd_of(offer)}
    dates = {"start_on": slot and slot.start_on, "end_on": slot and slot.end_on}
    return fit_told(uow, fit, match.verdict, judges) | about | dates


def _candidate(uow: Uow, place: int, match: Match, fit: Fit, judges: Judges) -> Document:
    seeker = match.seeker
    about = {"position": place, "person_id": seeker.id, "languages": dict(seeker.languages)}
    about |= {"skills": sorted(seeker.skills), "study_field": seeker.study_field, "study_level": seeker.study_level}
    about |= {"available_from": seeker.available_from, "available_to": seeker.available_to}
    return fit_told(uow, fit, match.verdict, judges) | about


def crowd_of(offer: Offer) -> Document:
    told = {"openings": offer.openings, "waiting": offer.waiting, "expected": round(offer.exposed, 3)}
    return told | {"room": round(room_in(offer), 4)}


def fit_told(uow: Uow, fit: Fit, verdict: Verdict, judges: Judges) -> Document:
    sides = ((fit.applies, judges.names[0]), (fit.accepts, judges.names[1]))
    applies, accepts = (_side(uow, side, model) for side, model in sides)
    unclear = [{"code": one.code, "text": one.text} for one in verdict.unclear]
    both = {"probability": fit.probability, "interval": fit.interval, "to_clarify": unclear}
    return both | {"applies": applies, "accepts": accepts}


def _side(uow: Uow, side: Side, model: str) -> Document:
    terms = side.terms if uow.caller.role in OPEN_EYES else without_private(side.terms)
    reasons = [
        {"code": term.code, "log_odds": term.log_odds, "text": in_words(term, side.row)} for term in _shown(terms)
    ]
    told = {"probability": side.probability, "interval": side.interval, "base_log_odds": side.base_log_odds}
    return told | {"reasons": reasons, "model": model, "outcomes": side.evidence}


def _shown(terms: Sequence[Any]) -> list[Any]:
    return [term for term in terms if term.log_odds]


def versioned(document: Document) -> Document:
    """With a version that is the same as long as the content is: what the ETag is made of."""
    digest = hashlib.sha256(orjson.dumps(document, option=orjson.OPT_SORT_KEYS, default=str)).digest()
    return document | {"version": int.from_bytes(digest[:7], "big")}
