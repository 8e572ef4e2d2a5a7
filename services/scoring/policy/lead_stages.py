"""How far a lead is: from stranger to converted, and what silence makes of it. Definitions are data; `staged` is pure.

Strangers and visitors on the EPs' side are anonymous: they are counted and stand in no list. An enabler that a manager
entered as a prospect is a stranger until somebody talked with it, a visitor then, and a lead once it registered or a
first meeting was held.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from shared.contracts.surveys import Party


class LeadStage(StrEnum):
    """How far somebody is on the way to become a customer, or back to one."""

    stranger = "stranger"
    visitor = "visitor"
    lead = "lead"
    qualified = "qualified"
    handed_over = "handed_over"
    contacted = "contacted"
    converted = "converted"
    lapsed = "lapsed"
    won_back = "won_back"


WORDS: Mapping[LeadStage, str] = {
    LeadStage.stranger: "known by channel only: has met us (a booth, a flyer, a referral) and looked at nothing yet",
    LeadStage.visitor: "has looked at something of ours, or was talked with, and isn't registered",
    LeadStage.lead: "signed up; an enabler registered, or had a first meeting with us",
    LeadStage.qualified: "the score passed the limit from which a manager should call",
    LeadStage.handed_over: "a member is to contact this lead, by a certain moment",
    LeadStage.contacted: "somebody of ours has talked with this lead",
    LeadStage.converted: "a customer: an EP with an approved experience, an enabler with an opportunity posted",
    LeadStage.lapsed: "no sign of life for as long as the stage that was reached allows",
    LeadStage.won_back: "lapsed, and gave a sign of life again",
}
DAY = timedelta(days=1)
# Days without a sign of life after which a lead has lapsed, by the stage that was reached: set by hand. One that waits
# for our call doesn't lapse meanwhile; a customer's year begins with the last thing that happened.
SILENCE: Mapping[Party, Mapping[LeadStage, timedelta]] = {
    Party.ep: {
        LeadStage.lead: 90 * DAY,
        LeadStage.qualified: 60 * DAY,
        LeadStage.contacted: 45 * DAY,
        LeadStage.won_back: 60 * DAY,
        LeadStage.converted: 365 * DAY,
    },
    Party.enabler: {
        LeadStage.stranger: 180 * DAY,
        LeadStage.visitor: 120 * DAY,
        LeadStage.lead: 120 * DAY,
        LeadStage.qualified: 90 * DAY,
        LeadStage.contacted: 60 * DAY,
        LeadStage.won_back: 90 * DAY,
        LeadStage.converted: 365 * DAY,
    },
}
IN_POOL = (LeadStage.qualified, LeadStage.won_back)
"""From these leads are handed over by themselves."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a lead, as moments: None for what hasn't happened.

    `since`: registered, or entered by a manager (`prospect`). `handed_over_at` is of the hand-over that is open.
    """

    party: Party
    since: datetime
    last_sign_at: datetime | None = None
    qualified_at: datetime | None = None
    handed_over_at: datetime | None = None
    contacted_at: datetime | None = None
    converted_at: datetime | None = None
    lapsed_at: datetime | None = None
    won_back_at: datetime | None = None
    prospect: bool = False
    met: bool = False

    @property
    def away(self) -> bool:
        """Whether it lapsed and wasn't won back since."""
        return self.lapsed_at is not None and (self.won_back_at is None or self.won_back_at < self.lapsed_at)


@dataclass(frozen=True, slots=True)
class Staged:
    """The stage, the moment since which it holds, and why, as a code."""

    stage: LeadStage
    since: datetime
    why: str


def staged(one: Standing, moment: datetime) -> Staged:
    """How far the lead is at `moment`."""
    if one.away:
        assert one.lapsed_at is not None
        if one.last_sign_at is not None and one.last_sign_at > one.lapsed_at:
            return Staged(LeadStage.won_back, one.last_sign_at, "came_back")
        return Staged(LeadStage.lapsed, one.lapsed_at, "silence")
    reached = _reached(one)
    allowed = SILENCE[one.party].get(reached.stage)
    silent_since = max(filter(None, (one.last_sign_at, reached.since)))
    if allowed is not None and moment - silent_since >= allowed:
        return Staged(LeadStage.lapsed, silent_since + allowed, f"silent_as_{reached.stage}")
    return reached


def _reached(one: Standing) -> Staged:
    """The furthest step of this round; coming back begins a new one, in which earlier talks and hand-overs are over."""
    round_ = one.won_back_at or one.since
    contacted = one.contacted_at if one.contacted_at and one.contacted_at >= round_ else None
    if one.converted_at and (one.won_back_at is None or one.converted_at >= one.won_back_at):
        return Staged(LeadStage.converted, one.converted_at, "became_customer")
    if one.handed_over_at and (contacted is None or contacted < one.handed_over_at):
        return Staged(LeadStage.handed_over, one.handed_over_at, "handed_over")
    if one.prospect and not one.met:
        known = LeadStage.visitor if contacted else LeadStage.stranger
        return Staged(known, contacted or one.since, "talked_with" if contacted else "entered")
    if contacted:
        return Staged(LeadStage.contacted, contacted, "personal_contact")
    if one.won_back_at:
        return Staged(LeadStage.won_back, one.won_back_at, "came_back")
    if one.qualified_at:
        return Staged(LeadStage.qualified, one.qualified_at, "score_passed")
    return Staged(LeadStage.lead, one.since, "met" if one.prospect else "registered")
