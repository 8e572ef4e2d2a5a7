"""What can be told about letters in operators' own words."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints

from shared.web.schemas import Body

Template = Annotated[
    str,
    StringConstraints(max_length=4_000, min_length=1, strip_whitespace=True),
    Field(description="Text with facts: `{{ person.given_name }}`, `{% if enabler %}…{% endif %}`; no HTML"),
]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
Facts = Annotated[list[Annotated[str, StringConstraints(pattern=r"^[a-z_.]{1,80}$")]], Field(max_length=5)]


class LetterLine(Body):
    """A line that is shown when the facts in `when` are known, else `missing` (or nothing)."""

    text: Template
    when: Facts = Field(default_factory=list, examples=[["pickup_place"]])
    missing: Template | None = None
    label: Template | None = None


Lines = Annotated[list[LetterLine], Field(max_length=40)]


class LetterContent(Body):
    """The words of a letter in one language. What stays away is as shipped for everybody."""

    model_config = ConfigDict(populate_by_name=True)
    subject: Template = Field(examples=["{{ person.given_name }}, your first day"])
    preview: Template = Field(examples=["Where and when it begins"])
    body: Lines
    greeting: Template | None = Field(None, examples=["Dear {{ person.given_name }},"])
    facts: Lines = Field(default_factory=list)
    after: Lines = Field(default_factory=list)
    action: Template | None = None
    closing: Lines = Field(default_factory=list)
    to: Literal["ep", "other"] = "ep"
    from_: Literal["hosting", "sending", "both"] = Field("hosting", alias="from")


class DraftLetter(Body):
    """New words for a letter, as a draft."""

    letter: Code = Field(examples=["first-day-reminder"])
    language: Language = Field(examples=["en"])
    entity_id: UUID | None = Field(None, description="The committee that writes so, and those below; none: everybody")
    content: LetterContent


class LetterWords(Body):
    """Other words for a draft."""

    content: LetterContent


@dataclass(frozen=True, slots=True)
class ChangeLetter:
    letter_id: UUID
    content: LetterContent


@dataclass(frozen=True, slots=True)
class PublishLetter:
    letter_id: UUID


@dataclass(frozen=True, slots=True)
class RetireLetter:
    letter_id: UUID


def stored(content: LetterContent) -> dict[str, Any]:
    """As texts are kept: without what isn't said."""
    return content.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True) | {
        "from": content.from_, "to": content.to
    }  # fmt: skip


def templates(content: LetterContent) -> list[tuple[str, str]]:
    """Every template with its JSON pointer in the content."""
    found = [(f"/{name}", getattr(content, name)) for name in ("subject", "preview", "greeting", "action")]
    for part in ("body", "facts", "after", "closing"):
        for at, line in enumerate(getattr(content, part)):
            found += [(f"/{part}/{at}/{name}", getattr(line, name)) for name in ("text", "missing", "label")]
    return [(pointer, source) for pointer, source in found if source]
