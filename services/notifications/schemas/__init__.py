"""What the notifications room answers."""

from services.notifications.schemas.calendar import PlanOut, TouchpointOut
from services.notifications.schemas.deliveries import DeliveryOut, DocumentOut
from services.notifications.schemas.sessions import AskedOut, CalendarAddressOut, SeatOut, SessionOut, TickedOut
from services.notifications.schemas.standards import EvidenceListOut, EvidenceOut
from services.notifications.schemas.suppressions import SuppressionOut

__all__ = [
    "AskedOut",
    "CalendarAddressOut",
    "DeliveryOut",
    "DocumentOut",
    "EvidenceListOut",
    "EvidenceOut",
    "PlanOut",
    "SeatOut",
    "SessionOut",
    "SuppressionOut",
    "TickedOut",
    "TouchpointOut",
]
