"""What the applications room hears: quality cases and lead scores, shown in its lists; policies that an EP acknowledged
in writing; and itself, for webhooks."""

from services.applications.handlers import count_case, hear_acknowledged, keep_score
from services.applications.handlers.webhook_deliveries import deliver_events
from services.applications.views.webhooks import EVENTS
from shared.contracts.cases import QualityCaseReopened
from shared.contracts.papers import DocumentAcknowledged
from shared.contracts.scoring import LeadScored
from shared.contracts.surveys import QualityCaseClosed, QualityCaseOpened, StayCaseClosed, StayCaseOpened

CASES = (QualityCaseOpened, QualityCaseReopened, QualityCaseClosed, StayCaseOpened, StayCaseClosed)
HEARS = {LeadScored: keep_score, DocumentAcknowledged: hear_acknowledged}
HEARS |= dict.fromkeys(CASES, count_case)
# Its own facts come back to it over the topic: so webhooks cost no command anything, and each event is taken in once.
HEARS |= dict.fromkeys(EVENTS.values(), deliver_events)
