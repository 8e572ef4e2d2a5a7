"""What the journeys room answers."""

from services.journeys.schemas.actors import (
    ActorOut,
    ActorsOut,
)
from services.journeys.schemas.funnel import (
    FunnelOut,
    Part,
    Split,
)
from services.journeys.schemas.people import (
    ApplicationLine,
    EntryOut,
    NextTouchpoint,
    PersonLine,
    PersonOut,
)

__all__ = [
    "ActorOut",
    "ActorsOut",
    "ApplicationLine",
    "EntryOut",
    "FunnelOut",
    "NextTouchpoint",
    "Part",
    "PersonLine",
    "PersonOut",
    "Split",
]
