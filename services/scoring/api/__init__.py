"""The HTTP door of the scoring room: interactions, identities, scores, leads, segments, corridors, audiences."""

from services.scoring.api import (
    audiences,
    chances,
    corridors,
    handover,
    identities,
    interactions,
    leads,
    matching,
    prospects,
    risk,
    scores,
    segments,
    sheet_reports,
    sheets,
)

ROUTERS = (
    interactions.router,
    identities.router,
    scores.router,
    chances.router,
    leads.router,
    handover.router,
    prospects.router,
    segments.router,
    corridors.router,
    audiences.router,
    risk.router,
    sheet_reports.router,
    sheets.router,
    matching.router,
)
