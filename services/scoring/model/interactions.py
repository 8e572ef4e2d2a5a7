"""What visitors and people did, and which visitor is whom."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from services.scoring.model.table import Table
from services.scoring.policy.interactions import Channel, Direction, Kind, Move, Origin
from services.scoring.policy.machines import Mark
from shared.storage.columns import code, moment


class Interaction(Table, table=True):
    """A visit, a call, a class visit … of a visitor or of a person. Erasure leaves it without either.

    `mark` is why it counts no more, from `marked_at` on; `bot` that a machine made it. `campaign` is utm_campaign.
    `what` is a code of what a contact was about, where another room told of it; `direction` and `outcome` are of a
    call, a meeting or a message that somebody of ours wrote down with them.
    """

    __tablename__ = "interaction"
    __table_args__ = (
        Index("interaction_of_person", "person_id", "at"),
        Index("interaction_of_visitor", "visitor_id", "at"),
        Index("interaction_of_source", "source_id", "at"),
        CheckConstraint("visitor_id IS NULL OR person_id IS NULL", name="interaction_of_one"),
    )
    id: UUID = Field(primary_key=True)
    visitor_id: UUID | None = None
    person_id: UUID | None = None
    channel: Channel = code()
    kind: Kind = code()
    at: datetime = moment()
    known_at: datetime = moment()
    opportunity_id: UUID | None = None
    campaign: str | None = None
    bot: bool = False
    mark: Mark | None = code(Mark, default=None)
    marked_at: datetime | None = moment(default=None)
    move: Move = code(Move, default=Move.theirs)
    origin: Origin = code(Origin, default=Origin.recorded)
    utm_source: str | None = None
    utm_medium: str | None = None
    utm_term: str | None = None
    utm_content: str | None = None
    referrer: str | None = None
    source_id: UUID | None = None
    application_id: UUID | None = None
    what: str | None = None
    direction: Direction | None = code(Direction, default=None)
    outcome: str | None = None


class Identity(Table, table=True):
    """This visitor is that person. Visits keep their visitor: taking the row away undoes the merge."""

    __tablename__ = "identity"
    visitor_id: UUID = Field(primary_key=True)
    person_id: UUID = Field(index=True)
    known_at: datetime = moment()
