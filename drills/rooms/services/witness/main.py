"""The witness on one page."""

from services.witness.handlers import HEARS
from services.witness.model import Table
from services.witness.settings import WitnessSettings
from shared.service import Service

service = Service(
    name="witness",
    title="Witness",
    summary="Every event that it heard, in the order of its commits.",
    tables=Table.metadata,
    settings=WitnessSettings,
    hears=HEARS,
)
