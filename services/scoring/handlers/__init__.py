"""Commands, heard events and timers of the scoring room: one handler, one transaction."""

from services.scoring.handlers.heard import keep_facts, keep_opportunity, know_entity, obey_erasure
from services.scoring.handlers.identities import identify_visitor, separate_visitor
from services.scoring.handlers.interactions import record_interactions, record_visits
from services.scoring.handlers.scoring import RESCORE, rescore, rescore_lead

__all__ = [
    "RESCORE",
    "identify_visitor",
    "keep_facts",
    "keep_opportunity",
    "know_entity",
    "obey_erasure",
    "record_interactions",
    "record_visits",
    "rescore",
    "rescore_lead",
    "separate_visitor",
]
