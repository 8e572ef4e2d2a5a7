"""Make lists that are shown to somebody."""

from dataclasses import dataclass
from uuid import UUID

from pydantic import ConfigDict, Field

from services.scoring.policy.matching.ranking import MOST
from shared.web.schemas import Body, Slug


class ListWish(Body):
    """How long the list is, and where it will be shown."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"limit": 10, "channel": "web"}]})
    limit: int = Field(10, ge=1, le=MOST)
    channel: Slug = Field("web", examples=["web"])


@dataclass(frozen=True, slots=True)
class ShowMatches:
    """Opportunities for an EP, to be shown."""

    person_id: UUID
    wish: ListWish


@dataclass(frozen=True, slots=True)
class ShowCandidates:
    """EPs for an opportunity, to be shown."""

    opportunity_id: UUID
    wish: ListWish
