"""The HTTP door of the applications room: one router a subject."""

from services.applications.api import applications, moves, opportunities, parties

ROUTERS = (parties.router, opportunities.router, applications.router, moves.router)
