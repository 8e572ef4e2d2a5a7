"""What the stages and groups of the funnel are called on pages."""

from collections.abc import Mapping

from services.journeys.console.texts import N_, _
from services.journeys.policy.funnel import FUNNELS, Of
from services.journeys.policy.winning_back import Way

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


WAYS: Mapping[Way, str] = {
    Way.invite: N_("Invite them to sign up"),
    Way.recommend: N_("Recommend opportunities that fit"),
    Way.profile: N_("Help with the profile and the CV"),
    Way.dates: N_("Offer other dates"),
    Way.call: N_("Call and ask what happened"),
    Way.sign: N_("Call about the acceptance note"),
    Way.papers: N_("Help with papers and approval"),
    Way.costs: N_("Talk about the costs"),
    Way.return_: N_("Invite them back, or to the alumni"),
    Way.meet: N_("Hold a first meeting"),
    Way.raise_: N_("Agree on a timeline and write the job description together"),
    Way.candidates: N_("Send candidates who fit"),
    Way.shortlist: N_("Shorten the list and fix the interviews"),
    Way.decision: N_("Follow the decision up"),
    Way.visit: N_("Visit them and ask how it goes"),
    Way.reraise: N_("Call and offer the next internship"),
    Way.leave: N_("Leave them in peace"),
}


def way_back(code: str) -> str:
    """What to try with somebody who dropped out, in words."""
    return _(WAYS[Way(code)])


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
