"""Matches: opportunities for an EP, candidates for an opportunity, and one pair with all that speaks against it."""

from uuid import UUID
from zoneinfo import ZoneInfo

from services.scoring.model import Seeker as SeekerRow
from services.scoring.model import seekers_of
from services.scoring.policy.matching.ranking import Order
from services.scoring.policy.matching.requirements import check
from services.scoring.schemas.matching import CandidatesOut, MatchesOut, PairOut
from services.scoring.views.matching_models import judges_of
from services.scoring.views.matching_rows import seekers_by_id
from services.scoring.views.matching_told import (
    candidates_out,
    crowd_of,
    find_candidates,
    find_matches,
    fit_told,
    matches_out,
    offer_seen,
    versioned,
)
from shared.storage.tx import Uow


async def get_matches(uow: Uow, person_id: UUID, order: Order, limit: int) -> MatchesOut:
    """Opportunities for this EP, best first."""
    found, judges = await find_matches(uow, person_id, order, limit)
    return matches_out(uow, person_id, found, judges)


async def get_candidates(uow: Uow, opportunity_id: UUID, order: Order, limit: int) -> CandidatesOut:
    """EPs for this opportunity, best first."""
    found, judges = await find_candidates(uow, opportunity_id, order, limit)
    return candidates_out(uow, opportunity_id, found, judges)


async def get_pair(uow: Uow, person_id: UUID, opportunity_id: UUID) -> PairOut:
    """Why this pair fits or can't be, for those who look after the EP."""
    await uow.get(SeekerRow, person_id, seekers_of(uow.caller))
    offer, _ = await offer_seen(uow, opportunity_id)
    seeker = (await seekers_by_id(uow, [person_id]))[person_id]
    judges = await judges_of(uow)
    verdict = check(seeker, offer, uow.now.astimezone(ZoneInfo(offer.zone)).date())
    told = fit_told(uow, judges.fit(seeker, offer, uow.now), verdict, judges)
    failed = [{"code": one.code, "text": one.text} for one in verdict.failed]
    about = {"person_id": person_id, "opportunity_id": opportunity_id, "failed": failed, "crowd": crowd_of(offer)}
    return PairOut.model_validate(versioned(told | about))
