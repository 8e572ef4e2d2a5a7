"""The HTTP door of the journeys room."""

from services.journeys.api import (
    funnel,
    names,
    people,
)

ROUTERS = (
    people.router,
    funnel.router,
    names.router,
)
