"""The surveys room on one page: what it owns, hears and says."""

from services.surveys.api import ROUTERS
from services.surveys.consumer import HEARS
from services.surveys.model import Table
from services.surveys.rollups.folding import keep_folding
from services.surveys.scanning import scan_files
from services.surveys.settings import SurveysSettings
from services.surveys.timers import TIMERS
from services.surveys.verbatims.page import page as verbatims_page
from shared.contracts import cases as case_facts
from shared.contracts import showcasing as shown
from shared.contracts import surveys as said
from shared.service import Service

service = Service(
    name="surveys",
    title="Surveys",
    summary="Who is asked, what they answer, the figures made of it, and the quality cases that follow.",
    tables=Table.metadata,
    settings=SurveysSettings,
    routers=ROUTERS,
    says=(
        said.SurveyInvited,
        said.SurveyReminded,
        said.SurveyAnswered,
        said.SurveyComment,
        said.DetractorFound,
        said.QualityCaseOpened,
        said.QualityCaseClosed,
        *case_facts.SAID,
        shown.PromoterFound,
        shown.TestimonialGiven,
        shown.TestimonialWithdrawn,
        shown.ReferralAttributed,
        said.PulseAsked,
        said.PulsePublished,
        said.StayAsked,
        said.StayAnswered,
        said.StayDetractor,
        said.StayCaseOpened,
        said.StayCaseClosed,
    ),
    hears=HEARS,
    timers=TIMERS,
    large_bodies={r"/v1/cases/[^/]+/attachments|/[ct]/[^/]+": 21_000_000},
    loops=(scan_files, keep_folding),
    documents={"verbatims.md": verbatims_page},
    read_models=("entity_path", "person", "enabler", "experience", "course", "suppression", "claim"),
)
