"""What the surveys room answers."""

from services.surveys.schemas.answers import (
    AnsweredOut,
    ConditionOut,
    DraftOut,
    OptionOut,
    QuestionOut,
    RowOut,
    SectionOut,
    SurveyOut,
    WhenOut,
)
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
from services.surveys.schemas.showcasing import ReferralsOut, ShownOut, TestimonialOut
from services.surveys.schemas.verbatims import CorrectionsOut, MonthOut, ShareOut, TopicOut, TopicsOut, VerbatimOut

__all__ = [
    "AgeOut",
    "AgeingOut",
    "AnswerOut",
    "AnsweredOut",
    "CaseDetail",
    "CaseOut",
    "ConditionOut",
    "CorrectionsOut",
    "DraftOut",
    "DueOut",
    "FileOut",
    "IntervalOut",
    "InvitationDetail",
    "InvitationOut",
    "LinkOut",
    "MessageOut",
    "MonthOut",
    "OfficeOut",
    "OptionOut",
    "QuestionOut",
    "ReferralsOut",
    "RefundOut",
    "ResponseOut",
    "RowOut",
    "ScoreOut",
    "SectionOut",
    "ShareOut",
    "ShownOut",
    "StepOut",
    "SurveyOut",
    "TestimonialOut",
    "TopicOut",
    "TopicsOut",
    "VerbatimOut",
    "WhenOut",
]
