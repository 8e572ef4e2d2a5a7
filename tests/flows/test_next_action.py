"""From a night to the outcome: scoring suggests, notifications carries it out, scoring learns what became of it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from services.journeys import views as journeys
from services.journeys.views import Order
from services.scoring import actions, views
from services.scoring.policy.suggesting import State
from shared.ids import new_id
from shared.storage.paging import Paging
from shared.testing import builders, callers
from shared.testing.flows import Flows
from tests.flows.test_standards import mailed


async def test_a_silent_lead_is_written_to_and_the_suggestion_is_settled(flows: Flows, tmp_path: Path) -> None:
    shipped = actions.current()
    everybody = tuple(one.model_copy(update={"share": 1.0}) for one in shipped.actions)
    with actions.using(shipped.model_copy(update={"actions": everybody})):
        flow = await flows("scoring", "notifications", "journeys")
        person = new_id()
        await flow.say(builders.entity(builders.SENDING), builders.entity_details(builders.SENDING, name="Cluj"))
        await flow.say(builders.person(person), builders.person_details(person))
        flow.clock.set(flow.clock.now() + timedelta(days=31))
        await flow.due()
        manager = callers.sending_manager(builders.SENDING)
        (one,) = (await flow["scoring"].read(views.next_of_person, person, caller=manager)).items
        assert (one.action, one.state) == ("win-back", State.open)
        flow.clock.set(datetime.combine(one.local_at.date(), datetime.min.time(), UTC) + timedelta(hours=12))
        subjects = await mailed(flow, tmp_path)
    assert "Te mai gândești să pleci, Ioana?" in subjects
    told = await flow["scoring"].read(views.list_suggestions, None, State.sent, None, Paging(limit=5), caller=manager)
    assert [one.action for one in told.items] == ["win-back"]
    page = await flow["journeys"].read(
        journeys.get_timeline, journeys.Whose(person), journeys.Wanted(), Order.oldest, Paging(limit=200)
    )
    types = [entry.type for entry in page.items]
    assert types.index("scoring.action-suggested.v1") < types.index("scoring.action-settled.v1")
