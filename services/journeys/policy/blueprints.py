"""A designed service blueprint: steps (phases and statuses) × rows, with items that name what they are measured by."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from services.journeys.policy.designs import Fault, shape_faults

KIND = "blueprint"
MOST_STEPS, MOST_ITEMS = 24, 40


class Row(StrEnum):
    """The rows of a blueprint, from the customer inwards. What the customer sees ends below `frontstage`."""

    line = "line"  # the cognitive and emotional line: what the customer thinks and feels
    touchpoints = "touchpoints"
    frontstage = "frontstage"
    backstage = "backstage"
    support = "support"


class Unit(StrEnum):
    """What goes through a step: each has moments of its own."""

    person = "person"
    application = "application"
    enabler = "enabler"
    member = "member"


WAY = ("accepted", "signed", "approved", "realized", "completed")
# As the stages of the funnel are called; `promoted` and `again` or `reraised` both follow `completed`.
MOMENTS: Mapping[Unit, tuple[str, ...]] = {
    Unit.person: ("known", "visited", "signed_up", "applied", *WAY, "promoted", "again"),
    Unit.application: ("submitted", *WAY),
    Unit.enabler: ("known", "registered", "raised", "applied", *WAY, "promoted", "reraised"),
    Unit.member: ("applied", "selected", "active", "left"),
}
METRICS = ("nps", "ces1", "ces2", "csat")


def _plain(text: str) -> str:
    if any((letter < " " and letter not in "\n\t") or "\x7f" <= letter <= "\x9f" for letter in text):
        raise ValueError("control characters are not allowed")
    if any("\ud800" <= letter <= "\udfff" or letter in "\ufffe\uffff" for letter in text):
        raise ValueError("it holds what is no character")
    return text


def _in_languages(value: Any) -> Any:
    return {"und": value} if isinstance(value, str) else value


def _text(longest: int) -> Any:
    line = Annotated[str, StringConstraints(min_length=1, max_length=longest), AfterValidator(_plain)]
    language = Annotated[str, StringConstraints(pattern=r"^([a-z]{2,3})(-[A-Za-z0-9]{2,8})*$")]
    return Annotated[dict[language, line], Field(min_length=1, max_length=20), BeforeValidator(_in_languages)]


Title, Description = _text(160), _text(2_000)
Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.:-]{0,79}$")]


class Part(BaseModel):
    """A part of a document: nothing in it is unknown."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Measured(Part):
    """What an item is measured by: touchpoints of the plan (tasks too), standards, scores as `metric:about`, types of
    events."""

    touchpoints: list[Code] = Field(default_factory=list, max_length=12)
    standards: list[Code] = Field(default_factory=list, max_length=16)
    scores: list[Annotated[str, StringConstraints(pattern=r"^(nps|ces1|ces2|csat):[a-z0-9][a-z0-9_.:-]{0,79}$")]] = (
        Field(default_factory=list, max_length=12)
    )
    events: list[Code] = Field(default_factory=list, max_length=12)


class Item(Part):
    """Something that happens in a step. `grace_days` later than due is still in time; `due` says when, in words."""

    id: Id
    row: Row
    title: Title
    description: Description | None = None
    owner: Literal["EP", "enabler", "SE", "HE", "buddy", "team", "system", "member"] | None = None
    due: Title | None = None
    grace_days: int = Field(1, ge=0, le=60)
    measured: Measured = Field(default_factory=Measured)


class Passage(Part):
    """How the step is gone through: from one moment to another, in `days` as designed; who isn't through `watch_days`
    after the beginning has not gone on."""

    of: Unit
    begins: Code
    ends: Code
    days: float | None = Field(None, ge=0, le=2_000)
    watch_days: int = Field(90, ge=1, le=1_000)


class Step(Part):
    """A column. `expected` names what is asked before (expectation) and after (perception), of those who come by."""

    id: Id
    title: Title
    phase: Literal["attraction", "consideration", "value_delivery", "brand_advocacy"] | None = None
    passes: Passage | None = None
    expected: list[Code] = Field(default_factory=list, max_length=20)
    items: list[Item] = Field(default_factory=list, max_length=MOST_ITEMS)


class Blueprint(Part):
    """The whole drawing. `customer`: whose journey it is."""

    title: Title
    customer: Literal["ep", "enabler", "member", "other"] = "ep"
    description: Description | None = None
    steps: list[Step] = Field(min_length=1, max_length=MOST_STEPS)

    def item(self, step_id: str, item_id: str) -> Item | None:
        found = (item for step in self.steps if step.id == step_id for item in step.items if item.id == item_id)
        return next(found, None)


def blueprint_faults(document: Mapping[str, Any]) -> list[Fault]:
    """Its shape first; with that in order, what only the whole tells."""
    if found := shape_faults(Blueprint, document):
        return found
    return [*_names(Blueprint.model_validate(document)), *_passages(Blueprint.model_validate(document))]


def _names(blueprint: Blueprint) -> list[Fault]:
    found: list[Fault] = []
    steps: set[str] = set()
    items: set[str] = set()
    for place, step in enumerate(blueprint.steps):
        if step.id in steps:
            found.append((("steps", place, "id"), f"another step is called {step.id}"))
        steps.add(step.id)
        for number, item in enumerate(step.items):
            if item.id in items:
                found.append((("steps", place, "items", number, "id"), f"another item is called {item.id}"))
            items.add(item.id)
    return found


def _passages(blueprint: Blueprint) -> list[Fault]:
    found: list[Fault] = []
    for place, step in enumerate(blueprint.steps):
        if step.passes is None:
            continue
        at, moments = ("steps", place, "passes"), MOMENTS[step.passes.of]
        unknown = [name for name in ("begins", "ends") if getattr(step.passes, name) not in moments]
        found += [((*at, name), f"{step.passes.of} has the moments {', '.join(moments)}") for name in unknown]
        if not unknown and moments.index(step.passes.begins) >= moments.index(step.passes.ends):
            found.append(((*at, "ends"), "it has to come after the beginning"))
    return found


def in_language(text: Any, language: str) -> str:
    """A text of a document as readers of a language get it: theirs, else English, else what there is."""
    if isinstance(text, dict):
        return str(text.get(language) or text.get("en") or next(iter(text.values()), ""))
    return "" if text is None else str(text)
