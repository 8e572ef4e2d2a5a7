"""Reads of the surveys room; every query carries the caller's scope, or is opened by a link."""

from services.surveys.views.case_page import (
    case_page,
)
from services.surveys.views.cases import (
    ageing,
    case_by_token,
    check_case,
    detail,
    get_case,
    get_file,
    get_file_by_link,
    get_office,
    list_cases,
    list_due,
    waiting_files,
)
from services.surveys.views.comparisons import compare_scores, difference_of_scores, score_trend
from services.surveys.views.decisions import list_enabler_decisions, list_person_decisions
from services.surveys.views.improvements import (
    Failing,
    failure_trend,
    where_to_improve,
)
from services.surveys.views.invitations import Asked, get_invitation, invitation_out, list_invitations
from services.surveys.views.library import library, questionnaire
from services.surveys.views.links import invitation_by_token, open_survey, survey_out
from services.surveys.views.loyalty import satisfied_not_loyal
from services.surveys.views.previews import open_preview, preview_link
from services.surveys.views.programmes import get_programme, get_switch, list_programmes
from services.surveys.views.pulse import list_results, list_rounds, open_pulse, ticket_by_token
from services.surveys.views.questionnaires import get_drop_off, get_questionnaire, list_questionnaires
from services.surveys.views.responses import response_bias
from services.surveys.views.scores import get_score
from services.surveys.views.showcasing import (
    OwnPage,
    Picture,
    count_referrals,
    gallery_picture,
    get_picture,
    get_testimonial,
    is_referral,
    list_gallery,
    list_testimonials,
    own_page,
    own_picture,
)
from services.surveys.views.situations import why_unreachable
from services.surveys.views.standards import delivery_gaps, expectation_gaps, standards_kept
from services.surveys.views.steps import Opened, open_page
from services.surveys.views.tournaments import get_tournament, list_tournaments
from services.surveys.views.verbatims import Wanted, count_topics, get_verbatim, list_verbatims

__all__ = [
    "Asked",
    "Failing",
    "Opened",
    "OwnPage",
    "Picture",
    "Wanted",
    "ageing",
    "case_by_token",
    "case_page",
    "check_case",
    "compare_scores",
    "count_referrals",
    "count_topics",
    "delivery_gaps",
    "detail",
    "difference_of_scores",
    "expectation_gaps",
    "failure_trend",
    "gallery_picture",
    "get_case",
    "get_drop_off",
    "get_file",
    "get_file_by_link",
    "get_invitation",
    "get_office",
    "get_picture",
    "get_programme",
    "get_questionnaire",
    "get_score",
    "get_switch",
    "get_testimonial",
    "get_tournament",
    "get_verbatim",
    "invitation_by_token",
    "invitation_out",
    "is_referral",
    "library",
    "list_cases",
    "list_due",
    "list_enabler_decisions",
    "list_gallery",
    "list_invitations",
    "list_person_decisions",
    "list_programmes",
    "list_questionnaires",
    "list_results",
    "list_rounds",
    "list_testimonials",
    "list_tournaments",
    "list_verbatims",
    "open_page",
    "open_preview",
    "open_pulse",
    "open_survey",
    "own_page",
    "own_picture",
    "preview_link",
    "questionnaire",
    "response_bias",
    "satisfied_not_loyal",
    "score_trend",
    "standards_kept",
    "survey_out",
    "ticket_by_token",
    "waiting_files",
    "where_to_improve",
    "why_unreachable",
]
