"""What wakes the notifications room: a touchpoint whose time has come."""

from services.notifications.handlers import TOUCHPOINT, start_delivery

TIMERS = {TOUCHPOINT: start_delivery}
