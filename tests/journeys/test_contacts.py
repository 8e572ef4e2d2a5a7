"""Contacts that somebody wrote down stand on the timeline where they took place."""

from datetime import UTC, datetime

from services.journeys import views
from services.journeys.console.sentences import Known, sentence
from services.journeys.views import Order
from shared.contracts.contacts import ContactRecorded
from shared.ids import new_id
from shared.storage.paging import Paging
from shared.testing import builders
from tests.journeys.world import World


async def test_a_call_of_last_year_stands_before_the_sign_up_however_late_it_was_written_down(world: World) -> None:
    called = datetime(2025, 11, 12, 16, 30, tzinfo=UTC)
    await world.at(2026, 1, 5, builders.person(world.person_id))
    met = {"interaction_id": new_id(), "person_id": world.person_id, "channel": "phone", "kind": "call"}
    await world.at(2026, 1, 6, ContactRecorded(**met, at=called, source_id=None, imported=True))
    page = await world.room.read(
        views.get_timeline, views.Whose(world.person_id), views.Wanted(), Order.oldest, Paging(limit=50)
    )
    assert (page.items[0].type, page.items[0].at) == (ContactRecorded.TYPE, called)
    assert page.items[0].channel == "phone"
    said = sentence(page.items[0].model_dump(mode="json"), Known())
    assert (said.text, said.detail) == ("A call", "Phone · written down later, from a file")
