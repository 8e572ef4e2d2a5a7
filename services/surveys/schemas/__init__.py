"""What the surveys room answers."""

from services.surveys.schemas.answers import AnsweredOut, QuestionOut, SurveyOut
from services.surveys.schemas.cases import CaseOut
from services.surveys.schemas.invitations import AnswerOut, InvitationDetail, InvitationOut, LinkOut
from services.surveys.schemas.scores import IntervalOut, ResponseOut, ScoreOut

__all__ = [
    "AnswerOut",
    "AnsweredOut",
    "CaseOut",
    "IntervalOut",
    "InvitationDetail",
    "InvitationOut",
    "LinkOut",
    "QuestionOut",
    "ResponseOut",
    "ScoreOut",
    "SurveyOut",
]
