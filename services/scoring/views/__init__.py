"""Reads of the scoring room; every query carries the caller's scope."""

from services.scoring.views.identities import list_identities
from services.scoring.views.scores import change_out, get_course, get_score, lead_out, list_leads

__all__ = ["change_out", "get_course", "get_score", "lead_out", "list_identities", "list_leads"]
