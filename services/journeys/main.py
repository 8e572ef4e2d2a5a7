"""The journeys room on one page: what it owns, hears and says."""

from services.journeys.api import ROUTERS
from services.journeys.console.daily_tasks import daily_page
from services.journeys.console.pages import ROUTERS as PAGES
from services.journeys.consumer import HEARS
from services.journeys.estimating import keep_estimates, renew_estimates
from services.journeys.model import KEPT, Table
from services.journeys.settings import JourneysSettings
from shared.contracts import journeys as said
from shared.contracts import returnees, scorecards
from shared.service import Service

service = Service(
    name="journeys",
    title="Journeys and console",
    summary="One conversation per person over all rooms, the funnel, and the web console.",
    tables=Table.metadata,
    settings=JourneysSettings,
    routers=(*ROUTERS, *PAGES),
    says=(
        said.JourneyDesigned,
        *returnees.SAID,
        scorecards.TargetSet,
    ),
    hears=HEARS,
    loops=(keep_estimates, renew_estimates),
    documents={"daily-tasks.md": daily_page},
    read_models=("entity_path", *sorted(Table.metadata.tables.keys() - {kept.__tablename__ for kept in KEPT})),
    rebuilt=True,
)
