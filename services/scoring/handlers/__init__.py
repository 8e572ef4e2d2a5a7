"""Commands, heard events and timers of the scoring room: one handler, one transaction."""

from services.scoring.handlers.audiences import confirm_export, export_audience, make_audience, stop_audience
from services.scoring.handlers.calling import HAND_OVER, set_caller, set_calling
from services.scoring.handlers.consents import say_consent, say_consent_of
from services.scoring.handlers.contacts import hear_people
from services.scoring.handlers.contents import change_content, make_content, retire_content, tell_seen
from services.scoring.handlers.dealings import keep_contact, keep_requirement
from services.scoring.handlers.enablers import keep_enablers
from services.scoring.handlers.hand_overs import OVERDUE
from services.scoring.handlers.heard import keep_facts, keep_opportunity, know_entity, obey_erasure
from services.scoring.handlers.identities import identify_visitor, separate_visitor
from services.scoring.handlers.imports import end_import, take_rows
from services.scoring.handlers.interactions import record_interactions, record_visits
from services.scoring.handlers.lapses import LAPSE, lapse_leads
from services.scoring.handlers.matching_copies import (
    change_offer,
    end_offer,
    forget_seeker,
    keep_offer,
    keep_pairings,
    keep_profile,
    place_seeker,
)
from services.scoring.handlers.matching_examples import keep_examples
from services.scoring.handlers.matching_lists import show_candidates, show_matches
from services.scoring.handlers.matching_training import keep_pair_models, learn_pairs
from services.scoring.handlers.matching_weekly import WEEKLY, look_weekly
from services.scoring.handlers.membership import refresh_segments
from services.scoring.handlers.merges import merge_people, part_people
from services.scoring.handlers.nights import (
    CHANGES,
    LOOK_ENABLER,
    LOOK_EP,
    NIGHT,
    begin_nights,
    keep_night,
    look_at_enabler,
    look_at_ep,
    look_by_night,
    look_soon,
)
from services.scoring.handlers.outcomes import MEASURE, measure_actions, reckon_outcomes
from services.scoring.handlers.overrides import end_override, put_override
from services.scoring.handlers.prospects import (
    change_prospect,
    enter_prospect,
    erase_prospect,
    link_prospect,
    obey_enabler_erasure,
    unlink_prospect,
)
from services.scoring.handlers.reigns import judge_models, roll_back
from services.scoring.handlers.remarks import blank_remark, write_remark
from services.scoring.handlers.repainting import repaint
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
from services.scoring.handlers.sharing import (
    assign_lead,
    forget_member,
    hear_contact_stop,
    hear_member,
    mark_overdue,
    reassign_lead,
    refuse_lead,
    share_out,
)
from services.scoring.handlers.sheet_answers import give_answer, give_answers, undo_answer
from services.scoring.handlers.sheet_decisions import decide_sheet, tell_outcome
from services.scoring.handlers.sheet_templates import publish_template as publish_sheet_template
from services.scoring.handlers.sheets import (
    add_column,
    change_sheet,
    create_sheet,
    forget_sheet_enabler,
    forget_subject,
    know_sheet_enabler,
    remove_column,
    rename_column,
)
from services.scoring.handlers.sources import change_source, make_source
from services.scoring.handlers.stays import forget_stays, hear_stays, settle
from services.scoring.handlers.studies import ask_study, claim_study, drop_study, end_study
from services.scoring.handlers.suggestions import (
    accept_suggestion,
    decline_suggestion,
    finish_suggestion,
    forget_party,
    hear_handled,
    set_share,
)
from services.scoring.handlers.talks import record_talk
from services.scoring.handlers.trainings import (
    ask_training,
    claim_training,
    end_training,
    hold_training,
    plan_trainings,
    tell_training,
)
from services.scoring.handlers.traits import keep_traits, know_enabler, know_person, know_wishes

__all__ = [
    "CHANGES",
    "HAND_OVER",
    "LAPSE",
    "LOOK",
    "LOOK_ENABLER",
    "LOOK_EP",
    "MEASURE",
    "NIGHT",
    "OVERDUE",
    "RESCORE",
    "SETTLE",
    "WEEKLY",
    "Fitted",
    "accept_suggestion",
    "add_column",
    "as",
    "ask_corridor",
    "ask_figures",
    "ask_search",
    "ask_study",
    "ask_training",
    "assign_lead",
    "begin_nights",
    "blank_plan",
    "blank_remark",
    "change_content",
    "change_offer",
    "change_prospect",
    "change_rule",
    "change_sheet",
    "change_source",
    "claim_study",
    "claim_training",
    "confirm_export",
    "create_sheet",
    "decide_sheet",
    "decline_suggestion",
    "drop_study",
    "end_import",
    "end_offer",
    "end_override",
    "end_study",
    "end_training",
    "enter_prospect",
    "erase_prospect",
    "examples_of_stays",
    "export_audience",
    "finish_suggestion",
    "forget_member",
    "forget_party",
    "forget_seeker",
    "forget_sheet_enabler",
    "forget_stays",
    "forget_subject",
    "freeze_found",
    "give_answer",
    "give_answers",
    "hear_contact_stop",
    "hear_handled",
    "hear_member",
    "hear_people",
    "hear_stays",
    "hold_training",
    "identify_visitor",
    "import",
    "judge_models",
    "keep_contact",
    "keep_enablers",
    "keep_examples",
    "keep_facts",
    "keep_night",
    "keep_offer",
    "keep_opportunity",
    "keep_pair_models",
    "keep_pairings",
    "keep_profile",
    "keep_requirement",
    "keep_risk_model",
    "keep_segments",
    "keep_traits",
    "know_enabler",
    "know_entity",
    "know_person",
    "know_sheet_enabler",
    "know_wishes",
    "lapse_leads",
    "learn_pairs",
    "link_prospect",
    "look_at_enabler",
    "look_at_ep",
    "look_at_stay",
    "look_by_night",
    "look_soon",
    "look_weekly",
    "make_audience",
    "make_content",
    "make_segment",
    "make_source",
    "mark_overdue",
    "measure_actions",
    "merge_people",
    "note_budget",
    "obey_enabler_erasure",
    "obey_erasure",
    "part_people",
    "place_seeker",
    "plan_trainings",
    "publish_sheet_template",
    "publish_template",
    "put_override",
    "reassign_lead",
    "reckon_outcomes",
    "record_interactions",
    "record_talk",
    "record_visits",
    "refresh_all",
    "refresh_segments",
    "refuse_lead",
    "remove_column",
    "rename_column",
    "repaint",
    "rescore",
    "rescore_lead",
    "retire_content",
    "retire_segment",
    "roll_back",
    "s",
    "say_consent",
    "say_consent_of",
    "separate_visitor",
    "set_caller",
    "set_calling",
    "set_share",
    "settle",
    "share_out",
    "show_candidates",
    "show_matches",
    "stop_audience",
    "take_rows",
    "tell_outcome",
    "tell_seen",
    "tell_training",
    "undo_answer",
    "unlink_prospect",
    "work_all",
    "write_plan",
    "write_remark",
]
