"""The HTTP door of the scoring room: interactions, identities, scores and leads."""

from services.scoring.api import identities, interactions, leads, scores

ROUTERS = (
    interactions.router,
    identities.router,
    scores.router,
    leads.router,
)
