"""The kinds of designs that there are: one line each, with the check of its documents.

The table, the API and the versions are the same for all of them.
"""

from collections.abc import Mapping
from typing import Any

from services.journeys.policy import blueprints, persona_maps
from services.journeys.policy.designs import Check, Fault

KINDS: Mapping[str, Check] = {
    blueprints.KIND: blueprints.blueprint_faults,
    persona_maps.KIND: persona_maps.map_faults,
}


def faults_of(kind: str, document: Any) -> list[Fault]:
    """Everything that is wrong with a document; none: it can be kept. KeyError for a kind that there isn't."""
    if not isinstance(document, dict):
        return [((), "a design is a document with named parts")]
    return KINDS[kind](document)
