"""The short form of the replay drill, and a rebuild that would notice."""

import pytest

from drills.kit.site import Site
from drills.replay import DRILL, rebuilt_equals
from shared.testing import callers


@pytest.mark.timeout(180)
async def test_every_read_model_comes_back_to_the_byte() -> None:
    figures = await DRILL.run(False)
    assert DRILL.falls_short(figures, False) == []


@pytest.mark.timeout(90)
async def test_a_row_that_no_event_made_is_noticed() -> None:
    async with Site(rooms=["applications", "surveys"]) as site:
        async with site.client("applications", callers.global_manager()) as top:
            body = {
                "kind": "world",
                "name": "All",
                "zone": "UTC",
                "email": "all@sojourn.example",
                "phone": "+46180000001",
            }
            (await top.post("/v1/entities", json=body)).raise_for_status()
        await site.settle()
        assert await rebuilt_equals(site) == []
        await site.rows("surveys", "INSERT INTO entity_path VALUES (gen_random_uuid(), '{}')")
        assert await rebuilt_equals(site) == ["surveys.entity_path"]
