"""The HTTP door of the journeys room."""

from services.journeys.api import (
    designs,
    estimates,
    funnel,
    names,
    people,
    segments,
)

ROUTERS = (
    people.router,
    funnel.router,
    names.router,
    designs.router,
    estimates.router,
    segments.router,
)
