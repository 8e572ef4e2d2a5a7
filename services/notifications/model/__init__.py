"""The rows of the notifications room: its own copies of facts, the calendar, and what was delivered."""

from services.notifications.model.calendar import Touchpoint
from services.notifications.model.copies import Dossier, Enabler, Entity, Experience, Invitation, Opportunity, Person
from services.notifications.model.deliveries import Delivery, Document, Evidence
from services.notifications.model.feed import FeedHead, FeedItem
from services.notifications.model.scope import seen_by
from services.notifications.model.suppressions import Suppression
from services.notifications.model.table import Table

__all__ = [
    "Delivery",
    "Document",
    "Dossier",
    "Enabler",
    "Entity",
    "Evidence",
    "Experience",
    "FeedHead",
    "FeedItem",
    "Invitation",
    "Opportunity",
    "Person",
    "Suppression",
    "Table",
    "Touchpoint",
    "seen_by",
]
