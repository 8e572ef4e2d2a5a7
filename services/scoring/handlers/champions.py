"""Which model speaks for each transition: rules, until a learned one has taken their place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from services.scoring.policy.chances import Chance, Model, by_rules
from services.scoring.policy.rules import Row
from services.scoring.policy.transitions import WAYS, Transition, Way
from shared.storage.tx import Uow

RULES: Mapping[Transition, Model] = {transition: by_rules(way) for transition, way in WAYS.items()}


@dataclass(frozen=True, slots=True)
class Speaker:
    """A model with its name; `id` is that of the version, None for rules."""

    name: str
    chance: Model
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Models:
    """The models in use."""

    champions: Mapping[Transition, Speaker] = field(default_factory=dict)
    challengers: Mapping[Transition, tuple[Speaker, ...]] = field(default_factory=dict)

    def champion(self, way: Way) -> Speaker:
        return self.champions.get(way.transition) or Speaker(way.model, RULES[way.transition])

    def rules(self, way: Way) -> Model:
        return RULES[way.transition]

    def shadow(self, way: Way, row: Row) -> dict[str, float]:
        """What the challengers say of this row, by id; one that abstains says nothing."""
        said = {str(one.id): one.chance(row).probability for one in self.challengers.get(way.transition, ())}
        return {id_: probability for id_, probability in said.items() if probability is not None}

    def chance(self, way: Way, row: Row) -> Chance:
        return self.champion(way).chance(row)


NONE = Models()


async def models_in_use(uow: Uow) -> Models:
    """The champions and challengers of now."""
    return NONE
