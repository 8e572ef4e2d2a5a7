"""Commands, heard events and timers of the scoring room: one handler, one transaction."""

from services.scoring.handlers.audiences import confirm_export, export_audience, make_audience, stop_audience
from services.scoring.handlers.contents import change_content, make_content, retire_content, tell_seen
from services.scoring.handlers.heard import keep_facts, keep_opportunity, know_entity, obey_erasure
from services.scoring.handlers.identities import identify_visitor, separate_visitor
from services.scoring.handlers.interactions import record_interactions, record_visits
from services.scoring.handlers.membership import refresh_segments
from services.scoring.handlers.risk import LOOK, SETTLE, look_at_stay
from services.scoring.handlers.risk_models import Fitted, examples_of_stays, keep_risk_model
from services.scoring.handlers.scoring import RESCORE, rescore, rescore_lead
from services.scoring.handlers.segment_reports import ask_corridor, ask_search
from services.scoring.handlers.segment_work import keep_segments, refresh_all, work_all
from services.scoring.handlers.segments import (
    ask_figures,
    blank_plan,
    change_rule,
    freeze_found,
    make_segment,
    note_budget,
    retire_segment,
    write_plan,
)
from services.scoring.handlers.stays import forget_stays, hear_stays, settle
from services.scoring.handlers.traits import keep_traits, know_person, know_wishes

__all__ = [
    "LOOK",
    "RESCORE",
    "SETTLE",
    "Fitted",
    "ask_corridor",
    "ask_figures",
    "ask_search",
    "blank_plan",
    "change_content",
    "change_rule",
    "confirm_export",
    "examples_of_stays",
    "export_audience",
    "forget_stays",
    "freeze_found",
    "hear_stays",
    "identify_visitor",
    "keep_facts",
    "keep_opportunity",
    "keep_risk_model",
    "keep_segments",
    "keep_traits",
    "know_entity",
    "know_person",
    "know_wishes",
    "look_at_stay",
    "make_audience",
    "make_content",
    "make_segment",
    "note_budget",
    "obey_erasure",
    "record_interactions",
    "record_visits",
    "refresh_all",
    "refresh_segments",
    "rescore",
    "rescore_lead",
    "retire_content",
    "retire_segment",
    "separate_visitor",
    "settle",
    "stop_audience",
    "tell_seen",
    "work_all",
    "write_plan",
]
