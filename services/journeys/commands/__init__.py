"""What the room is asked to do: its own designs are all that it changes by command."""

from services.journeys.commands.estimates import (
    Ask,
    AskEstimate,
    ClaimEstimate,
    EndEstimate,
    EstimateWork,
    KeepEstimates,
    PlanEstimates,
    TellEstimate,
)
from services.journeys.commands.returnees import (
    Answer,
    AnswerByLink,
    AnswerInvitation,
    InviteReturnees,
)
from services.journeys.commands.segments import (
    ChangeSegment,
    MakeSegment,
    NewRule,
    RetireSegment,
)

__all__ = [
    "Answer",
    "AnswerByLink",
    "AnswerInvitation",
    "Ask",
    "AskEstimate",
    "ChangeSegment",
    "ClaimEstimate",
    "EndEstimate",
    "EstimateWork",
    "InviteReturnees",
    "KeepEstimates",
    "MakeSegment",
    "NewRule",
    "PlanEstimates",
    "RetireSegment",
    "TellEstimate",
]
