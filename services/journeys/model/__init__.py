"""The rows of the journeys room: what follows from events (a replay makes the same bytes), and its own designs."""

from services.journeys.model.entities import (
    Entity,
    Label,
)
from services.journeys.model.people import (
    Application,
    Comment,
    Entry,
    PersonName,
    QualityCase,
    Subject,
    Touched,
    Touchpoint,
    Visitor,
    applications_of,
    entries_of,
    own_people_of,
    people_of,
)
from services.journeys.model.table import (
    Table,
    values_of,
)

__all__ = [
    "KEPT",
    "Application",
    "Comment",
    "Entity",
    "Entry",
    "Label",
    "PersonName",
    "QualityCase",
    "Subject",
    "Table",
    "Touched",
    "Touchpoint",
    "Visitor",
    "applications_of",
    "entries_of",
    "own_people_of",
    "people_of",
    "values_of",
]

# Rows that don't follow from events: no replay makes them, and none may empty them.
KEPT = (Touched,)
