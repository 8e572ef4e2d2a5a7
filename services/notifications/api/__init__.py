"""The HTTP door of the notifications room: one router a subject."""

from services.notifications.api import (
    calendar,
    calendars,
    choices,
    deliveries,
    fact_sheets,
    feed,
    letters,
    plans,
    previews,
    rsvp,
    sessions,
    simulations,
    standards,
    suppressions,
    tasks,
)

ROUTERS = (
    calendar.router,
    calendars.router,
    choices.router,
    deliveries.router,
    fact_sheets.router,
    feed.router,
    letters.router,
    plans.router,
    previews.router,
    rsvp.router,
    sessions.router,
    simulations.router,
    standards.router,
    suppressions.router,
    tasks.router,
)
