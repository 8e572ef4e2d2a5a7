"""Heard events, due times and steps of the sender: one handler, one transaction."""

from services.notifications.handlers.calendar import TOUCHPOINT, start_delivery
from services.notifications.handlers.deliveries import (
    claim_deliveries,
    file_documents,
    release_leases,
    settle_delivery,
)
from services.notifications.handlers.experiences import hear_experience, hear_invitation
from services.notifications.handlers.heard import (
    keep_contact,
    keep_dossier,
    keep_enabler,
    keep_entity,
    keep_entity_details,
    keep_opportunity,
    keep_opportunity_details,
    keep_person,
)
from services.notifications.handlers.suppressions import lift_suppression, suppress, suppress_contact

__all__ = [
    "TOUCHPOINT",
    "claim_deliveries",
    "file_documents",
    "hear_experience",
    "hear_invitation",
    "keep_contact",
    "keep_dossier",
    "keep_enabler",
    "keep_entity",
    "keep_entity_details",
    "keep_opportunity",
    "keep_opportunity_details",
    "keep_person",
    "lift_suppression",
    "release_leases",
    "settle_delivery",
    "start_delivery",
    "suppress",
    "suppress_contact",
]
