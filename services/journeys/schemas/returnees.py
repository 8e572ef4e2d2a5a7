"""Returnees and their invitations, as they are answered."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from services.journeys.policy.returnees import Arm, Blocked, Choice
from services.journeys.schemas.members import ShareOut
from shared.web.schemas import Out


class ReturneeOut(Out):
    """Somebody whose exchange is over, and what was asked of them. `blocked`: why they can't be invited now."""

    application_id: UUID
    person_id: UUID
    given_name: str | None
    family_name: str | None
    sending_entity_id: UUID
    completed_at: datetime
    blocked: Blocked | None
    arm: Arm | None
    invited_at: datetime | None
    choice: Choice | None


class ReturneeInvitationOut(Out):
    """One invitation and what was answered."""

    id: UUID
    application_id: UUID
    person_id: UUID
    sending_entity_id: UUID
    offers: list[str]
    invited_at: datetime
    ends_on: date
    choice: Choice | None
    answered_at: datetime | None
    version: int


class InvitedOut(Out):
    """How many were invited and held back, and how many could not be, by the reason."""

    batch_id: UUID
    invited: int
    held: int
    left_out: dict[Blocked, int]
    remaining: int = Field(description="Who could be invited by another request: one takes 500 at most")


class GroupOut(Out):
    """One group of returnees. `open` are those whose window isn't over: they count in nothing else."""

    open: int
    applied: ShareOut = Field(description="Applied for membership within the window")
    alumni: ShareOut = Field(description="Said yes to the alumni within the window")


class DifferenceOut(Out):
    """A difference of two shares with an interval of 95 %."""

    value: float
    low: float
    high: float


class ConversionOut(Out):
    """What came of invitations, of one committee or one month, or of all (`key` is null)."""

    key: str | None
    label: str | None
    invited: GroupOut
    held: GroupOut
    uninvited: GroupOut
    effect: DifferenceOut | None = Field(
        description="Applied for membership: invited minus held back by lot; null while a group has too few"
    )


class ConversionsOut(Out):
    """`days` is the window: from the invitation (for who was held back, from when it was drawn; for who was never
    invited, from the end of the exchange: not chosen by lot, so no measure of what an invitation does)."""

    days: int
    items: list[ConversionOut]
