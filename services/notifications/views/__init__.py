"""Reads of the notifications room; every query carries the caller's scope."""

from services.notifications.views.calendar import get_touchpoint, list_touchpoints
from services.notifications.views.deliveries import document_content, get_document, list_deliveries
from services.notifications.views.plans import get_plan
from services.notifications.views.standards import list_evidence
from services.notifications.views.suppressions import get_suppression, list_suppressions

__all__ = [
    "document_content",
    "get_document",
    "get_plan",
    "get_suppression",
    "get_touchpoint",
    "list_deliveries",
    "list_evidence",
    "list_suppressions",
    "list_touchpoints",
]
