"""What the boards are counted from, each row a function of the events heard: pulse, both sides' answers, and clocks."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Index, text
from sqlmodel import Field

from services.journeys.model.table import Table
from shared.access import CUSTOMERS, Caller
from shared.contracts.surveys import Party
from shared.storage.columns import code, document, moment
from shared.storage.scope import visible

JUDGED, SIDES = ("ep_nps", "enabler_nps", "ep_ces", "enabler_ces"), ("sending_entity_id", "hosting_entity_id")
ANSWERED = text("ep_at IS NOT NULL AND enabler_at IS NOT NULL")


class PulseResult(Table, table=True):
    """The team pulse of a closed round for an entity and all below it: question → how often each value was answered.

    Only what was published: of groups in which nobody can be singled out (docs/decisions/0019).
    """

    __tablename__ = "pulse_result"
    id: UUID = Field(primary_key=True)
    entity_id: UUID = Field(index=True)
    round: str
    closed_on: date
    asked: int
    answered: int
    counts: dict[str, Any] = document()


class BothSides(Table, table=True):
    """The newest answer on one experience from each of its two customers: NPS 0–10, CES 1–7 (high is easy)."""

    __tablename__ = "both_sides"
    __table_args__ = (
        Index("both_sides_judged", *JUDGED, postgresql_where=ANSWERED),
        *(
            Index(
                name, *key, postgresql_include=[one for one in (*SIDES, *JUDGED) if one not in key],
                postgresql_where=ANSWERED,
            )
            for name, key in (
                ("both_sides_answered", SIDES),
                ("both_sides_hosted", SIDES[::-1]),
                ("both_sides_by_time", ("ep_at", "application_id")),
            )
        ),
    )  # fmt: skip
    application_id: UUID = Field(primary_key=True)
    person_id: UUID | None
    enabler_id: UUID | None
    sending_entity_id: UUID | None
    hosting_entity_id: UUID | None
    ep_invitation_id: UUID | None
    ep_at: datetime | None = moment(default=None)
    ep_nps: int | None
    ep_ces: int | None
    enabler_invitation_id: UUID | None
    enabler_at: datetime | None = moment(default=None)
    enabler_nps: int | None
    enabler_ces: int | None


class Asking(Table, table=True):
    """Somebody was asked something, and when it was answered: what response is counted from."""

    __tablename__ = "asking"
    __table_args__ = (Index("asking_by_time", "party", "asked_at"),)
    invitation_id: UUID = Field(primary_key=True)
    party: Party = code(Party)
    sending_entity_id: UUID | None
    hosting_entity_id: UUID | None
    asked_at: datetime | None = moment(default=None)
    answered_at: datetime | None = moment(default=None)


class StandardsBook(Table, table=True):
    """The final figure of an experience's standards; said again, it is corrected."""

    __tablename__ = "standards_book"
    application_id: UUID = Field(primary_key=True)
    sending_entity_id: UUID
    hosting_entity_id: UUID
    closed_at: datetime = moment(index=True)
    asked: int
    kept: int
    flag: bool


class CaseClock(Table, table=True):
    """Until when both sides were to have seen a quality case, and whether they had."""

    __tablename__ = "case_clock"
    case_id: UUID = Field(primary_key=True)
    sending_entity_id: UUID | None
    hosting_entity_id: UUID | None
    opened_at: datetime | None = moment(default=None, index=True)
    acknowledge_by: datetime | None = moment(default=None)
    in_time: bool | None


def pulse_of(caller: Caller) -> ColumnElement[bool]:
    """Results of one's own entity and those below it, whichever side one manages; an enabler or EP sees none."""
    return visible(caller, sending=PulseResult.entity_id, hosting=PulseResult.entity_id)


def both_of(caller: Caller) -> ColumnElement[bool]:
    """Experiences of the caller's side; no customer sees what the other customer said."""
    row: Any = BothSides
    if caller.role in CUSTOMERS:
        return visible(caller)
    return visible(caller, sending=row.sending_entity_id, hosting=row.hosting_entity_id)
