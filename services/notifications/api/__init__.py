"""The HTTP door of the notifications room: one router a subject."""

from services.notifications.api import calendar, calendars, deliveries, plans, rsvp, sessions, standards, suppressions

ROUTERS = (
    calendar.router,
    calendars.router,
    rsvp.router,
    sessions.router,
    deliveries.router,
    plans.router,
    standards.router,
    suppressions.router,
)
