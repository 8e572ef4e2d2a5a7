"""What wakes the notifications room: a touchpoint whose time has come, a plan that is applied to what runs."""

from services.notifications.handlers import TOUCHPOINT, start_delivery
from services.notifications.handlers.radius import APPLY, apply_plan

TIMERS = {TOUCHPOINT: start_delivery, APPLY: apply_plan}
