"""What the scoring room answers."""

from services.scoring.schemas.interactions import IdentityOut, InteractionsOut
from services.scoring.schemas.scores import LeadOut, LeadState, ReasonOut, ScoreChangeOut, ScoreOut

__all__ = [
    "IdentityOut",
    "InteractionsOut",
    "LeadOut",
    "LeadState",
    "ReasonOut",
    "ScoreChangeOut",
    "ScoreOut",
]
