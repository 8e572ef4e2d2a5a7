"""What heard events leave behind: each is read by itself, all of a batch are written together.

The rows are the same in whatever order topics arrive and wherever one batch ends and the next begins.
"""

from services.journeys.handlers.boards import (
    BOARDS,
)
from services.journeys.handlers.conversations import (
    come_in,
    meet_enabler,
    merge_people,
    quote_remark,
    raise_again,
    raise_opportunity,
    register_enabler,
)
from services.journeys.handlers.entries import (
    record,
    record_contact,
)
from services.journeys.handlers.estimates import (
    ask_estimate,
    claim_estimate,
    end_estimate,
    keep_estimates,
    plan_estimates,
    tell_estimate,
)
from services.journeys.handlers.facts import (
    FACTS as STAGES,
)
from services.journeys.handlers.gathered import (
    Gathered,
)
from services.journeys.handlers.meetings import (
    MEETINGS,
    OCCASIONS,
)
from services.journeys.handlers.members import (
    follow_member,
    name_member,
)
from services.journeys.handlers.names import (
    name_enabler,
    name_entity,
    name_opportunity,
    name_person,
    place_entity,
    quote_comment,
)
from services.journeys.handlers.returnees import (
    answer_by_link,
    answer_invitation,
    invite_returnees,
)
from services.journeys.handlers.segments import (
    change_segment,
    make_segment,
    retire_segment,
)
from services.journeys.handlers.subjects import (
    follow_application,
    follow_case,
    follow_touchpoint,
    identify_visitor,
    keep_score,
    register_person,
)
from services.journeys.handlers.writing import (
    write,
)

FACTS = (
    STAGES,
    MEETINGS,
    OCCASIONS,
    BOARDS,
)

__all__ = [
    "FACTS",
    "Gathered",
    "answer_by_link",
    "answer_invitation",
    "ask_estimate",
    "change_segment",
    "claim_estimate",
    "come_in",
    "end_estimate",
    "follow_application",
    "follow_case",
    "follow_member",
    "follow_touchpoint",
    "identify_visitor",
    "invite_returnees",
    "keep_estimates",
    "keep_score",
    "make_segment",
    "meet_enabler",
    "merge_people",
    "name_enabler",
    "name_entity",
    "name_member",
    "name_opportunity",
    "name_person",
    "place_entity",
    "plan_estimates",
    "quote_comment",
    "quote_remark",
    "raise_again",
    "raise_opportunity",
    "record",
    "record_contact",
    "register_enabler",
    "register_person",
    "retire_segment",
    "tell_estimate",
    "write",
]
