"""The rows of the notifications room: its own copies of facts, the calendar, and what was delivered."""

from services.notifications.model.calendar import Touchpoint
from services.notifications.model.copies import (
    Dossier,
    Enabler,
    Entity,
    Experience,
    FoundList,
    Invitation,
    Member,
    Opportunity,
    Person,
)
from services.notifications.model.deliveries import Delivery, Document, Evidence
from services.notifications.model.fact_sheets import FactChange, FactSection, FactSheet, FactSheetVersion, Quotation
from services.notifications.model.feed import FeedHead, FeedItem
from services.notifications.model.papers import DocumentLink, FactCheck, Goals
from services.notifications.model.plans import (
    LetterVersion,
    PlanPin,
    PlanRadius,
    PlanVersion,
    RadiusState,
    VersionState,
)
from services.notifications.model.questions import (
    Arrival,
    Postbox,
    Question,
    QuestionFile,
    QuestionMessage,
)
from services.notifications.model.scope import (
    boards_of,
    experiences_of,
    questions_of,
    seen_by,
    tasks_of,
)
from services.notifications.model.sessions import (
    CalendarFeed,
    Notice,
    Seat,
    Session,
    fitting,
    held_by,
    open_to,
    seats_of,
)
from services.notifications.model.standards import Board, Claim, Obligation, Posting, Saying, Whose
from services.notifications.model.studies import Assignment, Experiment, RunState, SimulationRun, TrialState
from services.notifications.model.suppressions import Suppression
from services.notifications.model.table import Table
from services.notifications.model.tasks import Task

__all__ = [
    "Arrival",
    "Assignment",
    "Board",
    "CalendarFeed",
    "Claim",
    "Delivery",
    "Document",
    "DocumentLink",
    "Dossier",
    "Enabler",
    "Entity",
    "Evidence",
    "Experience",
    "Experiment",
    "FactChange",
    "FactCheck",
    "FactSection",
    "FactSheet",
    "FactSheetVersion",
    "FeedHead",
    "FeedItem",
    "FoundList",
    "Goals",
    "Invitation",
    "LetterVersion",
    "Member",
    "Notice",
    "Obligation",
    "Opportunity",
    "Person",
    "PlanPin",
    "PlanRadius",
    "PlanVersion",
    "Postbox",
    "Posting",
    "Question",
    "QuestionFile",
    "QuestionMessage",
    "Quotation",
    "RadiusState",
    "RunState",
    "Saying",
    "Seat",
    "Session",
    "SimulationRun",
    "Suppression",
    "Table",
    "Task",
    "Touchpoint",
    "TrialState",
    "VersionState",
    "Whose",
    "boards_of",
    "experiences_of",
    "fitting",
    "held_by",
    "open_to",
    "questions_of",
    "seats_of",
    "seen_by",
    "tasks_of",
]
