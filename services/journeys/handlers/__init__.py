"""What heard events leave behind: each is read by itself, all of a batch are written together.

The rows are the same in whatever order topics arrive and wherever one batch ends and the next begins.
"""

from services.journeys.handlers.entries import record, record_contact, record_of_ep, record_of_persons
from services.journeys.handlers.gathered import Gathered
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
from services.journeys.handlers.writing import write

__all__ = [
    "Gathered",
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
    "record_contact",
    "record_of_ep",
    "record_of_persons",
    "register_person",
    "write",
]
