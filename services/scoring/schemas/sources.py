"""What is answered about on-ground sources."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from services.scoring.policy.interactions import Channel
from services.scoring.policy.sources import Refused, SourceKind
from shared.web.schemas import Out


class SourceOut(Out):
    """A class visit, a booth, a flyer …, with the code to print."""

    id: UUID
    code: str = Field(examples=["7KQ2MX"])
    kind: SourceKind
    channel: Channel
    entity_id: UUID
    place: str
    starts_on: date
    ends_on: date | None
    zone: str
    cost: float | None
    currency: str | None
    referrer_id: UUID | None
    made_at: datetime
    version: int


class CameOut(Out):
    """`count` of `of`, as a share with Wilson's 95 % interval; no share of nobody."""

    count: int
    of: int
    rate: float | None
    low: float | None
    high: float | None


class SourceFiguresOut(Out):
    """A source with what came by it. A person counts who met it before signing up; marked visits don't count."""

    source: SourceOut
    visits: int = Field(description="Interactions that carry the code, whoever made them")
    visitors: int = Field(description="Visitors and people behind them, each once; who can't be followed isn't here")
    leads: int = Field(description="People among them who are known")
    sign_ups: CameOut = Field(description="Of the visitors")
    approvals: CameOut = Field(description="Of the sign-ups")
    cost_per_sign_up: float | None


class CodeOut(Out):
    """Whether a code holds today; looking at it counts for nothing."""

    code: str
    kind: SourceKind
    channel: Channel
    refused: Refused | None = Field(description="Why it doesn't hold; null: it does")
