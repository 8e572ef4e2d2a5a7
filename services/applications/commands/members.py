"""What can be told about members of committees."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from pydantic import ConfigDict

from services.applications.policy import MemberRole
from shared.web.schemas import Body, Day, Email, Line


class ApplyAsMember(Body):
    """Somebody with an account wants to work for a committee; who is no EP says name and address, too."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"entity_id": "018f6f3e-3c5a-7b1e-9d3a-5f0c2a7e4b11", "role": "ep_manager"}]}
    )
    entity_id: UUID
    role: MemberRole
    from_on: Day | None = None
    to_on: Day | None = None
    given_name: Line | None = None
    family_name: Line | None = None
    email: Email | None = None


class Period(Body):
    """The first day (today unless given) and the last one, where it was agreed."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"from_on": "2026-02-01", "to_on": "2027-01-31"}]})
    from_on: Day | None = None
    to_on: Day | None = None


class LastDay(Body):
    """The last day, today unless given; whether who leaves stays in touch as one of the alumni."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"to_on": "2027-01-31", "alumna": True}]})
    to_on: Day | None = None
    alumna: bool | None = None


@dataclass(frozen=True, slots=True)
class SelectMember:
    member_id: UUID


@dataclass(frozen=True, slots=True)
class ActivateMember:
    member_id: UUID
    from_on: date | None = None
    to_on: date | None = None


@dataclass(frozen=True, slots=True)
class LeaveEntity:
    member_id: UUID
    to_on: date | None = None
    alumna: bool | None = None


@dataclass(frozen=True, slots=True)
class EraseMember:
    """Forget who this was; that somebody was a member stays."""

    member_id: UUID
