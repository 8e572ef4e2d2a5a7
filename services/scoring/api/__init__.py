"""The HTTP door of the scoring room: interactions, identities, scores, leads, segments, corridors, audiences."""

from services.scoring.api import audiences, corridors, identities, interactions, leads, scores, segments

ROUTERS = (
    interactions.router,
    identities.router,
    scores.router,
    leads.router,
    segments.router,
    corridors.router,
    audiences.router,
)
