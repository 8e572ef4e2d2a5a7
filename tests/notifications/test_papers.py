"""Documents by their personal link: opened by people, not by scanners; acknowledged in writing; asked for in time."""

import hashlib
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from services.notifications import commands, handlers, plan, texts, views
from services.notifications.commands import Paper
from services.notifications.handlers.gathering import Known
from services.notifications.handlers.papers import typed_name
from services.notifications.model import Delivery
from services.notifications.policy.papers import OWNERS, WANTED, Owner, lacking, owner_of
from services.notifications.texts import FACTS
from services.notifications.views.papers import PASS, document_token
from shared import links
from shared.contracts import applications as facts
from shared.contracts import papers as said
from shared.errors import Invalid
from shared.ids import derived_id
from shared.storage.paging import Paging
from shared.testing import builders, callers
from tests.notifications.world import DEPARTURE, World

PDF = b"%PDF-1.7 policies"


async def sent(world: World, touchpoint: str = "pickup-information") -> str:
    """The path of the page of a document that was sent."""
    await world.known()
    await world.run()
    (row,) = await world.deliveries(touchpoint)
    return f"/d/{document_token(row.id)}"


async def policies(world: World) -> tuple[str, Any]:
    """The path of a document that is to be acknowledged, and its delivery."""
    await world.known()
    await world.run()
    (row,) = await world.deliveries("pickup-information")
    digest = hashlib.sha256(PDF).hexdigest()
    paper = Paper(row.id, "policies-papers", "en", "standards-and-policies.pdf", digest, PDF)
    await world.sql("DELETE FROM document_link")
    await world.room.do(handlers.file_documents, commands.FileDocuments([paper]))
    return f"/d/{document_token(row.id)}", row


@pytest.fixture
async def browser(world: World) -> httpx.AsyncClient:
    return await world.room.client()


async def test_the_letter_carries_the_personal_link_of_its_document(world: World, browser: httpx.AsyncClient) -> None:
    path = await sent(world)
    letter = next(one for one in world.inbox() if path in (one.html or ""))
    assert path in (letter.text or "")
    reply = await browser.get(path)
    assert reply.status_code == 200
    assert "Informații pentru sosire" in reply.text
    assert "Uppsala Committee" in reply.text
    assert "<script" not in reply.text
    assert reply.headers["x-robots-tag"] == "noindex, nofollow"
    assert reply.headers["cache-control"] == "no-store"


async def test_a_scanner_that_follows_every_link_opens_nothing(world: World, browser: httpx.AsyncClient) -> None:
    path = await sent(world)
    before = await world.room.said()
    for _ in range(3):
        page = await browser.get(path, params={"do": "open"})
        assert page.status_code == 200
        assert (await browser.head(path)).status_code == 200
        for link in re.findall(r'href="([^"]+)"', page.text):
            await browser.get(link)
    assert await world.room.said() == before
    page = await world.room.read(views.list_receipts, world.application_id, Paging(limit=50))
    assert {row.opened_at for row in page.items} == {None}


async def test_the_button_opens_the_document_once_and_for_all(world: World, browser: httpx.AsyncClient) -> None:
    path = await sent(world)
    for _ in range(2):
        reply = await browser.post(path, data={"do": "open"})
        assert reply.status_code == 303
        pdf = await browser.get(str(reply.url.join(reply.headers["location"])))
        assert pdf.status_code == 200
        assert pdf.headers["content-type"] == "application/pdf"
        assert pdf.content.startswith(b"%PDF-")
    (opened,) = await world.room.said(said.DocumentOpened)
    assert (opened.kind, opened.touchpoint) == ("pickup-sheet", "pickup-information")
    assert opened.document == hashlib.sha256(pdf.content).hexdigest()


async def test_the_way_to_the_pdf_holds_for_some_minutes_and_for_this_document(
    world: World, browser: httpx.AsyncClient
) -> None:
    path = await sent(world)
    (row,) = await world.deliveries("preparation-booklet")
    other = links.links().sign(PASS, row.id, datetime.now(UTC) + timedelta(minutes=5))
    old = links.links().sign(PASS, row.id, datetime.now(UTC) - timedelta(minutes=1))
    assert (await browser.get(f"{path}/{other}")).status_code == 404
    assert (await browser.get(f"{path}/nonsense")).status_code == 404
    back = await browser.get(f"{path}/{old}")
    assert (back.status_code, back.headers["location"]) == (303, f"../{path.removeprefix('/d/')}")
    assert await world.room.said(said.DocumentOpened) == []


@pytest.mark.parametrize("what", ["another purpose", "nobody's", "nonsense", "over", "erased"])
async def test_a_link_that_is_none_shows_a_friendly_page(world: World, browser: httpx.AsyncClient, what: str) -> None:
    path = await sent(world)
    (row,) = await world.deliveries("pickup-information")
    match what:
        case "another purpose":
            path = "/d/" + links.survey_token(row.id)
        case "nobody's":
            path = f"/d/{document_token(derived_id('nobody'))}"
        case "nonsense":
            path = "/d/" + "x" * 72
        case "over":
            world.room.clock.advance(timedelta(days=401))
        case "erased":
            await world.room.hear_erased(facts.PersonDetails, world.person_id)
    for reply in (await browser.get(path), await browser.post(path, data={"do": "open"})):
        assert reply.status_code == 404
        assert "This link does not work" in reply.text


async def test_only_the_digest_of_a_link_is_stored(world: World) -> None:
    path = await sent(world)
    async with world.room.runtime.database.engine.connect() as connection:
        rows = (await connection.execute(text("SELECT token_digest FROM document_link"))).scalars().all()
    assert links.digest(path.removeprefix("/d/")) in rows
    assert path.removeprefix("/d/") not in rows


async def test_documents_are_listed_for_whom_they_are_and_for_their_committees(
    world: World, browser: httpx.AsyncClient
) -> None:
    path = await sent(world)
    await browser.post(path, data={"do": "open"})

    async def listed(caller: Any, **wanted: Any) -> list[Any]:
        about = (wanted.get("application_id"), wanted.get("person_id"))
        return list((await world.room.read(views.list_documents, *about, Paging(), caller=caller)).items)

    own = await listed(callers.participant(world.person_id))
    pickup = next(one for one in own if one.kind == "pickup-sheet")
    assert (pickup.page or "").endswith(path)
    assert pickup.opened_at is not None
    assert (pickup.to_acknowledge, pickup.policy_version, pickup.erased) == (False, None, False)
    of_staff = await listed(callers.auditor(), application_id=world.application_id)
    assert pickup.id in [one.id for one in of_staff]
    assert {one.page for one in of_staff} == {None}, "the personal page is nobody else's"
    assert await listed(callers.participant(derived_id("somebody"))) == []
    assert await listed(callers.auditor(), person_id=derived_id("somebody")) == []


# --- acknowledged in writing


async def test_policies_are_acknowledged_by_a_tick_and_a_typed_name(world: World, browser: httpx.AsyncClient) -> None:
    path, _ = await policies(world)
    page = await browser.get(path)
    assert 'name="name"' not in page.text  # read first
    await browser.post(path, data={"do": "open"})
    page = await browser.get(path)
    document = re.search(r'name="document" value="([^"]+)"', page.text)
    assert document
    form = {"do": "acknowledge", "document": document[1], "name": " Ioana \u202e  Șerban ", "read": "on"}
    reply = await browser.post(path, data=form)
    assert reply.status_code == 303
    again = await browser.post(path, data=form | {"name": "Somebody Else"})
    assert again.status_code == 303
    (fact,) = await world.room.said(said.DocumentAcknowledged)
    assert (fact.policy_version, fact.language) == ("xpp-2026", "en")
    assert "Ioana Șerban" in (await browser.get(path)).text
    receipt = await world.room.read(views.get_receipt, fact.document_id)
    assert (receipt.name, receipt.policy_version, receipt.acknowledged_at) == (
        "Ioana Șerban", "xpp-2026", world.room.clock.now(),
    )  # fmt: skip
    kept = await world.room.read(views.get_standard, world.application_id, "policies_in_writing")
    assert (kept.state, kept.parts[0].by) == ("done", "acknowledged:policies-papers")
    await world.room.hear_erased(facts.PersonDetails, world.person_id)
    forgotten = await world.room.read(views.get_receipt, fact.document_id)
    assert (forgotten.name, forgotten.acknowledged_at) == (None, receipt.acknowledged_at)


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"read": ""}, 422, "Please tick the box"),
        ({"name": "  "}, 422, "Please type your first and last name."),
        ({"name": "...---..."}, 422, "Please type your first and last name."),
        ({"document": "5affb229-7631-5992-b0ce-583505c6af07"}, 409, "There is a newer version"),
        ({"document": "'; DROP TABLE document"}, 409, "There is a newer version"),
        ({"do": "burn"}, 400, "That did not arrive"),
    ],
)
async def test_what_is_wrong_is_said_on_the_page(
    world: World, browser: httpx.AsyncClient, change: dict[str, str], status: int, words: str
) -> None:
    path, _ = await policies(world)
    await browser.post(path, data={"do": "open"})
    document = re.search(r'name="document" value="([^"]+)"', (await browser.get(path)).text)
    assert document
    form = {"do": "acknowledge", "document": document[1], "name": "<b>Ioana</b>", "read": "on"} | change
    reply = await browser.post(path, data=form)
    assert reply.status_code == status
    assert words in reply.text
    assert "<b>Ioana</b>" not in reply.text
    assert await world.room.said(said.DocumentAcknowledged) == []


async def test_what_was_not_opened_is_not_acknowledged(world: World, browser: httpx.AsyncClient) -> None:
    path, row = await policies(world)
    receipts = await world.room.read(views.list_receipts, world.application_id, Paging(limit=50))
    document = next(one.document_id for one in receipts.items if one.delivery_id == row.id)
    form = {"do": "acknowledge", "document": str(document), "name": "Ioana Șerban", "read": "on"}
    reply = await browser.post(path, data=form)
    assert reply.status_code == 409
    assert "open and read the document first" in reply.text


@pytest.mark.parametrize("name", ["", "ab", "  \u200b ", "12345", "x" * 201])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(Invalid):
        typed_name(name)


# --- goals


async def test_agreed_goals_stand_on_the_sheet_and_are_forgotten_with_the_person(world: World) -> None:
    await world.known()
    host = await world.room.client(callers.hosting_manager(builders.HOSTING))
    path = f"/v1/applications/{world.application_id}/goals"
    assert (await host.get(path)).json()["version"] == 0
    body = {"responsibilities": ["Weekly report"], "goals": ["A dashboard"], "feedback": "Thursdays"}
    assert (await host.put(path, json=body)).status_code == 428
    reply = await host.put(path, json=body, headers={"If-Match": '"0"'})
    assert reply.status_code == 200, reply.text
    assert (await host.put(path, json=body, headers={"If-Match": '"0"'})).status_code == 412
    stranger = await world.room.client(callers.participant(derived_id("stranger")))
    assert (await stranger.get(path)).status_code == 404
    found = await gathered(world)
    assert found["goals"]["goals"] == ["A dashboard"]
    await world.room.hear_erased(facts.PersonDetails, world.person_id)
    assert (await host.get(path)).json()["goals"] == []


async def gathered(world: World) -> dict[str, Any]:
    async def gather(uow: Any, _: Any) -> dict[str, Any]:
        stay = world.stay
        names = ("person_id", "application_id", "sending_entity_id", "hosting_entity_id")
        row = Delivery(
            id=derived_id("x"), touchpoint="departure-document", subject=stay["application_id"],
            **{name: stay[name] for name in names},
        )  # fmt: skip
        return (await Known.of(uow, [row])).facts(row)

    return await world.room.do(gather, None)


# --- pre-flight


async def test_missing_facts_are_asked_for_days_before_and_the_question_closes_by_itself(world: World) -> None:
    await world.known()
    await world.hear_dossier(departure_route=None)
    await world.at(DEPARTURE - timedelta(days=8))
    assert await asked(world) == []
    await world.at(DEPARTURE - timedelta(days=6, hours=12))
    (question,) = await world.room.said(said.FactsMissing)
    assert (question.touchpoint, question.owner) == ("departure-document", "hosting")
    assert (question.missing, question.due_on) == (["departure_route"], date(2026, 5, 10))
    await world.at(DEPARTURE - timedelta(days=4))
    assert len(await world.room.said(said.FactsMissing)) == 1  # asked once, not every morning
    assert await asked(world) == [("departure-document", ["hosting"])]
    await world.hear_dossier()
    assert len(await world.room.said(said.FactsComplete)) == 1
    assert await asked(world) == []


async def asked(world: World) -> list[tuple[str, list[str]]]:
    found = await world.room.read(handlers.preflight, world.application_id)
    return [(one.touchpoint, [str(owner) for owner in one.asked]) for one in found.items if one.asked]


async def test_a_question_closes_when_the_message_is_not_needed_any_more(world: World) -> None:
    await world.known()
    await world.hear_dossier(departure_route=None)
    await world.at(DEPARTURE - timedelta(days=3))
    assert len(await world.room.said(said.FactsMissing)) == 1
    await world.step(facts.ApprovalBroken, reason="illness", refund=True)
    await world.at(DEPARTURE - timedelta(days=2))
    assert len(await world.room.said(said.FactsComplete)) == 1


async def test_pre_flight_shows_what_is_missing_and_who_owns_it(world: World) -> None:
    await world.hear_people()
    await world.hear_places()
    await world.approve()
    host = await world.room.client(callers.hosting_manager(builders.HOSTING))
    path = f"/v1/applications/{world.application_id}/preflight"
    items = {one["touchpoint"]: one for one in (await host.get(path)).json()["items"]}
    pickup = items["pickup-information"]
    blocking = {lack["fact"]: lack["owner"] for lack in pickup["missing"] if lack["blocks"]}
    assert blocking == {"pickup_place": "hosting", "pickup_on": "hosting"}
    assert not pickup["ready"]
    departure = items["departure-document"]
    assert {"fact": "supervisor", "owner": "enabler", "blocks": False} in departure["missing"]
    stranger = await world.room.client(callers.hosting_manager(derived_id("elsewhere")))
    assert (await stranger.get(path)).status_code == 404


def test_every_fact_of_the_tables_is_one_that_texts_know() -> None:
    wanted = {name.partition(".")[0] for names in WANTED.values() for name in names}
    assert (set(OWNERS) | wanted) <= FACTS
    assert owner_of("departure_route") is Owner.hosting
    assert lacking(["host_facts.money", "person", "goals"], {"host_facts": {"money": ""}, "person": {"x": 1}}) == [
        "host_facts.money", "goals",
    ]  # fmt: skip


async def test_the_plan_sends_every_document_that_is_written() -> None:
    sent_with = {entry.document for entry in plan.current().touchpoints if entry.document}
    assert sent_with == set(texts.words("en").documents)


async def test_an_acknowledgement_keeps_the_standard(world: World, browser: httpx.AsyncClient) -> None:
    """S&S 13 from the plan's own message: sent, opened, acknowledged."""
    with plan.using(plan.parse(plan.DEFAULT.read_text("utf-8"))):  # the shipped plan, not the small one of the tests
        await world.known(language="ar")
        await world.at(datetime(2026, 2, 10, 12, tzinfo=UTC))
    (row,) = await world.deliveries("policies-papers")
    assert row.state == "sent"
    path = f"/d/{document_token(row.id)}"
    await browser.post(path, data={"do": "open"})
    page = await browser.get(path)
    assert '<html lang="ar" dir="rtl">' in page.text
    document = re.search(r'name="document" value="([^"]+)"', page.text)
    assert document
    form = {"do": "acknowledge", "document": document[1], "name": "Ioana Șerban", "read": "on"}
    assert (await browser.post(path, data=form)).status_code == 303
    async with world.room.runtime.database.engine.connect() as connection:
        keys = (await connection.execute(text("SELECT key FROM claim WHERE standing = 'done'"))).scalars().all()
    assert "acknowledged:policies-papers" in keys
