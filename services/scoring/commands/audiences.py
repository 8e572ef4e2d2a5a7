"""What can be told about audiences and contents."""

from dataclasses import dataclass
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from services.scoring.commands.segments import RULE
from services.scoring.policy.audiences import Purpose
from services.scoring.policy.contents import Seen, Slot
from shared.web.schemas import Body, CountryCode, LanguageCode, Line, Moment, Name, Slug

SOME = "0198f2a4-5b1c-7e7a-9c55-6f1f2f3b4c5d"
PATH = Annotated[
    str,
    StringConstraints(pattern=r"^/([A-Za-z0-9_.?=&-][A-Za-z0-9_./?=&-]{0,299})?$"),
    Field(description="A path of one's own site", examples=["/opportunities?product=talent"]),
]


def _example(**value: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [value]})


class MakeAudience(Body):
    """Who may leave the house: members of a segment of EPs, or whoever a condition holds for; for whom, until when."""

    model_config = _example(
        segment_id=SOME, name="Talent, warm", purpose="marketing", recipient="Ads of the spring campaign",
        use_until="2026-06-30T00:00:00Z",
    )  # fmt: skip
    segment_id: UUID | None = None
    condition: dict[str, Any] | None = Field(None, examples=[RULE])
    name: Name
    purpose: Purpose = Purpose.marketing
    recipient: Name = Field(description="Who gets it, as agreed with them in writing")
    use_until: Moment = Field(description="When the recipient has to have deleted it")

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.segment_id is None) == (self.condition is None):
            raise ValueError("name either segment_id or condition")
        return self


@dataclass(frozen=True, slots=True)
class ExportAudience:
    audience_id: UUID


@dataclass(frozen=True, slots=True)
class EndAudience:
    audience_id: UUID


@dataclass(frozen=True, slots=True)
class ConfirmExport:
    export_id: UUID


class ContentBody(Body):
    """A content: for which slot and segment, and what it is about. Texts are for the public, one a language."""

    model_config = _example(
        slot="opportunities", segment_id=SOME, weight=10, products=["talent"], fields=["it"], countries=["SE"],
        texts={"en": "Internships in Sweden", "ro": "Stagii în Suedia"},
    )  # fmt: skip
    slot: Slot
    segment_id: UUID | None = Field(None, description="A segment of EPs; null: for anybody, strangers too")
    weight: int = Field(0, ge=0, le=1_000, description="More goes first")
    products: list[Slug] = Field([], max_length=20)
    fields: list[Slug] = Field([], max_length=20)
    countries: list[CountryCode] = Field([], max_length=50)
    testimonial_id: UUID | None = None
    link: PATH | None = None
    texts: dict[LanguageCode, Line] = Field({}, max_length=30)


@dataclass(frozen=True, slots=True)
class ChangeContent:
    content_id: UUID
    what: ContentBody


@dataclass(frozen=True, slots=True)
class RetireContent:
    content_id: UUID


class OneSeen(Body):
    """A content was shown or clicked; the browser makes the id, so that sending it twice counts once."""

    id: UUID
    content_id: UUID
    seen: Seen


class TellSeen(Body):
    """What became of contents; nothing of who saw them is sent or kept."""

    model_config = _example(seen=[{"id": "5b0a2a3e-94f7-4c39-8a58-0d7c6c8f3b21", "content_id": SOME, "seen": "shown"}])
    seen: list[OneSeen] = Field(min_length=1, max_length=50)
