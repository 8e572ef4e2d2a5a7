"""What the applications room hears: quality cases and lead scores, shown in its lists."""

from services.applications.handlers import count_case, keep_score
from shared.contracts.scoring import LeadScored
from shared.contracts.surveys import QualityCaseClosed, QualityCaseOpened

HEARS = {QualityCaseOpened: count_case, QualityCaseClosed: count_case, LeadScored: keep_score}
