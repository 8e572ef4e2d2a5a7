"""What wakes the applications room: an experience completes one day after its end."""

from services.applications.handlers import COMPLETION, complete_experience

TIMERS = {COMPLETION: complete_experience}
