"""What the scoring room answers."""

from services.scoring.schemas.audiences import AudienceOut, ContentOut, ExportOut, NextContentOut, SeenOut
from services.scoring.schemas.chances import ChanceOut, ChancePointOut, ChancesOut, IntervalOut, WhatIfOut
from services.scoring.schemas.interactions import IdentityOut, InteractionsOut
from services.scoring.schemas.risk import BinOut, MeasureOut, RiskOut, RiskPointOut, RiskReportOut
from services.scoring.schemas.scores import LeadOut, LeadState, ReasonOut, ScoreChangeOut, ScoreOut
from services.scoring.schemas.segments import (
    CorridorOut,
    CountingOut,
    FiguresOut,
    MemberOut,
    MoveOut,
    PageLinkOut,
    PlanOut,
    SearchOut,
    SegmentFieldOut,
    SegmentOut,
    SegmentRuleOut,
    ShareOut,
    SheetOut,
    WishesOut,
)

__all__ = [
    "AudienceOut",
    "BinOut",
    "ChanceOut",
    "ChancePointOut",
    "ChancesOut",
    "ContentOut",
    "CorridorOut",
    "CountingOut",
    "ExportOut",
    "FiguresOut",
    "IdentityOut",
    "InteractionsOut",
    "IntervalOut",
    "LeadOut",
    "LeadState",
    "MeasureOut",
    "MemberOut",
    "MoveOut",
    "NextContentOut",
    "PageLinkOut",
    "PlanOut",
    "ReasonOut",
    "RiskOut",
    "RiskPointOut",
    "RiskReportOut",
    "ScoreChangeOut",
    "ScoreOut",
    "SearchOut",
    "SeenOut",
    "SegmentFieldOut",
    "SegmentOut",
    "SegmentRuleOut",
    "ShareOut",
    "SheetOut",
    "WhatIfOut",
    "WishesOut",
]
