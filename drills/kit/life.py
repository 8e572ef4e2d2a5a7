"""A system that has lived: EPs on their way, the whole story from first visit to survey, people who were forgotten."""

import httpx

from drills.kit.load import Load
from drills.kit.site import Site
from shared.testing import callers
from story.steps import STEPS
from story.tale import SHIPPED, read_tale
from story.walk import Walk
from story.world import World

FORGOTTEN = 3


async def live(site: Site, load: Load) -> Walk:
    """The load, the story (which moves business time by months), then a few erasures; returns when all has settled."""
    await load.prepare()
    await load.run()
    async with httpx.AsyncClient(timeout=30) as client:
        walk = Walk(read_tale(SHIPPED), World(site.kernel, client))
        for step in STEPS:
            await step.act(walk)
    async with site.client("applications", callers.global_manager()) as top:
        people = (await top.get("/v1/people", params={"limit": 50})).raise_for_status().json()["items"]
        others = [person["id"] for person in people if person["id"] != walk.person_id]
        for person in others[:FORGOTTEN]:
            (await top.post(f"/v1/people/{person}/erasure")).raise_for_status()
    await site.settle(120)
    return walk
