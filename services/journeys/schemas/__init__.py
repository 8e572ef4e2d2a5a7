"""What the journeys room answers."""

from services.journeys.schemas.actors import (
    ActorOut,
    ActorsOut,
)
from services.journeys.schemas.calendar import (
    CalendarDayOut,
    CalendarOut,
    HappeningOut,
)
from services.journeys.schemas.dropouts import (
    ContentOut,
    DropoutOut,
)
from services.journeys.schemas.dual import (
    AsymmetryOut,
    CellOut,
    DualOut,
    GapOut,
    RateOut,
    TwoSidesOut,
)
from services.journeys.schemas.enablers import (
    EnablerLine,
    EnablerOut,
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
from services.journeys.schemas.members import (
    HorizonOut,
    MemberJourneyOut,
    MemberStageOut,
    RecruitmentOut,
    RoleTimeOut,
    ShareOut,
)
from services.journeys.schemas.names import (
    NameOut,
    NamesOut,
)
from services.journeys.schemas.people import (
    ApplicationLine,
    EntryOut,
    NextTouchpoint,
    OneWithOut,
    PersonLine,
    PersonOut,
)
from services.journeys.schemas.returnees import (
    ConversionOut,
    ConversionsOut,
    DifferenceOut,
    GroupOut,
    InvitedOut,
    ReturneeInvitationOut,
    ReturneeOut,
)
from services.journeys.schemas.segments import (
    SegmentMembersOut,
    SegmentOut,
    SegmentSizeOut,
)

__all__ = [
    "ActorOut",
    "ActorsOut",
    "ApplicationLine",
    "AsymmetryOut",
    "CalendarDayOut",
    "CalendarOut",
    "CellOut",
    "ContentOut",
    "ConversionOut",
    "ConversionsOut",
    "DifferenceOut",
    "DropoutOut",
    "DualOut",
    "EnablerLine",
    "EnablerOut",
    "EntryOut",
    "EstimateOut",
    "FunnelOut",
    "GapOut",
    "GroupOut",
    "HappeningOut",
    "HorizonOut",
    "InvitedOut",
    "KindOut",
    "MemberJourneyOut",
    "MemberStageOut",
    "NameOut",
    "NamesOut",
    "NextTouchpoint",
    "OneWithOut",
    "Part",
    "PersonLine",
    "PersonOut",
    "RateOut",
    "RecruitmentOut",
    "ReturneeInvitationOut",
    "ReturneeOut",
    "RoleTimeOut",
    "SegmentMembersOut",
    "SegmentOut",
    "SegmentSizeOut",
    "ShareOut",
    "Split",
    "TwoSidesOut",
]
