"""A promoter gets the letter with the link to their own page; a stay that ended well is no reason to be asked."""

from datetime import UTC, datetime, timedelta

from services.notifications import plan
from shared.contracts import applications as facts
from shared.contracts.showcasing import PromoterFound
from shared.ids import new_id
from shared.links import showcase_link
from tests.notifications.world import World


async def test_a_promoter_is_asked_by_the_link_to_their_own_page(world: World) -> None:
    """The entry as it is shipped, alone in the plan."""
    entry = plan.shipped().entry("showcasing-invitation")
    assert entry is not None
    with plan.using(plan.Plan("default", 1, (entry,))):
        await world.known(language="sv")
        await world.step(facts.ExperienceCompleted)
        await world.at(datetime(2026, 6, 8, 9, tzinfo=UTC))
        assert world.inbox() == []
        ids = {name: world.stay[name] for name in ("person_id", "application_id", "sending_entity_id", "product")}
        found = PromoterFound(showcase_id=new_id(), hosting_entity_id=world.stay["hosting_entity_id"], score=9, **ids)
        await world.room.hear(found)
        await world.room.hear(found)
        await world.at(world.room.clock.now() + timedelta(days=1))
        (letter,) = world.inbox()
    link = showcase_link(found.showcase_id)
    assert f'href="{link}"' in (letter.html or "")
    assert "Berätta din historia" in (letter.text or "")
    assert link in (letter.text or "")
