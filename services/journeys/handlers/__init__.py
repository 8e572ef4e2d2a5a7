"""What each heard event leaves behind: one handler, one transaction; the same rows in whatever order topics arrive."""

from services.journeys.handlers.entries import record
from services.journeys.handlers.names import (
    name_enabler,
    name_entity,
    name_opportunity,
    name_person,
    place_entity,
    quote_comment,
)
from services.journeys.handlers.subjects import (
    follow_application,
    follow_case,
    follow_touchpoint,
    identify_visitor,
    keep_score,
    register_person,
)

__all__ = [
    "follow_application",
    "follow_case",
    "follow_touchpoint",
    "identify_visitor",
    "keep_score",
    "name_enabler",
    "name_entity",
    "name_opportunity",
    "name_person",
    "place_entity",
    "quote_comment",
    "record",
    "register_person",
]
