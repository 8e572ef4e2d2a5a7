"""What the scoring room can be told to do. The bodies of requests are their own commands."""

from services.scoring.commands.identities import IdentifyVisitor, SeparateVisitor
from services.scoring.commands.interactions import (
    Happening,
    Recorded,
    RecordInteractions,
    RecordVisits,
    Visit,
    Visits,
)
from services.scoring.commands.scores import Rescore

__all__ = [
    "Happening",
    "IdentifyVisitor",
    "RecordInteractions",
    "RecordVisits",
    "Recorded",
    "Rescore",
    "SeparateVisitor",
    "Visit",
    "Visits",
]
