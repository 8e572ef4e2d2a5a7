"""The HTTP door of the notifications room: one router a subject."""

from services.notifications.api import calendar, deliveries, plans, standards, suppressions

ROUTERS = (calendar.router, deliveries.router, plans.router, standards.router, suppressions.router)
