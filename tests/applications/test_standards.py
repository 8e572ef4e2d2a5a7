"""The exchange standards that this room keeps: what a posting states, hours of a week, policies in writing."""

from datetime import UTC, date, datetime

import pytest

from services.applications import commands, handlers
from services.applications.policy.postings import stated_errors
from services.applications.views.requirements import get_requirement
from shared.contracts.applications import Product
from shared.errors import Forbidden, Invalid
from shared.testing import callers
from tests.applications.world import World


@pytest.mark.parametrize(
    ("standard", "field"), [(2, "arrival"), (4, "description"), (10, "accommodation"), (11, "pay")]
)
async def test_what_a_standard_wants_stated_is_missed_by_its_name(world: World, standard: int, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        await world.opportunity(**{field: ""})
    assert [error.pointer for error in refused.value.errors] == [f"#/{field}"], f"S&S {standard}"


@pytest.mark.parametrize(("product", "least"), [("volunteer", 25), ("teacher", 25), ("talent", 35)])
def test_a_week_has_the_hours_of_its_programme(product: str, least: int) -> None:
    assert stated_errors(Product(product), least, {}) == []
    assert [error.pointer for error in stated_errors(Product(product), least - 1, {})] == ["#/weekly_hours"]


async def test_policies_are_acknowledged_by_the_ep_alone_with_version_and_day(world: World) -> None:
    application = await world.approved()
    world.room.clock.set(datetime(2026, 2, 1, 23, 30, tzinfo=UTC))  # the 2nd in Stockholm
    kind, told = "policies_acknowledged", commands.Facts(policy_version="xpp-2026")
    for other in (world.se, world.he, callers.enabler(world.enabler_id)):
        with pytest.raises(Forbidden):
            await world.room.do(
                handlers.record_requirement, commands.RecordRequirement(application.id, kind, told), other
            )
    empty = commands.RecordRequirement(application.id, kind, commands.Facts())
    with pytest.raises(Invalid) as refused:
        await world.room.do(handlers.record_requirement, empty, world.ep)
    assert [error.pointer for error in refused.value.errors] == ["#/policy_version"]
    await world.room.do(handlers.record_requirement, commands.RecordRequirement(application.id, kind, told), world.ep)
    seen = await world.room.read(get_requirement, application.id, kind, caller=world.se)
    assert (seen.state, seen.done_on, seen.facts) == ("done", date(2026, 2, 2), {"policy_version": "xpp-2026"})
