"""The rows of the journeys room: what follows from events (a replay makes the same bytes), and its own designs."""

from services.journeys.model.boards import (
    Asking,
    BothSides,
    CaseClock,
    PulseResult,
    StandardsBook,
    both_of,
    pulse_of,
)
from services.journeys.model.conversations import (
    EnablerSubject,
    Merge,
    RemarkText,
    WayIn,
    enablers_of,
    entries_of,
    own_enablers_of,
)
from services.journeys.model.courses import (
    Course,
    EnablerCourse,
)
from services.journeys.model.designs import (
    Design,
    DesignPast,
    designs_of,
)
from services.journeys.model.entities import (
    Entity,
    Label,
)
from services.journeys.model.estimates import (
    Estimate,
    Segment,
    segments_of,
)
from services.journeys.model.facts import (
    Answer,
    Contact,
    Judgement,
    Lapse,
    Milestone,
    Occasion,
    Offer,
    Proof,
    SegmentMember,
)
from services.journeys.model.filters import (
    DefaultFilter,
    SavedFilter,
    default_of,
    filters_of,
    own_filters_of,
)
from services.journeys.model.improvements import (
    Improvement,
    ImprovementPast,
    improvements_of,
)
from services.journeys.model.members import (
    MemberCourse,
    MemberName,
    members_of,
)
from services.journeys.model.people import (
    Application,
    Comment,
    Entry,
    PersonName,
    QualityCase,
    Subject,
    Touched,
    Touchpoint,
    Visitor,
    applications_of,
    named,
    own_people_of,
    people_of,
)
from services.journeys.model.returnees import (
    ReturneeInvitation,
    invitations_of,
)
from services.journeys.model.scorecards import (
    Scorecard,
    ScorecardTarget,
    scorecards_of,
)
from services.journeys.model.table import (
    Table,
    values_of,
)

__all__ = [
    "KEPT",
    "Answer",
    "Application",
    "Asking",
    "BothSides",
    "CaseClock",
    "Comment",
    "Contact",
    "Course",
    "DefaultFilter",
    "Design",
    "DesignPast",
    "EnablerCourse",
    "EnablerSubject",
    "Entity",
    "Entry",
    "Estimate",
    "Improvement",
    "ImprovementPast",
    "Judgement",
    "Label",
    "Lapse",
    "MemberCourse",
    "MemberName",
    "Merge",
    "Milestone",
    "Occasion",
    "Offer",
    "PersonName",
    "Proof",
    "PulseResult",
    "QualityCase",
    "RemarkText",
    "ReturneeInvitation",
    "SavedFilter",
    "Scorecard",
    "ScorecardTarget",
    "Segment",
    "SegmentMember",
    "StandardsBook",
    "Subject",
    "Table",
    "Touched",
    "Touchpoint",
    "Visitor",
    "WayIn",
    "applications_of",
    "both_of",
    "default_of",
    "designs_of",
    "enablers_of",
    "entries_of",
    "filters_of",
    "improvements_of",
    "invitations_of",
    "members_of",
    "named",
    "own_enablers_of",
    "own_filters_of",
    "own_people_of",
    "people_of",
    "pulse_of",
    "scorecards_of",
    "segments_of",
    "values_of",
]

# Rows that don't follow from events: no replay makes them, and none may empty them.
KEPT = (
    Touched,
    Design,
    DesignPast,
    Improvement,
    ImprovementPast,
    Estimate,
    Segment,
    ReturneeInvitation,
    Scorecard,
    ScorecardTarget,
    SavedFilter,
    DefaultFilter,
)
