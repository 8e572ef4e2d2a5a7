"""What the journeys room answers."""

from services.journeys.schemas.actors import (
    ActorOut,
    ActorsOut,
)
from services.journeys.schemas.dual import (
    AsymmetryOut,
    CellOut,
    DualOut,
    GapOut,
    RateOut,
    TwoSidesOut,
)
from services.journeys.schemas.estimates import (
    EstimateOut,
    KindOut,
)
from services.journeys.schemas.funnel import (
    FunnelOut,
    Part,
    Split,
)
from services.journeys.schemas.names import (
    NameOut,
    NamesOut,
)
from services.journeys.schemas.people import (
    ApplicationLine,
    EntryOut,
    NextTouchpoint,
    PersonLine,
    PersonOut,
)
from services.journeys.schemas.segments import (
    SegmentOut,
    SegmentSizeOut,
)

__all__ = [
    "ActorOut",
    "ActorsOut",
    "ApplicationLine",
    "AsymmetryOut",
    "CellOut",
    "DualOut",
    "EntryOut",
    "EstimateOut",
    "FunnelOut",
    "GapOut",
    "KindOut",
    "NameOut",
    "NamesOut",
    "NextTouchpoint",
    "Part",
    "PersonLine",
    "PersonOut",
    "RateOut",
    "SegmentOut",
    "SegmentSizeOut",
    "Split",
    "TwoSidesOut",
]
