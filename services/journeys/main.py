"""The journeys room on one page: what it owns, hears and says."""

from services.journeys.api import router
from services.journeys.console.pages import router as console
from services.journeys.consumer import HEARS
from services.journeys.model import Table, Touched
from services.journeys.settings import JourneysSettings
from shared.service import Service

service = Service(
    name="journeys",
    title="Journeys and console",
    summary="One conversation per person over all rooms, the funnel, and the web console.",
    tables=Table.metadata,
    settings=JourneysSettings,
    routers=(router, console),
    hears=HEARS,
    read_models=("entity_path", *(name for name in Table.metadata.tables if name != Touched.__tablename__)),
)
