"""The rules of the room, pure."""

from services.applications.policy.moves import (
    BEFORE_APPROVAL,
    LIVE,
    MOVES,
    ORDER,
    OURS,
    SIGNED,
    Move,
    Status,
    check_move,
    completion_moment,
    person_status,
    possible_moves,
    rejected_by_us,
)
from services.applications.policy.postings import (
    HOURS,
    WEEKS,
    OpportunityStatus,
    dates_errors,
    posting_errors,
    terms_digest,
    weeks,
)

__all__ = [
    "BEFORE_APPROVAL",
    "HOURS",
    "LIVE",
    "MOVES",
    "ORDER",
    "OURS",
    "SIGNED",
    "WEEKS",
    "Move",
    "OpportunityStatus",
    "Status",
    "check_move",
    "completion_moment",
    "dates_errors",
    "person_status",
    "possible_moves",
    "posting_errors",
    "rejected_by_us",
    "terms_digest",
    "weeks",
]
