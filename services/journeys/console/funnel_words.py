"""What the stages and groups of the funnel are called on pages."""

from collections.abc import Mapping

from services.journeys.console.texts import N_, _
from services.journeys.policy.funnel import FUNNELS, Of

STAGES: Mapping[str, str] = {
    "known": N_("Known (strangers)"),
    "visited": N_("Visitors"),
    "signed_up": N_("Signed up (leads)"),
    "registered": N_("Registered"),
    "raised": N_("Raised an opportunity"),
    "submitted": N_("Applied"),
    "applied": N_("Applied"),
    "accepted": N_("Accepted"),
    "signed": N_("Signed the acceptance note"),
    "approved": N_("Approved"),
    "realized": N_("Realized"),
    "completed": N_("Completed"),
    "promoted": N_("Promoter (NPS 9–10)"),
    "again": N_("Applied again"),
    "reraised": N_("Raised it again"),
}
DIMENSIONS: Mapping[str, str] = {
    "entity": N_("Sending committee"),
    "host": N_("Hosting committee"),
    "country": N_("Country"),
    "language": N_("Language"),
    "product": N_("Product"),
    "field": N_("Field"),
    "channel": N_("First channel"),
    "kind": N_("Kind"),
}


def stage(code: str) -> str:
    """A stage in words; of one that nobody named, its code."""
    return _(STAGES[code]) if code in STAGES else code


def dimension(code: str) -> str:
    """What groups are told apart by, in words."""
    return _(DIMENSIONS[code])


def starts_of(of: str) -> list[str]:
    """The stages at which a cohort can begin, the first of all first."""
    return FUNNELS[Of(of)].chain[:-1]


def goals_of(of: str) -> list[str]:
    """The stages that one can come to from the funnel's own start."""
    funnel = FUNNELS[Of(of)]
    return funnel.from_on(funnel.start)
