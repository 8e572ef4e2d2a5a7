"""The rows of the scoring room."""

from services.scoring.model.audiences import (
    AddressDigest,
    Audience,
    AudienceExport,
    AudienceMember,
    AudienceRemoval,
    Content,
    ContentSeen,
)
from services.scoring.model.chances import Chance, ChanceChange
from services.scoring.model.copies import HeardFact, Opportunity
from services.scoring.model.handover import (
    CallingRules,
    ContactStop,
    HandOver,
    Place,
    Prospect,
    TeamMember,
    hand_overs_of,
    of_entity,
    prospects_of,
)
from services.scoring.model.interactions import Identity, Interaction
from services.scoring.model.leads import ENTITY_OF_LEAD, Lead, Outcome, ScoreChange, leads_of
from services.scoring.model.risk import RiskModel, RiskPoint, StayRisk, StaySign, stays_of
from services.scoring.model.segments import (
    CorridorReport,
    Segment,
    SegmentDay,
    SegmentFigures,
    SegmentMember,
    SegmentMove,
    SegmentPlan,
    SegmentRule,
    SegmentSearch,
    SegmentStale,
)
from services.scoring.model.stages import EnablerHeard, StageChange
from services.scoring.model.table import Table
from services.scoring.model.traits import GivenVoice, Touched, Wanted

__all__ = [
    "ENTITY_OF_LEAD",
    "AddressDigest",
    "Audience",
    "AudienceExport",
    "AudienceMember",
    "AudienceRemoval",
    "CallingRules",
    "Chance",
    "ChanceChange",
    "ContactStop",
    "Content",
    "ContentSeen",
    "CorridorReport",
    "EnablerHeard",
    "GivenVoice",
    "HandOver",
    "HeardFact",
    "Identity",
    "Interaction",
    "Lead",
    "Opportunity",
    "Outcome",
    "Place",
    "Prospect",
    "RiskModel",
    "RiskPoint",
    "ScoreChange",
    "Segment",
    "SegmentDay",
    "SegmentFigures",
    "SegmentMember",
    "SegmentMove",
    "SegmentPlan",
    "SegmentRule",
    "SegmentSearch",
    "SegmentStale",
    "StageChange",
    "StayRisk",
    "StaySign",
    "Table",
    "TeamMember",
    "Touched",
    "Wanted",
    "hand_overs_of",
    "leads_of",
    "of_entity",
    "prospects_of",
    "stays_of",
]
