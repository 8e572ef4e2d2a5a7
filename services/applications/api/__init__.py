"""The HTTP door of the applications room: one router a subject."""

from services.applications.api import applications, opportunities, parties, search

# Search first: its paths would else be taken for ids.
ROUTERS = (search.router, parties.router, opportunities.router, applications.router)
