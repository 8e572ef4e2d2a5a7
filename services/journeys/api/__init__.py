"""The HTTP door of the journeys room."""

from services.journeys.api import (
    blueprints,
    designs,
    dropouts,
    dual,
    enablers,
    estimates,
    funnel,
    improvements,
    members,
    names,
    people,
    persona_maps,
    returnee_page,
    returnees,
    segments,
    streams,
)

ROUTERS = (
    people.router,
    enablers.router,
    streams.router,
    funnel.router,
    names.router,
    designs.router,
    blueprints.router,
    improvements.router,
    estimates.router,
    dropouts.router,
    segments.router,
    dual.router,
    members.router,
    returnees.router,
    persona_maps.router,
    returnee_page.router,
)
