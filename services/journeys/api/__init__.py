"""The HTTP door of the journeys room."""

from services.journeys.api import (
    designs,
    dual,
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
    dual.router,
)
