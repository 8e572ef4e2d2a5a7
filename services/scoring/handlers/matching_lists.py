"""Lists that are shown: made, kept in the ledger with their propensity, and counted where they send people."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from services.scoring.commands import ShowCandidates, ShowMatches
from services.scoring.model import MatchList, MatchShown
from services.scoring.policy.matching.fit import Judges
from services.scoring.policy.matching.ranking import EXPOSED_HALF_LIFE, Order, arm_of
from services.scoring.schemas.matching import ShownListOut
from services.scoring.settings import limits
from services.scoring.views.matching_finding import Found
from services.scoring.views.matching_told import candidates_out, find_candidates, find_matches, matches_out
from shared.ids import new_id
from shared.storage.tx import Uow

HOLD = "SELECT id FROM offer WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE"
# Whoever was shown the same one in the last week is sent there once.
EXPOSE = """
UPDATE offer SET exposed = n.applies
    + exposed * power(0.5, coalesce(greatest(0, extract(epoch FROM $3 - exposed_at)), 0) / $4), exposed_at = $3
FROM unnest($1::uuid[], $2::float[]) AS n (id, applies) WHERE offer.id = n.id
"""
LATELY = """
SELECT DISTINCT s.opportunity_id FROM match_shown s JOIN match_list l ON l.id = s.list_id
WHERE s.person_id = $1 AND s.opportunity_id = ANY($2::uuid[]) AND l.person_id = $1 AND l.made_at > $3
"""


def shares() -> Mapping[Order, float]:
    """With which probability a person's week goes by which order: what fit is measured against needs its share."""
    known = limits()
    others = {Order.recency: known.match_recency_share, Order.popularity: known.match_popularity_share}
    return {Order.fit: max(0.0, 1 - sum(others.values()))} | others


async def show_matches(uow: Uow, command: ShowMatches) -> ShownListOut:
    """Opportunities for an EP by the order of the EP's week; with nothing to go by, by the fallback."""
    person, wish = command.person_id, command.wish
    order, propensity = arm_of(person, uow.today("UTC"), shares())
    found, judges = await find_matches(uow, person, order, wish.limit)
    drawn = not found.fallback
    list_ = await keep_list(uow, person, found, judges, wish.channel, propensity if drawn else 1.0, drawn=drawn)
    told = matches_out(uow, person, found, judges)
    return ShownListOut(id=list_.id, propensity=list_.propensity, drawn=drawn, list=told)


async def show_candidates(uow: Uow, command: ShowCandidates) -> ShownListOut:
    """EPs for an opportunity, always by fit: recency and popularity of people are no orders to try."""
    found, judges = await find_candidates(uow, command.opportunity_id, Order.fit, command.wish.limit)
    list_ = uow.add(
        MatchList(
            id=new_id(), opportunity_id=command.opportunity_id, order=found.order, propensity=1.0, drawn=False,
            channel=command.wish.channel, models=list(judges.names), made_at=uow.now,
        )
    )  # fmt: skip
    _places(uow, list_.id, found)
    uow.note("show_candidates", command.opportunity_id, after={"list": str(list_.id), "shown": len(found.matches)})
    told = candidates_out(uow, command.opportunity_id, found, judges)
    return ShownListOut(id=list_.id, propensity=1.0, drawn=False, list=told)


async def keep_list(
    uow: Uow, person: UUID, found: Found, judges: Judges, channel: str, propensity: float, *, drawn: bool
) -> MatchList:
    """Into the ledger: which list this person was shown, place by place, with what was thought of each pair."""
    list_ = uow.add(
        MatchList(
            id=new_id(), person_id=person, order=found.order, propensity=propensity, drawn=drawn, channel=channel,
            models=list(judges.names), made_at=uow.now,
        )
    )  # fmt: skip
    await _expose(uow, person, found)
    _places(uow, list_.id, found)
    uow.note("show_matches", person, after={"list": str(list_.id), "order": found.order, "shown": len(found.matches)})
    return list_


def _places(uow: Uow, list_id: UUID, found: Found) -> None:
    for position, (match, fit) in enumerate(zip(found.matches, found.fits, strict=True), 1):
        chances = {"applies": fit.applies.probability, "accepts": fit.accepts.probability}
        who = {"person_id": match.seeker.id, "opportunity_id": match.offer.id}
        uow.add(MatchShown(list_id=list_id, position=position, **who, **chances, row=fit.applies.row))


async def _expose(uow: Uow, person: UUID, found: Found) -> None:
    """Each opening counts who may come from this list, so that the next lists send fewer there."""
    likely = {match.offer.id: fit.applies.probability for match, fit in zip(found.matches, found.fits, strict=True)}
    since = uow.now - timedelta(days=7)
    before = {row["opportunity_id"] for row in await uow.fetch(LATELY, person, list(likely), since)}
    sent = {offer: chance for offer, chance in likely.items() if offer not in before}
    if sent:
        await uow.fetch(HOLD, sorted(sent))
        half = EXPOSED_HALF_LIFE / timedelta(seconds=1)
        await uow.fetch(EXPOSE, list(sent), list(sent.values()), uow.now, half)
