"""The rows of the scoring room."""

from services.scoring.model.copies import HeardFact, Opportunity
from services.scoring.model.interactions import Identity, Interaction
from services.scoring.model.leads import Lead, Outcome, ScoreChange, leads_of
from services.scoring.model.table import Table

__all__ = [
    "HeardFact",
    "Identity",
    "Interaction",
    "Lead",
    "Opportunity",
    "Outcome",
    "ScoreChange",
    "Table",
    "leads_of",
]
