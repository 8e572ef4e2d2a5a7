"""What is answered about estimates."""

from datetime import datetime
from typing import Any

from pydantic import Field

from services.journeys.policy.questions import EstimateState
from shared.web.schemas import Out


class EstimateOut(Out):
    """An estimate as it stands. `result` is the last one, also while a newer one is worked out."""

    kind: str = Field(examples=["funnel"])
    state: EstimateState = Field(description="absent: nobody asked for it yet; POST to do so")
    progress: float = Field(description="Of the work at hand, from 0 to 1")
    as_of: datetime | None = Field(description="What was known then is what it is made of")
    behind: bool = Field(description="Whether something has happened since")
    old: bool = Field(description="Whether a POST would have it worked out anew right now")
    working: bool = Field(description="Whether it is being worked out, for the first time or anew")
    reason: str | None = Field(description="Why it failed", examples=["failed"])
    result: dict[str, Any] | None


class KindOut(Out):
    """A kind of estimate and the JSON schema of its `params`."""

    kind: str = Field(examples=["funnel"])
    version: int
    params: dict[str, Any]
