"""The exchange standards that this room keeps: what a posting states, hours of a week, policies in writing."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.applications import commands, handlers
from services.applications.policy.postings import stated_errors
from services.applications.policy.reasons import BreakReason
from services.applications.views.requirements import get_requirement
from shared.contracts.applications import Product, RequirementFulfilled
from shared.contracts.envelope import Envelope
from shared.contracts.papers import DocumentAcknowledged
from shared.errors import Forbidden, Invalid
from shared.ids import new_id
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


KIND = "policies_acknowledged"


async def acknowledged(world: World, application: Any, at: datetime, version: str = "xpp-2026", **more: Any) -> None:
    """What the notifications room says when the EP has ticked and typed their name under a document."""
    ids = {name: getattr(application, name) for name in ("person_id", "sending_entity_id", "hosting_entity_id")}
    document = {"document_id": new_id(), "kind": "policies-papers", "document": "a" * 64, "language": "ro"}
    about = {"touchpoint_id": new_id(), "touchpoint": "policies-papers", "application_id": application.id}
    fact = DocumentAcknowledged(**{**ids, **document, **about, "policy_version": version, **more})
    source = "/sojourn/notifications"
    envelope = Envelope(new_id(), fact.TYPE, source, fact.key, at, at.date(), 1, new_id(), None, None, fact)
    await world.room.take([envelope])


async def seen(world: World, application: Any) -> Any:
    return await world.room.read(get_requirement, application.id, KIND, caller=world.se)


LATE, SOON = datetime(2026, 2, 3, 23, 30, tzinfo=UTC), datetime(2026, 2, 1, 9, tzinfo=UTC)


async def test_what_the_ep_signed_under_the_document_is_recorded_for_them(world: World) -> None:
    application = await world.approved()
    await acknowledged(world, application, LATE)  # the 4th in Stockholm
    row = await seen(world, application)
    assert (row.state, row.done_on, row.facts) == ("done", date(2026, 2, 4), {"policy_version": "xpp-2026"})
    (told,) = [one for one in await world.room.said(RequirementFulfilled) if one.kind == KIND]
    assert (told.done_on, told.late, told.application_id) == (date(2026, 2, 4), False, application.id)


@pytest.mark.parametrize("order", [(SOON, LATE), (LATE, SOON)])
async def test_the_first_day_stands_in_whatever_order_two_are_heard(world: World, order: tuple[datetime, ...]) -> None:
    application = await world.approved()
    for at in order:
        await acknowledged(world, application, at, {SOON: "xpp-2026", LATE: "xpp-2027"}[at])
    row = await seen(world, application)
    assert (row.state, row.done_on, row.facts) == ("done", date(2026, 2, 1), {"policy_version": "xpp-2026"})


async def test_what_the_ep_recorded_by_hand_or_the_manager_waived_stays(world: World) -> None:
    application = await world.approved()
    waive = commands.WaiveRequirement(application.id, KIND, "Told in person, a paper copy is filed.")
    await world.room.do(handlers.waive_requirement, waive, world.se)
    await acknowledged(world, application, SOON)
    assert (await seen(world, application)).state == "waived"
    reopened = commands.ReopenRequirement(application.id, KIND, "The paper copy got lost.")
    await world.room.do(handlers.reopen_requirement, reopened, world.se)
    await acknowledged(world, application, LATE)
    assert (await seen(world, application)).state == "done"


async def test_another_document_another_person_and_an_unknown_application_record_nothing(world: World) -> None:
    application = await world.approved()
    for more in ({"kind": "pickup-sheet"}, {"person_id": new_id()}, {"application_id": new_id()}):
        await acknowledged(world, application, SOON, **more)
    assert (await seen(world, application)).state == "open"


async def test_an_acknowledgement_that_is_heard_after_a_break_counts_when_the_approval_comes_back(world: World) -> None:
    application = await world.approved()
    broken = commands.BreakApproval(application.id, BreakReason.visa_refused)
    await world.room.do(handlers.break_approval, broken, world.se)
    assert (await seen(world, application)).state == "lapsed"
    await acknowledged(world, application, SOON)
    row = await seen(world, application)
    assert (row.state, row.facts) == ("done", {"policy_version": "xpp-2026"})
