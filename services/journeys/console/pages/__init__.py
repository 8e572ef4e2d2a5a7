"""The pages of the console; `remaining` answers whatever no other page does, so it is last."""

from services.journeys.console.pages import (
    blueprint,
    events,
    funnel,
    funnel_segments,
    home,
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
    blueprint.router,
    funnel.router,
    funnel_segments.router,
    remaining.router,
)
