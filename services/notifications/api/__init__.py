"""The HTTP door of the notifications room: one router a subject."""

from services.notifications.api import (
    calendar,
    calendars,
    deliveries,
    fact_sheets,
    letters,
    plans,
    previews,
    rsvp,
    sessions,
    simulations,
    standards,
    suppressions,
)

ROUTERS = (
    calendar.router,
    calendars.router,
    fact_sheets.router,
    rsvp.router,
    sessions.router,
    simulations.router,
    deliveries.router,
    letters.router,
    plans.router,
    previews.router,
    standards.router,
    suppressions.router,
)
