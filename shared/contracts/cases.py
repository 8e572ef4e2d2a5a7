"""What the surveys room says of a quality case between its opening and its closure."""

from shared.contracts.envelope import event
from shared.contracts.fields import UUID, Code, Side, StrEnum, datetime
from shared.contracts.surveys import CaseFact


class CaseLevel(StrEnum):
    """Who is to solve a case now."""

    local = "local"
    national = "national"
    control_boards = "control_boards"
    international = "international"


class Rise(StrEnum):
    """Why a case went up: not acknowledged, not solved or not decided in time, or somebody contests the solution."""

    unacknowledged = "unacknowledged"
    unsolved = "unsolved"
    undecided = "undecided"
    contested = "contested"


@event("surveys.quality-case-acknowledged.v1", key="case_id")
class QualityCaseAcknowledged(CaseFact):
    """All entities concerned have seen the case. Listen to tell the customer that somebody is at it."""

    in_time: bool


@event("surveys.quality-case-answered.v1", key="case_id")
class QualityCaseAnswered(CaseFact):
    """Somebody wrote to the customer: a message, or the written solution. Listen to tell them; the words stay here."""

    message_id: UUID
    by: Code
    solution: bool


@event("surveys.quality-case-escalated.v1", key="case_id")
class QualityCaseEscalated(CaseFact):
    """The case went up: these entities decide now, by `decide_by`. Listen to hand it to them."""

    level: CaseLevel
    why: Rise
    deciders: list[UUID]
    answer_by: datetime | None
    decide_by: datetime


@event("surveys.quality-case-reopened.v1", key="case_id")
class QualityCaseReopened(CaseFact):
    """A closed case goes on, with clocks that begin anew; the reason in words stays in the room."""

    owner: Side
    level: CaseLevel
    acknowledge_by: datetime


SAID = (QualityCaseAcknowledged, QualityCaseAnswered, QualityCaseEscalated, QualityCaseReopened)
