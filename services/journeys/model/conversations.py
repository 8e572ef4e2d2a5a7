"""What a conversation needs besides its entries: enablers' lines, words of members, who is one with whom, ways in."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Index, Text, and_, or_, select
from sqlmodel import Field

from services.journeys.model.people import Application, Entry, Subject, applications_of
from services.journeys.model.table import Table
from services.journeys.policy import UNSEEN_BY_ENABLERS, UNSEEN_BY_PEOPLE
from shared.access import Caller, Role
from shared.storage.columns import moment
from shared.storage.scope import below, visible


class EnablerSubject(Table, table=True):
    """Where an enabler stands: what lists show. Every column is a function of the events heard, in any order."""

    __tablename__ = "enabler_subject"
    __table_args__ = (Index("enabler_subject_by_activity", "last_at", "enabler_id"),)
    enabler_id: UUID = Field(primary_key=True)
    hosting_entity_id: UUID | None = Field(default=None, index=True)
    registered_at: datetime | None = moment(default=None)
    raised_at: datetime | None = moment(default=None)
    reraised_at: datetime | None = moment(default=None)
    met_at: datetime | None = moment(default=None)
    last_at: datetime = moment()


class RemarkText(Table, table=True):
    """What a member wrote in a note, or of a contact (the id is the interaction's then); a tombstone deletes it."""

    __tablename__ = "remark_text"
    remark_id: UUID = Field(primary_key=True)
    subject_id: UUID
    text: str = Field(sa_type=Text)


class Merge(Table, table=True):
    """`other_id` is the same human as `person_id`, while it is live. Entries of either keep their own id."""

    __tablename__ = "merge"
    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(index=True)
    other_id: UUID = Field(index=True)
    live: bool


class WayIn(Table, table=True):
    """What brought a visitor, or a person at the sign-up. Whose visitor it is, `visitor` tells."""

    __tablename__ = "way_in"
    interaction_id: UUID = Field(primary_key=True)
    visitor_id: UUID | None = Field(index=True)
    person_id: UUID | None = Field(index=True)
    at: datetime = moment()
    channel: str
    source_id: UUID | None
    source_kind: str | None
    campaign: str | None
    medium: str | None
    origin: str | None


def enablers_of(caller: Caller) -> ColumnElement[bool]:
    """Oneself, the enablers of the caller's entity, and those to whom people of the caller's applied or who host with
    the caller's entity."""
    row = EnablerSubject
    own = own_enablers_of(caller)
    if caller.role not in {Role.sending_manager, Role.hosting_manager, Role.national_manager}:
        return own
    applied = select(Application.id).where(Application.enabler_id == row.enabler_id, applications_of(caller))
    return or_(own, applied.exists())


def own_enablers_of(caller: Caller) -> ColumnElement[bool]:
    """Those of whom the caller sees the whole conversation."""
    return visible(caller, enabler=EnablerSubject.enabler_id, hosting=EnablerSubject.hosting_entity_id)


def entries_of(caller: Caller) -> ColumnElement[bool]:
    """Who sees what of a conversation.

    The sending side and the person see all of the person's, the enabler and its own hosting entity all of the
    enabler's, any other hosting entity its part of either. What members do among themselves no customer sees.
    """
    row = Entry
    match caller.role:
        case Role.participant:
            return and_(visible(caller, person=row.person_id), row.type.not_in(UNSEEN_BY_PEOPLE))  # type: ignore[attr-defined]
        case Role.enabler:
            return and_(visible(caller, enabler=row.enabler_id), row.type.not_in(UNSEEN_BY_ENABLERS))  # type: ignore[attr-defined]
        case Role.sending_manager:
            return _of_sent(caller)
        case Role.hosting_manager:
            return _of_hosted(caller)
        case Role.national_manager:
            return or_(_of_hosted(caller), _of_sent(caller))
    return visible(caller)


def _of_sent(caller: Caller) -> ColumnElement[bool]:
    whose = select(Subject.person_id).where(Subject.person_id == Entry.person_id)
    return whose.where(below(Subject.sending_entity_id, caller)).exists()


def _of_hosted(caller: Caller) -> ColumnElement[bool]:
    whose = select(EnablerSubject.enabler_id).where(EnablerSubject.enabler_id == Entry.enabler_id)
    return or_(
        below(Entry.hosting_entity_id, caller), whose.where(below(EnablerSubject.hosting_entity_id, caller)).exists()
    )
