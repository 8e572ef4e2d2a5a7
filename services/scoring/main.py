"""The scoring room on one page: what it owns, hears and says."""

from services.scoring.api import ROUTERS
from services.scoring.consumer import HEARS
from services.scoring.handlers import keep_pair_models, keep_segments
from services.scoring.model import Table
from services.scoring.settings import ScoringSettings
from services.scoring.timers import TIMERS
from services.scoring.training import keep_models
from services.scoring.watching import keep_studying, keep_watching
from shared.contracts import contacts, conversations, leads, risks, sheets, suggestions
from shared.contracts import models as told
from shared.contracts import scoring as said
from shared.contracts import segments as segment_facts
from shared.service import Service

service = Service(
    name="scoring",
    title="Interactions and lead scores",
    summary="Visits and contacts on all channels; how likely each lead is to be approved, with reasons and its course.",
    tables=Table.metadata,
    settings=ScoringSettings,
    routers=ROUTERS,
    says=(
        *said.SAID,
        *segment_facts.SAID,
        *leads.SAID,
        *risks.SAID,
        *sheets.SAID,
        *contacts.SAID,
        *conversations.SAID,
        *suggestions.SAID,
        *told.SAID,
    ),
    hears=HEARS,
    timers=TIMERS,
    loops=(
        keep_models,
        keep_segments,
        keep_watching,
        keep_studying,
        keep_pair_models,
    ),
    large_bodies={"/v1/imports/interactions": 20_000_000, "/v1/studies": 20_000_000},
    read_models=("entity_path", "sheet_enabler"),
)
