"""Which model speaks for each transition: rules, until a learned one has taken their place."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import structlog

from services.scoring.policy.chances import Model, by_rules, learned
from services.scoring.policy.life import ModelState
from services.scoring.policy.rules import Row
from services.scoring.policy.transitions import WAYS, Transition, Way
from shared.storage.tx import Uow

log = structlog.get_logger()
RULES: Mapping[Transition, Model] = {transition: by_rules(way) for transition, way in WAYS.items()}
IN_USE = "SELECT id, transition, number, state FROM model_version WHERE state <> 'retired' ORDER BY transition, number"
DOCUMENTS = "SELECT id, document FROM model_document WHERE id = ANY($1::uuid[])"
MOST_LOADED = 24


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
    challengers: Mapping[Transition, Speaker] = field(default_factory=dict)

    def champion(self, way: Way) -> Speaker:
        return self.champions.get(way.transition) or Speaker(way.model, RULES[way.transition])

    def rules(self, way: Way) -> Model:
        return RULES[way.transition]

    def shadow(self, way: Way, row: Row) -> dict[str, float]:
        """What the challenger says of this row, by its id; nothing where it abstains."""
        one = self.challengers.get(way.transition)
        said = one.chance(row).probability if one and one.id else None
        return {} if one is None or said is None else {str(one.id): said}


_loaded: dict[UUID, Speaker] = {}  # a version never changes, so that it may be kept as long as there is room


async def models_in_use(uow: Uow) -> Models:
    """The champions and challengers of now: one small read, and their documents when this process sees them first."""
    found = await uow.fetch(IN_USE)
    if missing := [row for row in found if row["id"] not in _loaded]:
        await _load(uow, missing)
    speakers = {state: _of(found, state) for state in (ModelState.champion, ModelState.challenger)}
    return Models(speakers[ModelState.champion], speakers[ModelState.challenger])


def _of(found: Iterable[Mapping[str, Any]], state: ModelState) -> dict[Transition, Speaker]:
    return {Transition(row["transition"]): _loaded[row["id"]] for row in found if row["state"] == state}


async def _load(uow: Uow, missing: Iterable[Mapping[str, Any]]) -> None:
    names = {row["id"]: f"{row['transition']}-{row['number']}" for row in missing}
    if len(_loaded) + len(names) > MOST_LOADED:
        _loaded.clear()
        await models_in_use(uow)
        return
    ways = {row["id"]: WAYS[Transition(row["transition"])] for row in missing}
    for row in await uow.fetch(DOCUMENTS, list(names)):
        _loaded[row["id"]] = _speaker(ways[row["id"]], names[row["id"]], row)


def _speaker(way: Way, name: str, row: Mapping[str, Any]) -> Speaker:
    """A version that this code can't read (rules have changed since) leaves the word to the rules."""
    try:
        return Speaker(name, learned(way, name, row["id"], row["document"]), row["id"])
    except ValueError as error:
        log.error("model cannot be used", model=name, error=str(error))
        return Speaker(way.model, RULES[way.transition])
