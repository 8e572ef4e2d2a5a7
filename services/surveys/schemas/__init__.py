"""What the surveys room answers."""

from services.surveys.schemas.answers import AnsweredOut, QuestionOut, SurveyOut
from services.surveys.schemas.cases import (
    AgeingOut,
    AgeOut,
    CaseDetail,
    CaseOut,
    DueOut,
    FileOut,
    MessageOut,
    OfficeOut,
    RefundOut,
    StepOut,
)
from services.surveys.schemas.invitations import AnswerOut, InvitationDetail, InvitationOut, LinkOut
from services.surveys.schemas.scores import IntervalOut, ResponseOut, ScoreOut

__all__ = [
    "AgeOut",
    "AgeingOut",
    "AnswerOut",
    "AnsweredOut",
    "CaseDetail",
    "CaseOut",
    "DueOut",
    "FileOut",
    "IntervalOut",
    "InvitationDetail",
    "InvitationOut",
    "LinkOut",
    "MessageOut",
    "OfficeOut",
    "QuestionOut",
    "RefundOut",
    "ResponseOut",
    "ScoreOut",
    "StepOut",
    "SurveyOut",
]
