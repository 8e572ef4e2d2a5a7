"""The whole system as `make run` starts it, the story, walked once on it, and a browser."""

import io
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from rich.console import Console

from shared.embedded.stack import EmbeddedStack
from shared.settings import Kernel
from shared.testing.folders import folder
from story.steps import STEPS
from story.tale import read_tale
from story.walk import Walk
from story.world import World
from tests.browsers import browser

__all__ = ["browser"]


def kernel_of(system: EmbeddedStack) -> Kernel:
    """The kernel settings of the running system."""
    given = {name.removeprefix("SOJOURN_").lower(): value for name, value in system.environment.items()}
    return Kernel(_env_file=None, **{name: value for name, value in given.items() if name in Kernel.model_fields})


@dataclass
class Told:
    """The story as it was walked: what each step saw."""

    walk: Walk
    seen: dict[str, str]


@pytest.fixture(scope="package")
async def system() -> AsyncIterator[EmbeddedStack]:
    """Every process of every room, on a data folder of its own; started once for these tests, which follow each other,
    and gone before others."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith("SOJOURN_")}
    with folder("system") as place:
        async with EmbeddedStack(Path(place) / "data", environ=bare) as running:
            yield running


@pytest.fixture(scope="package")
async def told(system: EmbeddedStack) -> AsyncIterator[Told]:
    """Every step, in order; a step that sees too little fails here with its own words."""
    async with httpx.AsyncClient(timeout=20) as client:
        walk, seen = Walk(read_tale(), World(kernel_of(system), client)), {}
        for step in STEPS:
            seen[step.title] = await step.act(walk)
        yield Told(walk, seen)


@pytest.fixture
def console() -> Console:
    """A terminal whose text a test can read."""
    return Console(file=io.StringIO(), width=160, force_terminal=False)
