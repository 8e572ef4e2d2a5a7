"""What is answered about what waits."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.applications.policy import Status
from services.applications.policy.inbox import Scope, Waiting
from services.applications.policy.requirements import Owner
from shared.contracts.applications import Product, RejectionReason, Verdict
from shared.web.paging import PageOf
from shared.web.schemas import Out


class WaitingOut(Out):
    """Something that waits for the caller; days are those of the host's calendar."""

    id: UUID = Field(description="Of the application, or of the requirement")
    kind: Waiting
    side: Scope
    application_id: UUID
    requirement: str | None
    owner: Owner | None
    person_id: UUID
    opportunity_id: UUID
    product: Product
    status: Status
    verdict: Verdict | None = Field(None, description="The enabler's word on the candidate; EPs aren't told")
    verdict_reason: RejectionReason | None = None
    since: date
    days_waiting: int
    due_on: date
    overdue_since: date | None
    version: int = Field(description="Of what is to be changed: the application, or the requirement")


class WaitingCount(Out):
    """How many of a kind wait; exact up to 10,000, `more` tells that it is more than that."""

    kind: Waiting
    waiting: int
    overdue: int
    more: bool


class InboxPage(PageOf[WaitingOut]):
    """What waits, the most urgent first; the counts come with the first page."""

    counts: Annotated[list[WaitingCount] | None, Field(description="With the first page only")] = None
