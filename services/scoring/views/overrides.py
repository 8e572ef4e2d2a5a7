"""People's own words on chances, and how they did."""

from typing import Any
from uuid import UUID

from sqlmodel import select

from services.scoring.model import Lead, Override, leads_of
from services.scoring.policy.overrides import LEAST, Judged, Verdict, compared, share_of
from services.scoring.policy.transitions import WAYS
from services.scoring.schemas import ComparedOut, HitsOut, OverrideOut, OverridesReportOut
from shared.storage.tx import Uow

# Each word whose horizon is over, with whether the end came within it from when the word was said.
SETTLED = """
SELECT o.probability, o.verdict, o.said,
    coalesce(ended.state = 'reached' AND ended.ended_at <= o.at + h.horizon, false) AS reached
FROM chance_override o JOIN unnest($1::text[], $2::interval[]) AS h (transition, horizon) USING (transition)
LEFT JOIN LATERAL (
    SELECT e.state, e.ended_at FROM chance_change e
    WHERE e.subject_id = o.subject_id AND e.transition = o.transition AND e.state <> 'open' AND e.ended_at >= o.at
    ORDER BY e.ended_at, e.id LIMIT 1
) AS ended ON true
WHERE o.at + h.horizon <= $3
"""
OPEN = "SELECT count(*) FROM chance_override WHERE ended_at IS NULL AND until > $1"


async def list_overrides(uow: Uow, person_id: UUID) -> list[dict[str, Any]]:
    """All words on this person's chances, the newest first; those that count no more, too."""
    await uow.get(Lead, person_id, leads_of(uow.caller))
    query = select(Override).where(Override.subject_id == person_id)
    order = (Override.at.desc(), Override.id.desc())  # type: ignore[attr-defined]
    return [OverrideOut.model_validate(row).model_dump(mode="json") for row in await uow.rows(query.order_by(*order))]


async def overrides_report(uow: Uow) -> OverridesReportOut:
    horizons = {str(way.transition): way.horizon for way in WAYS.values()}
    found = await uow.fetch(SETTLED, list(horizons), list(horizons.values()), uow.now)
    cases = [
        Judged(row["probability"], Verdict(row["verdict"]) if row["verdict"] else None, row["said"], row["reached"])
        for row in found
    ]
    hot, cold = (share_of(cases, verdict) for verdict in (Verdict.hot, Verdict.cold))
    return OverridesReportOut(
        settled=len(cases), open=(await uow.fetch(OPEN, uow.now))[0][0],
        compared=ComparedOut.model_validate(compared(cases)), least=LEAST,
        hot=HitsOut.model_validate(hot) if hot else None, cold=HitsOut.model_validate(cold) if cold else None,
    )  # fmt: skip
