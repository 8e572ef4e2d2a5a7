"""The HTTP door of the applications room: one router a subject."""

from services.applications.api import applications, opportunities, parties, reports

ROUTERS = (parties.router, opportunities.router, applications.router, reports.router)
