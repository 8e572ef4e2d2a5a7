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
from services.scoring.model.interactions import Identity, Interaction
from services.scoring.model.leads import Lead, Outcome, ScoreChange, leads_of
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
from services.scoring.model.table import Table
from services.scoring.model.traits import GivenVoice, Touched, Wanted

__all__ = [
    "AddressDigest",
    "Audience",
    "AudienceExport",
    "AudienceMember",
    "AudienceRemoval",
    "Chance",
    "ChanceChange",
    "Content",
    "ContentSeen",
    "CorridorReport",
    "GivenVoice",
    "HeardFact",
    "Identity",
    "Interaction",
    "Lead",
    "Opportunity",
    "Outcome",
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
    "StayRisk",
    "StaySign",
    "Table",
    "Touched",
    "Wanted",
    "leads_of",
    "stays_of",
]
