"""Figures kept incrementally: what is not folded in yet, and the folded cells."""

from datetime import date
from uuid import UUID

from sqlalchemy import BigInteger, Identity, SmallInteger, UniqueConstraint
from sqlmodel import Field

from services.surveys.model.table import Table
from shared.storage.columns import code


class RollSeries(Table, table=True):
    """What cells count: a metric (or `asked`) about something, of one party, by programme and wave ('' for none)."""

    __tablename__ = "roll_series"
    __table_args__ = (UniqueConstraint("kind", "about", "party", "programme", "wave", name="roll_series_once"),)
    id: int | None = Field(default=None, primary_key=True, sa_column_args=(Identity(),))
    kind: str = code()
    about: str = code()
    party: str = code()
    programme: str = code()
    wave: str = code()


class RollDelta(Table, table=True):
    """`n` more (or fewer) of a value, written by triggers beside the answer; a fold takes it into the cells."""

    __tablename__ = "roll_delta"
    id: int | None = Field(default=None, primary_key=True, sa_type=BigInteger, sa_column_args=(Identity(),))
    kind: str = code()
    about: str = code()
    party: str = code()
    programme: str = code()
    wave: str = code()
    sending: UUID | None = None
    hosting: UUID | None = None
    day: date
    product: str = code()
    country: str = code()
    language: str = code()
    value: int = Field(sa_type=SmallInteger)
    n: int


class Roll(Table, table=True):
    """How often each value was given at one place of the tree in one month or day (UTC).

    `s` and `h` are the place, as `roll_places` says it; `grain` is what the cell tells apart (`rollups/grains.py`): a
    dimension that it does not tell apart is ''. Of `asked`, n0 were asked, n1 reached, n2 have answered.
    """

    __tablename__ = "roll"
    grain: int = Field(primary_key=True, sa_type=SmallInteger)
    series: int = Field(primary_key=True)
    s: UUID = Field(primary_key=True)
    h: UUID = Field(primary_key=True)
    country: str = code(primary_key=True)
    language: str = code(primary_key=True)
    start: date = Field(primary_key=True)
    product: str = code(primary_key=True)
    n0: int = 0
    n1: int = 0
    n2: int = 0
    n3: int = 0
    n4: int = 0
    n5: int = 0
    n6: int = 0
    n7: int = 0
    n8: int = 0
    n9: int = 0
    n10: int = 0
