"""What the notifications room answers."""

from services.notifications.schemas.calendar import PlanOut, TouchpointOut
from services.notifications.schemas.deliveries import DeliveryOut, DocumentOut
from services.notifications.schemas.standards import EvidenceListOut, EvidenceOut
from services.notifications.schemas.suppressions import SuppressionOut

__all__ = ["DeliveryOut", "DocumentOut", "EvidenceListOut", "EvidenceOut", "PlanOut", "SuppressionOut", "TouchpointOut"]
