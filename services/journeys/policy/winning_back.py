"""How somebody who dropped out may be won back: by why it ended, else by the last step that was reached. Pure."""

from collections.abc import Mapping
from enum import StrEnum

from services.journeys.policy.funnel import Of


class Way(StrEnum):
    """What to try, with whom it is about."""

    invite = "invite"
    recommend = "recommend"
    profile = "profile"
    dates = "dates"
    call = "call"
    sign = "sign"
    papers = "papers"
    costs = "costs"
    return_ = "return"
    meet = "meet"
    raise_ = "raise"
    candidates = "candidates"
    shortlist = "shortlist"
    decision = "decision"
    visit = "visit"
    reraise = "reraise"
    leave = "leave"


# Our side's causes are not the candidate's: another opportunity may fit as well.
BY_REASON: Mapping[str, Way] = {
    **dict.fromkeys(
        ("position_filled", "partner_unresponsive", "organisation_unresponsive", "project_cancelled", "terms",
         "partner_cancelled", "no_answer", "working_conditions", "job_description", "accommodation", "safety"),
        Way.recommend,
    ),
    **dict.fromkeys(("profile", "background", "skills", "experience", "language"), Way.profile),
    **dict.fromkeys(("timeline", "dates", "studies", "health", "family", "official_emergency"), Way.dates),
    **dict.fromkeys(("papers_incomplete", "papers_late", "papers", "visa_refused", "citizenship"), Way.papers),
    **dict.fromkeys(("costs", "fee_unpaid"), Way.costs),
    **dict.fromkeys(("approved_elsewhere", "death_in_family", "serious_illness", "conduct"), Way.leave),
}  # fmt: skip
BY_STAGE: Mapping[Of, Mapping[str, Way]] = {
    Of.people: {
        "known": Way.invite, "visited": Way.invite, "signed_up": Way.recommend, "accepted": Way.sign,
        "signed": Way.papers, "completed": Way.return_,
    },
    Of.applications: {"accepted": Way.sign, "signed": Way.papers},
    Of.enablers: {
        "known": Way.meet, "registered": Way.raise_, "raised": Way.candidates, "applied": Way.shortlist,
        "accepted": Way.decision, "completed": Way.reraise,
    },
}  # fmt: skip


def way_back(of: Of, stage: str, reason: str | None) -> Way:
    """What to try with somebody who came to this stage and no further; nothing but a call is known for the rest."""
    usual = Way.visit if of is Of.enablers else Way.call
    return BY_REASON.get(reason or "", BY_STAGE[of].get(stage, usual))
