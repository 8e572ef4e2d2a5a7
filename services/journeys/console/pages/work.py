"""The working pages of staff and enablers: lists, one thing each, and every action, as they are declared."""

from services.journeys.console.pages import work_committee, work_routes
from services.journeys.console.pages.doors import new_router
from services.journeys.console.work.families import FAMILIES

router = new_router()
work_committee.add(router)
for family in FAMILIES:
    work_routes.add(router, family)
