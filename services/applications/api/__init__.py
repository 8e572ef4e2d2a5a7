"""The HTTP door of the applications room: one router a subject."""

from services.applications.api import (
    applications,
    enablers,
    members,
    moves,
    offers,
    opportunities,
    parties,
    profiles,
)

ROUTERS = (parties.router, opportunities.router, applications.router, moves.router)
ROUTERS += (profiles.router, enablers.router, members.router, offers.router)
