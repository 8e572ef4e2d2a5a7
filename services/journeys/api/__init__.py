"""The HTTP door of the journeys room."""

from services.journeys.api import (
    funnel,
    people,
)

ROUTERS = (
    people.router,
    funnel.router,
)
