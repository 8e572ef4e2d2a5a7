"""Standards across rooms: an approval opens them, mail and papers prove them, the EP denies one, a case is opened."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from services.applications import commands, handlers
from services.applications.views.requirements import get_requirement
from services.journeys import views as journeys
from services.journeys.views import Order
from services.notifications import handlers as notifications
from services.notifications import views
from services.notifications.commands.papers import AcknowledgeDocument, OpenDocument
from services.notifications.sender import Sender
from services.notifications.views.papers import document_token
from services.surveys.views import list_cases
from shared.embedded.mail import MailServer
from shared.storage.paging import Paging
from shared.testing import builders
from shared.testing.flows import Flow, Flows
from tests.applications.world import build


async def states(flow: Flow, application_id: Any) -> dict[str, str]:
    board = await flow["notifications"].read(views.get_board, application_id)
    return {row.standard: str(row.state) for row in board.standards}


async def told(flow: Flow, person_id: Any) -> list[str]:
    """What the timeline says of standards."""
    page = await flow["journeys"].read(
        journeys.get_timeline, journeys.Whose(person_id), journeys.Wanted(), Order.oldest, Paging(limit=200)
    )
    return [
        f"{entry.type.split('.')[1]} {entry.facts['standard']}" for entry in page.items if "standard" in entry.facts
    ]


async def mailed(flow: Flow, folder: Path) -> list[str]:
    """Everything that is due goes out by mail; the subjects."""
    runtime = flow["notifications"].runtime
    async with MailServer(folder) as mail:
        runtime.kernel = runtime.kernel.model_copy(update={"smtp_port": mail.smtp_port})
        sender = Sender(runtime)
        while await flow["notifications"].due() + await sender.step():
            pass
        sender.close()
        found = [summary.subject for summary in mail.mailbox.listed()]
    await flow.settle()
    return found


async def says(flow: Flow, application: Any, **words: str) -> None:
    """The EP answers standard by standard; said in the name of surveys."""
    ids = ("person_id", "enabler_id", "sending_entity_id", "hosting_entity_id")
    stay = {name: getattr(application, name) for name in ids} | {"application_id": application.id}
    await flow.say(builders.answered(stay, standards=words))


async def test_a_standard_that_the_ep_denies_becomes_a_case(flows: Flows, tmp_path: Path) -> None:
    flow = await flows("applications", "notifications", "surveys", "journeys")
    world = await build(flow["applications"])
    application = await world.approved()
    await flow.settle()
    found = await states(flow, application.id)
    assert (found["duration"], found["arrival_pickup"]) == ("done", "open")  # posted with its dates; not yet in writing

    paper = commands.RecordRequirement(application.id, "passport_copy", commands.Facts())
    await flow["applications"].do(handlers.record_requirement, paper, world.se)
    dossier = commands.Dossier(pickup_place="Uppsala station", pickup_on="2026-02-27", accommodation="Studentvägen 12")
    await flow["applications"].do(handlers.patch_dossier, commands.PatchDossier(application.id, dossier), world.he)
    await flow.settle()
    assert await mailed(flow, tmp_path) != []
    assert (await states(flow, application.id))["arrival_pickup"] == "done"
    board = await flow["notifications"].read(views.get_board, application.id)
    parts = {part.code: part.by for row in board.standards for part in row.parts if part.by}
    assert (parts["passport_copy"], parts["place"]) == ("requirement:passport_copy", "dossier:accommodation")

    flow.clock.set(datetime(2026, 5, 26, 9, tzinfo=UTC))
    await says(flow, application, arrival_pickup="no", first_day_of_work="no")
    board = await flow["notifications"].read(views.get_board, application.id)
    assert [row.standard for row in board.standards if row.conflict] == ["arrival_pickup"]
    (case,) = (await flow["surveys"].read(list_cases, None, None, application.id, Paging(limit=10))).items
    assert (case.cause, case.application_id) == ("conflict", application.id)
    assert "arrival pickup" in case.report
    timeline = await told(flow, world.ep.party)
    assert timeline[-2:] == ["standard-conflicted arrival_pickup", "quality-case-opened arrival_pickup"]
    assert "standard-evidenced arrival_pickup" in timeline

    flow.clock.set(datetime(2026, 6, 1, 9, tzinfo=UTC))
    await says(flow, application, arrival_pickup="yes")
    assert (await states(flow, application.id))["arrival_pickup"] == "confirmed"
    assert (await told(flow, world.ep.party))[-1] == "standard-settled arrival_pickup"
    assert (await flow["surveys"].read(list_cases, None, None, application.id, Paging(limit=10))).items == [case]


async def test_policies_acknowledged_on_the_page_fulfil_the_requirement(flows: Flows, tmp_path: Path) -> None:
    flow = await flows("applications", "notifications")
    world = await build(flow["applications"])
    application = await world.approved()
    await flow.settle()
    flow.clock.set(datetime(2026, 2, 6, 9, tzinfo=UTC))
    await mailed(flow, tmp_path)
    room, ours = flow["notifications"], Paging(limit=50)
    receipts = (await room.read(views.list_receipts, application.id, ours)).items
    (paper,) = [one for one in receipts if one.kind == "policies-papers"]
    token = document_token(paper.delivery_id)
    await room.do(notifications.open_document, OpenDocument(token))
    await room.do(notifications.acknowledge_document, AcknowledgeDocument(token, paper.document_id, "Ioana Șerban"))
    await flow.settle()
    row = await flow["applications"].read(get_requirement, application.id, "policies_acknowledged", caller=world.se)
    assert (row.state, row.facts) == ("done", {"policy_version": "xpp-2026"})
    board = await room.read(views.get_board, application.id)
    assert {one.standard: str(one.state) for one in board.standards}["policies_in_writing"] == "done"
