"""What the surveys room can be told to do. The bodies of requests are their own commands."""

from services.surveys.commands.answers import AnswerSurvey, GiveAnswer, RenewLink, SaveDraft
from services.surveys.commands.cases import (
    AcknowledgeCase,
    AttachFile,
    CloseCase,
    Closing,
    ContestCase,
    HandingOver,
    HandOverCase,
    JudgeFile,
    Reason,
    RecordRefund,
    Refund,
    ReopenCase,
    ReportCase,
    SetWorkingTime,
    Solution,
    SolveCase,
    WorkingTimeBody,
    WriteMessage,
    Writing,
)
from services.surveys.commands.programmes import ResendInvitation, Switching, SwitchProgramme
from services.surveys.commands.pulse import AnswerPulse, OpenRound
from services.surveys.commands.questionnaires import PublishQuestionnaire
from services.surveys.commands.showcasing import GiveTestimonial, JudgeTestimonial, WithdrawOwn, WithdrawTestimonial
from services.surveys.commands.steps import Go, TakeStep
from services.surveys.commands.tournaments import AskTournament
from services.surveys.commands.verbatims import CorrectVerbatim, Labels

__all__ = [
    "AcknowledgeCase",
    "AnswerPulse",
    "AnswerSurvey",
    "AskTournament",
    "AttachFile",
    "CloseCase",
    "Closing",
    "ContestCase",
    "CorrectVerbatim",
    "GiveAnswer",
    "GiveTestimonial",
    "Go",
    "HandOverCase",
    "HandingOver",
    "JudgeFile",
    "JudgeTestimonial",
    "Labels",
    "OpenRound",
    "PublishQuestionnaire",
    "Reason",
    "RecordRefund",
    "Refund",
    "RenewLink",
    "ReopenCase",
    "ReportCase",
    "ResendInvitation",
    "SaveDraft",
    "SetWorkingTime",
    "Solution",
    "SolveCase",
    "SwitchProgramme",
    "Switching",
    "TakeStep",
    "WithdrawOwn",
    "WithdrawTestimonial",
    "WorkingTimeBody",
    "WriteMessage",
    "Writing",
]
