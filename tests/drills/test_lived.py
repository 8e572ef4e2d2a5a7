"""The short forms of the replay and fuzz drills, one after the other on one system that has lived.

That a rebuild would notice what differs is shown in tests/flows/test_whole.py.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from drills import fuzz, replay
from drills.kit.life import live
from drills.kit.load import Load
from drills.kit.site import Site
from story.walk import Walk

pytestmark = pytest.mark.timeout(900)


@dataclass(frozen=True)
class Lived:
    site: Site
    load: Load
    walk: Walk


@pytest.fixture(scope="module")
async def lived() -> AsyncIterator[Lived]:
    async with Site(settings=fuzz.SETTINGS) as site, Load(site, commands=replay.FEW_COMMANDS) as load:
        yield Lived(site, load, await live(site, load))


async def test_every_read_model_comes_back_to_the_byte(lived: Lived) -> None:
    figures = await replay.made_again(lived.site, lived.load)
    assert replay.DRILL.falls_short(figures, False) == []


async def test_no_answer_is_a_server_error_or_undocumented(lived: Lived) -> None:
    figures = await fuzz.put(lived.site, lived.walk, False)
    assert fuzz.DRILL.falls_short(figures, False) == []
    assert (figures["rooms"], figures["server_errors"], figures["undocumented"]) == (5, 0, 0)
