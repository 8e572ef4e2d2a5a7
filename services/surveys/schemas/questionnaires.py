"""Questionnaires as they are answered."""

from datetime import datetime
from typing import Any

from pydantic import Field

from services.surveys.policy.questionnaire import Occasion
from shared.contracts.surveys import Metric, Party
from shared.web.schemas import Out


class MeasureOut(Out):
    """A typed score that a questionnaire asks for."""

    metric: Metric
    about: str = Field(examples=["experience"])


class QuestionnaireOut(Out):
    """One version. `shipped`: it came with the room, else somebody published it."""

    questionnaire: str = Field(examples=["after-completion"])
    version_number: int = Field(examples=[2])
    newest: bool = Field(description="People are asked by the newest version")
    party: Party | None = Field(description="Which customer answers it; null: anybody")
    title: str = Field(description="In English")
    languages: list[str] = Field(examples=[["en", "ro", "sv", "ar"]])
    questions: int
    measures: list[MeasureOut]
    asked_at: Occasion | None
    shipped: bool
    published_at: datetime | None


class QuestionnairesOut(Out):
    """All of them at once: they are few."""

    items: list[QuestionnaireOut]


class QuestionnaireDetail(QuestionnaireOut):
    """A version with all that it says. `notes`: what the version before had and this one has not."""

    content: dict[str, Any]
    notes: list[str]


class ReachOut(Out):
    """One question: of those who started, how many reached it and answered it."""

    question: str = Field(examples=["nps"])
    conditional: bool = Field(description="Only some are asked it; who finished without it has passed it by")
    reached: int = Field(description="Who answered it or one after it, or finished")
    answered: int
    left: int = Field(description="Whose partial answer ends before it")


class DropOffOut(Out):
    """Where people stop. `started`: finished, or saved something; `partial`: saved, and out of time by now.

    Opening the page leaves no trace, so that a mail scanner counts nowhere: who only looked has not started.
    """

    questionnaire: str
    version_number: int
    invited: int
    started: int
    finished: int
    partial: int
    open: int = Field(description="Saved, and may still go on; not among the questions")
    minimum_n: int
    enough: bool = Field(description="False: too few have started, and the questions are not shown")
    questions: list[ReachOut]
