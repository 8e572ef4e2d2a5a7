"""What the surveys room can be told to do. The bodies of requests are their own commands."""

from services.surveys.commands.answers import AnswerSurvey, GiveAnswer, RenewLink
from services.surveys.commands.cases import AcknowledgeCase, CloseCase, Closing, ReportCase

__all__ = [
    "AcknowledgeCase",
    "AnswerSurvey",
    "CloseCase",
    "Closing",
    "GiveAnswer",
    "RenewLink",
    "ReportCase",
]
