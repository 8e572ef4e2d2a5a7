"""On-ground sources, as managers make and print them."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ColumnElement, Numeric
from sqlmodel import Field

from services.scoring.model.table import Table
from services.scoring.policy.interactions import Channel
from services.scoring.policy.sources import SourceKind
from shared.access import Caller
from shared.storage.columns import changed_moment, moment
from shared.storage.columns import code as coded
from shared.storage.scope import visible


class Source(Table, table=True):
    """A class visit, a booth, a flyer … with the code that is printed on it. `referrer_id` is the person who refers."""

    __tablename__ = "source"
    id: UUID = Field(primary_key=True)
    code: str = Field(unique=True)
    kind: SourceKind = coded(SourceKind)
    channel: Channel = coded(Channel)
    entity_id: UUID = Field(index=True)
    place: str
    starts_on: date
    ends_on: date | None = None
    zone: str
    cost: Decimal | None = Field(default=None, sa_type=Numeric(12, 2))  # type: ignore[call-overload]
    currency: str | None = None
    referrer_id: UUID | None = Field(default=None, index=True)
    made_at: datetime = moment()
    version: int = 1
    changed_at: datetime = changed_moment()


def sources_of(caller: Caller) -> ColumnElement[bool]:
    """Those of the caller's entity and below, whichever side the caller works for."""
    return visible(caller, sending=Source.entity_id, hosting=Source.entity_id)
