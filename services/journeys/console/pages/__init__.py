"""The pages of the console; `remaining` answers whatever no other page does, so it is last."""

from services.journeys.console.pages import (
    events,
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
    remaining.router,
)
