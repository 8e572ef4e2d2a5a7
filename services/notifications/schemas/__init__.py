"""What the notifications room answers."""

from services.notifications.schemas.calendar import PlanOut, TouchpointOut
from services.notifications.schemas.choices import ChoicesOut, StopOut
from services.notifications.schemas.deliveries import DeliveryOut, DocumentOut
from services.notifications.schemas.fact_sheets import (
    FactChangeOut,
    FactSheetDraftOut,
    FactSheetOut,
    FactSheetVersionOut,
    ReviewOut,
    SectionOut,
    ToldOut,
)
from services.notifications.schemas.feed import FeedItemOut, FeedOut, FeedReadOut
from services.notifications.schemas.papers import CheckOut, GoalsOut, LackOut, PreflightOut, ReceiptOut
from services.notifications.schemas.questions import (
    ArrivalOut,
    ConversationOut,
    QuestionFileOut,
    QuestionMessageOut,
    QuestionOut,
    TakenOut,
)
from services.notifications.schemas.sessions import AskedOut, CalendarAddressOut, SeatOut, SessionOut, TickedOut
from services.notifications.schemas.standards import (
    BoardOut,
    CatalogueOut,
    CellOut,
    EvaluationOut,
    EvidenceListOut,
    EvidenceOut,
    Grouping,
    LineOut,
    PartOut,
    QualityOut,
    RulingOut,
    StandardOut,
    SummaryLine,
    SummaryOut,
)
from services.notifications.schemas.suppressions import SuppressionOut
from services.notifications.schemas.tasks import TaskOut

__all__ = [
    "ArrivalOut",
    "AskedOut",
    "BoardOut",
    "CalendarAddressOut",
    "CatalogueOut",
    "CellOut",
    "CheckOut",
    "ChoicesOut",
    "ConversationOut",
    "DeliveryOut",
    "DocumentOut",
    "EvaluationOut",
    "EvidenceListOut",
    "EvidenceOut",
    "FactChangeOut",
    "FactSheetDraftOut",
    "FactSheetOut",
    "FactSheetVersionOut",
    "FeedItemOut",
    "FeedOut",
    "FeedReadOut",
    "GoalsOut",
    "Grouping",
    "LackOut",
    "LineOut",
    "PartOut",
    "PlanOut",
    "PreflightOut",
    "QualityOut",
    "QuestionFileOut",
    "QuestionMessageOut",
    "QuestionOut",
    "ReceiptOut",
    "ReviewOut",
    "RulingOut",
    "SeatOut",
    "SectionOut",
    "SessionOut",
    "StandardOut",
    "StopOut",
    "SummaryLine",
    "SummaryOut",
    "SuppressionOut",
    "TakenOut",
    "TaskOut",
    "TickedOut",
    "ToldOut",
    "TouchpointOut",
]
