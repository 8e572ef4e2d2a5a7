"""What this room heard of wishes, scores and touchpoints: what rules of segments ask about."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Field

from services.scoring.model.table import Table
from services.scoring.policy.segments.catalogue import Party
from shared.storage.columns import code, codes, moment


class Wanted(Table, table=True):
    """What an EP wants, as the profile says, and the budget that a manager was told. Erasure takes the row away."""

    __tablename__ = "wanted"
    person_id: UUID = Field(primary_key=True)
    products: list[str] = codes()
    fields: list[str] = codes()
    countries: list[str] = codes()
    free_from: date | None = None
    free_to: date | None = None
    looking: bool | None = None
    study_field: str | None = None
    known_at: datetime | None = moment(default=None)
    budget: float | None = None
    budget_at: datetime | None = moment(default=None)


class GivenVoice(Table, table=True):
    """A score of an answer about the whole experience: an EP's, or an enabler's."""

    __tablename__ = "given_voice"
    answer_id: UUID = Field(primary_key=True)
    metric: str = Field(primary_key=True)
    subject_id: UUID = Field(index=True)
    party: Party = code(Party)
    score: int
    at: datetime = moment()
    known_at: datetime = moment()


class Touched(Table, table=True):
    """Which touchpoint it was that a person got, and on which channel; the id is the fact's."""

    __tablename__ = "touched"
    id: UUID = Field(primary_key=True)
    touchpoint: str
    channel: str
