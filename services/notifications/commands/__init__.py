"""What the notifications room can be told to do. The bodies of requests are their own commands."""

from services.notifications.commands.deliveries import (
    ClaimDeliveries,
    FileDocuments,
    Outcome,
    Paper,
    ReleaseLeases,
    SettleDelivery,
    Work,
)
from services.notifications.commands.suppressions import LiftSuppression, SuppressContact

__all__ = [
    "ClaimDeliveries",
    "FileDocuments",
    "LiftSuppression",
    "Outcome",
    "Paper",
    "ReleaseLeases",
    "SettleDelivery",
    "SuppressContact",
    "Work",
]
