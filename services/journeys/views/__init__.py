"""Reads of the journeys room; every query carries the caller's scope."""

from services.journeys.views.actors import (
    LEVELS,
    MOST_ACTORS,
    list_actors,
    name_of,
)
from services.journeys.views.beginnings import (
    scopes_in_use,
)
from services.journeys.views.calendar import (
    DaysFilter,
    get_calendar,
    list_calendar_day,
)
from services.journeys.views.conversions import (
    get_returnee_conversions,
)
from services.journeys.views.dropouts import (
    list_content,
    list_dropouts,
)
from services.journeys.views.dual import (
    DualFilter,
    get_dual,
    list_dual,
)
from services.journeys.views.enablers import (
    get_enabler,
    list_enablers,
)
from services.journeys.views.estimates import (
    get_estimate,
    list_kinds,
)
from services.journeys.views.funnel import (
    get_funnel,
)
from services.journeys.views.members import (
    get_member_journey,
    get_recruitment,
    list_member_journeys,
)
from services.journeys.views.names import (
    get_names,
)
from services.journeys.views.people import (
    Found,
    get_person,
    list_people,
)
from services.journeys.views.persona_maps import (
    get_map_evidence,
    list_quotes,
)
from services.journeys.views.returnees import (
    get_returnee_invitation,
    invitation_by_link,
    list_returnee_invitations,
    list_returnees,
)
from services.journeys.views.segments import (
    count_segment,
    get_segment,
    list_segment_members,
    list_segments,
)
from services.journeys.views.timeline import (
    Actor,
    Order,
    Wanted,
    Whose,
    get_entries_after,
    get_timeline,
)

__all__ = [
    "LEVELS",
    "MOST_ACTORS",
    "Actor",
    "DaysFilter",
    "DualFilter",
    "Found",
    "Order",
    "Wanted",
    "Whose",
    "count_segment",
    "get_calendar",
    "get_dual",
    "get_enabler",
    "get_entries_after",
    "get_estimate",
    "get_funnel",
    "get_map_evidence",
    "get_member_journey",
    "get_names",
    "get_person",
    "get_recruitment",
    "get_returnee_conversions",
    "get_returnee_invitation",
    "get_segment",
    "get_timeline",
    "invitation_by_link",
    "list_actors",
    "list_calendar_day",
    "list_content",
    "list_dropouts",
    "list_dual",
    "list_enablers",
    "list_kinds",
    "list_member_journeys",
    "list_people",
    "list_quotes",
    "list_returnee_invitations",
    "list_returnees",
    "list_segment_members",
    "list_segments",
    "name_of",
    "scopes_in_use",
]
