"""The HTTP door of the applications room: one router a subject."""

from services.applications.api import applications, opportunities, parties, webhooks

ROUTERS = (parties.router, opportunities.router, applications.router, webhooks.router)
