"""Reads of the notifications room; every query carries the caller's scope."""

from services.notifications.views.calendar import get_touchpoint, list_touchpoints
from services.notifications.views.deliveries import document_content, get_document, list_deliveries
from services.notifications.views.plans import get_plan
from services.notifications.views.standards import list_evidence

__all__ = [
    "document_content",
    "get_document",
    "get_plan",
    "get_touchpoint",
    "list_deliveries",
    "list_evidence",
    "list_touchpoints",
]
