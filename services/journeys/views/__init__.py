"""Reads of the journeys room; every query carries the caller's scope."""

from services.journeys.views.actors import (
    LEVELS,
    MOST_ACTORS,
    list_actors,
    name_of,
)
from services.journeys.views.funnel import (
    get_funnel,
)
from services.journeys.views.people import (
    Found,
    get_person,
    list_people,
)
from services.journeys.views.timeline import (
    Order,
    get_timeline,
)

__all__ = [
    "LEVELS",
    "MOST_ACTORS",
    "Found",
    "Order",
    "get_funnel",
    "get_person",
    "get_timeline",
    "list_actors",
    "list_people",
    "name_of",
]
