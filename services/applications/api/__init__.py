"""The HTTP door of the applications room: one router a subject."""

from services.applications.api import applications, bulk, dossier, inbox, opportunities, parties, requirements

ROUTERS = (
    parties.router,
    opportunities.router,
    applications.router,
    requirements.router,
    dossier.router,
    inbox.router,
    bulk.router,
)
