"""The pages of the console; `remaining` answers whatever no other page does, so it is last."""

from services.journeys.console.pages import (
    blueprint,
    blueprint_designs,
    blueprint_improvements,
    boards,
    events,
    funnel,
    funnel_segments,
    home,
    maps,
    maps_editing,
    maps_members,
    maps_returnees,
    people,
    remaining,
    signing_in,
    work,
)

ROUTERS = (
    signing_in.router,
    home.router,
    people.router,
    events.router,
    work.router,
    blueprint_designs.router,
    blueprint_improvements.router,
    blueprint.router,
    funnel.router,
    funnel_segments.router,
    maps.router,
    maps_editing.router,
    maps_members.router,
    maps_returnees.router,
    *boards.ROUTERS,
    remaining.router,
)
