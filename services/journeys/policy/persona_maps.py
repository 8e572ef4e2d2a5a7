"""A persona map: six steps × five rows of what a persona thinks, does, meets, experiences and feels, with evidence.

The journey begins before the first contact and ends after the last. What a customer's and what an employee's map say
has the same shape. An item may name its evidence: which score, touchpoint, channel or step of the funnel shows it, and
which words of customers.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from services.journeys.policy.blueprints import Code, Description, Id, Part, Title
from services.journeys.policy.designs import Fault, shape_faults

KIND = "persona-map"
STEPS = ("previous-experience", "awareness", "choose", "act", "experience", "share")
MOST_ITEMS = 60  # in one step


class MapRow(StrEnum):
    """The rows of a map."""

    thinks = "thinks"
    does = "does"
    touchpoints = "touchpoints"
    experiences = "experiences"
    feels = "feels"


class Group(StrEnum):
    """Whose words are asked for, by the NPS that was given beside them."""

    promoter = "promoter"
    passive = "passive"
    detractor = "detractor"


Measure = Annotated[str, StringConstraints(pattern=r"^(nps|ces1|ces2|csat|pulse):[a-z0-9][a-z0-9_.:-]{0,79}$")]


class Proofs(Part):
    """What shows that an item is so. Figures: `measure` is a score as `metric:about` (`pulse:enps` is one of the team
    pulse), with `questionnaire` only of that one; `touchpoint` one of the plan, `channel` one of contacts, `step` a
    moment of the funnel that the persona comes to. Words: `topic`, `mood`, `group` choose whose are shown."""

    measure: Measure | None = None
    questionnaire: Code | None = None
    touchpoint: Code | None = None
    channel: Code | None = None
    step: Code | None = None
    topic: Code | None = None
    mood: Literal["positive", "neutral", "negative"] | None = None
    group: Group | None = None

    @property
    def quotes(self) -> bool:
        """Whether it asks for words."""
        return bool(self.topic or self.mood or self.group)


class MapItem(Part):
    """One thing in a cell. `quote`: it is said in the persona's own words."""

    id: Id
    row: MapRow
    title: Title
    quote: bool = False
    evidence: Proofs = Field(default_factory=Proofs)


class MapStep(Part):
    """One of the six columns; a journey of another field may call it otherwise."""

    id: Literal["previous-experience", "awareness", "choose", "act", "experience", "share"]
    title: Title | None = None
    items: list[MapItem] = Field(default_factory=list, max_length=MOST_ITEMS)


class Persona(Part):
    """Who walks: a name, who that is in words (no picture), needs and a goal."""

    name: Title
    description: Description
    needs: list[Title] = Field(default_factory=list, max_length=12)
    goal: Title


class PersonaMap(Part):
    """The whole map. `customer`: whose journey it is; of `other` no event of this system tells anything."""

    title: Title
    customer: Literal["ep", "enabler", "member", "other"] = "ep"
    persona: Persona
    steps: list[MapStep] = Field(min_length=len(STEPS), max_length=len(STEPS))


def map_faults(document: Mapping[str, Any]) -> list[Fault]:
    """Its shape first; with that in order, what only the whole tells."""
    if found := shape_faults(PersonaMap, document):
        return found
    whole = PersonaMap.model_validate(document)
    if tuple(step.id for step in whole.steps) != STEPS:
        return [(("steps",), f"the steps are {', '.join(STEPS)}, in this order")]
    ids: set[str] = set()
    for place, step in enumerate(whole.steps):
        for number, item in enumerate(step.items):
            if item.id in ids:
                found.append((("steps", place, "items", number, "id"), f"another item is called {item.id}"))
            ids.add(item.id)
    return found


def blank_map(title: str, name: str, goal: str, customer: str, language: str) -> dict[str, Any]:
    """A map with nothing in its cells yet."""
    persona = {"name": {language: name}, "description": {language: goal}, "needs": [], "goal": {language: goal}}
    steps = [{"id": step, "items": []} for step in STEPS]
    return {"title": {language: title}, "customer": customer, "persona": persona, "steps": steps}
