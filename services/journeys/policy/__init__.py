"""How a journey is read, pure: status, phase and profile of a person, who acted, and when shares are fair."""

from services.journeys.policy.entries import (
    ACTORS,
    FOLLOWS,
    INWARD,
    UNSEEN_BY_ENABLERS,
    UNSEEN_BY_PEOPLE,
    WAITING,
    side_of,
    step_of,
    touchpoint_state,
)
from services.journeys.policy.names import (
    folded,
)
from services.journeys.policy.shares import (
    FAIR,
    share,
)
from services.journeys.policy.standing import (
    EXITS,
    LIVE,
    MOVES,
    PHASES,
    REOPENED,
    Phase,
    Profile,
    Status,
    enabler_profile,
    person_phase,
    person_status,
    phase_begun,
    profile_of,
    status_told,
)

__all__ = [
    "ACTORS",
    "EXITS",
    "FAIR",
    "FOLLOWS",
    "INWARD",
    "LIVE",
    "MOVES",
    "PHASES",
    "REOPENED",
    "UNSEEN_BY_ENABLERS",
    "UNSEEN_BY_PEOPLE",
    "WAITING",
    "Phase",
    "Profile",
    "Status",
    "enabler_profile",
    "folded",
    "person_phase",
    "person_status",
    "phase_begun",
    "profile_of",
    "share",
    "side_of",
    "status_told",
    "step_of",
    "touchpoint_state",
]
