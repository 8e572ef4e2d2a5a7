"""Whose pages are opened when a test walks over all pages: an id for each part in braces of an address."""

from collections.abc import Callable
from uuid import UUID

from services.journeys.designs import LIBRARY
from shared.ids import derived_id
from tests.journeys.world import CLUJ, MEMBER, World

SAMPLES: dict[str, Callable[[World], UUID | str]] = {
    "person_id": lambda world: world.person_id,
    "application_id": lambda world: world.stay["application_id"],
    "opportunity_id": lambda world: world.stay["opportunity_id"],
    "enabler_id": lambda world: world.stay["enabler_id"],
    "entity_id": lambda world: CLUJ,
    "id": lambda world: world.stay["application_id"],
    "design_id": lambda world: derived_id("design", "blueprint", "ep", None, 1),
    "map_id": lambda world: next(one.id for one in LIBRARY.designs if one.persona == "first-time-abroad"),
    "member_id": lambda world: MEMBER,
    "case_id": lambda world: world.person_id,
    "scorecard_id": lambda world: world.scorecard_id,
    "run_id": lambda world: world.person_id,
    "sheet_id": lambda world: world.stay["application_id"],
    "questionnaire": lambda world: "after-completion",
    "version_id": lambda world: world.person_id,
}


def filled(address: str, world: World) -> str:
    """An address of `navigation.PAGES` with ids of this world; KeyError names the part that nobody gave a sample of."""
    parts = [part for part in SAMPLES if f"{{{part}}}" in address]
    for part in parts:
        address = address.replace(f"{{{part}}}", str(SAMPLES[part](world)))
    if "{" in address:
        raise KeyError(f"{address}: say in tests/journeys/samples.py whose page is opened")
    return address
