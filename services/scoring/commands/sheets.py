"""Make sheets, name columns, answer, undo, decide, and tell what came of it."""

from dataclasses import dataclass
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from services.scoring.policy.sheets.ledger import SheetEnding
from services.scoring.policy.sheets.scores import Answer
from services.scoring.policy.sheets.templates import RIVALS, SheetAbout
from shared.web.schemas import Body, Day, Line, Name, Slug

MOST_ANSWERS = 500
Note = Annotated[Line, Field(description="Why, in words; erased with the sheet", examples=["They asked for a draft."])]
Link = Annotated[
    str,
    StringConstraints(pattern=r"^https?://[!-~]{1,490}$"),
    Field(description="Where this can be seen; erased with the sheet", examples=["https://example.org/minutes/7"]),
]
Version = Annotated[int, Field(ge=0, le=1_000_000, description="The version of the answer that you have read, 0: none")]


FIT: dict[str, Any] = {
    "id": "fit",
    "about": ["prospect"],
    "languages": ["en"],
    "title": {"en": "Do we fit?"},
    "ours": {"en": "We"},
    "known": {"whole": 0.5},
    "levels": [
        {"code": "no", "title": {"en": "No"}},
        {"code": "yes", "title": {"en": "Yes"}, "score": 0.2},
    ],
    "groups": [
        {
            "id": "people",
            "title": {"en": "People"},
            "criteria": [
                {
                    "id": "mentor",
                    "text": {"en": "Is there a mentor?"},
                    "plus": {"en": "yes"},
                    "minus": {"en": "no"},
                    "weight": 2,
                }
            ],
        }
    ],
}


def _example(**value: object) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [value]})


class CreateSheet(Body):
    """A new sheet. Its subject is a prospect by name, an enabler by id, or the market of an entity."""

    model_config = _example(template="go-no-go", about="prospect", name="Norrsken Lab", rivals=["Fjord AB", "Lumen"])
    template: Slug = Field(examples=["go-no-go"])
    template_version: int | None = Field(
        None, ge=1, le=1_000_000, description="Else the one that counts for the entity"
    )
    about: SheetAbout = Field(examples=["prospect"])
    entity_id: UUID | None = Field(None, description="Whose sheet it is; else your own entity, or the enabler's host")
    enabler_id: UUID | None = Field(None, description="The enabler that the sheet is about")
    name: Name | None = Field(None, description="The prospect, or a title", examples=["Norrsken Lab"])
    rivals: list[Name] = Field([], max_length=len(RIVALS), description="Competitors, the first one is column `a`")
    copy_of: UUID | None = Field(
        None, description="Begin with the answers of this sheet of the same subject, by the template as it is now"
    )

    @model_validator(mode="after")
    def _subject(self) -> Self:
        if self.about is SheetAbout.prospect and self.name is None:
            raise ValueError("a sheet about a prospect has its name")
        if (self.about is SheetAbout.enabler) != (self.enabler_id is not None):
            raise ValueError("a sheet about an enabler, and no other, has an enabler_id")
        if self.copy_of is not None and self.rivals:
            raise ValueError("a copy has the competitors of its source")
        return self


class ChangeSheet(Body):
    """What a sheet is called, and that its prospect is an enabler by now. What is left out stays."""

    model_config = _example(name="Norrsken Lab AB")
    name: Name | None = Field(None, examples=["Norrsken Lab"])
    enabler_id: UUID | None = Field(None, description="The prospect became this enabler")


class NameColumn(Body):
    """A competitor, or what our own column is called on this sheet."""

    name: Name


class GiveAnswer(Body):
    """An answer to one criterion. `open` takes it back: not known (any more)."""

    answer: Answer = Field(examples=["plus"])
    note: Note | None = None
    evidence: Link | None = None


class OneAnswer(GiveAnswer):
    """One of several answers, with the version that it replaces."""

    column: Slug = Field("ours", examples=["ours"])
    criterion: Slug = Field(examples=["budget"])
    version: Version = Field(examples=[0])


class GiveAnswers(Body):
    """Answers to be taken all together, or none of them."""

    answers: list[OneAnswer] = Field(min_length=1, max_length=MOST_ANSWERS)


class Decide(Body):
    """The human's decision. Without one, what the rule says is decided; against the rule it takes a reason."""

    decision: Slug | None = Field(None, description="A level of the template", examples=["go"])
    reason: Note | None = None


class TellOutcome(Body):
    """What became of it, on which day."""

    ending: SheetEnding = Field(examples=["won"])
    on: Day
    reason: Note | None = None


class PublishTemplate(Body):
    """The next version of a template, or a new one: as values, or as a YAML text with the same fields."""

    model_config = _example(content=FIT)
    content: dict[str, object] | None = Field(None, description="All that the version says")
    yaml: Annotated[str, StringConstraints(max_length=200_000)] | None = Field(
        None, description="The same as YAML, instead of `content`"
    )

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.content is None) == (self.yaml is None):
            raise ValueError("give either content or yaml")
        return self


@dataclass(frozen=True, slots=True)
class OnSheet:
    """Something to be done to a sheet: its id, and the body."""

    sheet_id: UUID
    body: Body | None = None


@dataclass(frozen=True, slots=True)
class OnColumn:
    """Something to be done to a column of a sheet."""

    sheet_id: UUID
    column: str
    body: NameColumn | None = None


@dataclass(frozen=True, slots=True)
class OnCell:
    """Something to be done to one answer."""

    sheet_id: UUID
    column: str
    criterion: str
    body: GiveAnswer | None = None
