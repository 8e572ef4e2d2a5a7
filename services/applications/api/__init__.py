"""The HTTP door of the applications room: one router a subject."""

from services.applications.api import (
    applications,
    bulk,
    dossier,
    enablers,
    inbox,
    members,
    moves,
    offers,
    opportunities,
    parties,
    profiles,
    reports,
    requirements,
    search,
    webhooks,
)

# Search first: its paths would else be taken for ids.
ROUTERS = (search.router, parties.router, opportunities.router, applications.router, moves.router)
ROUTERS += (profiles.router, enablers.router, members.router, offers.router)
ROUTERS += (requirements.router, dossier.router, inbox.router, bulk.router, webhooks.router, reports.router)
