"""Who was asked, as it is answered."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from services.surveys.policy.invitations import State
from shared.contracts.surveys import GivenScore, Party
from shared.web.schemas import Out


class InvitationOut(Out):
    """Somebody was asked. `expired` follows from the clock; the personal link is in no list."""

    id: UUID
    party: Party
    recipient_id: UUID
    programme: str = Field(examples=["after-completion"])
    occasion: str = Field(description="Which of the times that the programme asks this recipient")
    questionnaire: str = Field(examples=["after-completion"])
    questionnaire_version: int
    person_id: UUID | None
    enabler_id: UUID | None
    application_id: UUID | None
    sending_entity_id: UUID | None
    hosting_entity_id: UUID | None
    language: str = Field(examples=["ro"])
    state: State
    invited_at: datetime
    expires_at: datetime
    delivered_at: datetime | None
    answered_at: datetime | None
    reminders: int = Field(description="How often the recipient was asked again")
    reminded_at: datetime | None
    version: int


class AnswerOut(Out):
    """What was answered; a comment of an erased person is gone."""

    answered_at: datetime
    scores: list[GivenScore]
    comment: str | None


class InvitationDetail(InvitationOut):
    """An invitation with its answer, if there is one."""

    answer: AnswerOut | None


class LinkOut(Out):
    """The personal address of one's own answer page: who has it can answer."""

    address: str = Field(examples=["http://127.0.0.1:8102/s/AZ…"])
    expires_at: datetime
