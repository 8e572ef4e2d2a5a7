"""The HTTP door of the journeys room."""

from services.journeys.api import (
    designs,
    funnel,
    names,
    people,
)

ROUTERS = (
    people.router,
    funnel.router,
    names.router,
    designs.router,
)
