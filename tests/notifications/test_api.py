"""The HTTP door: who sees which touchpoint, what a document looks like on the wire, what a bad request hears."""

import hashlib
from datetime import timedelta

import pytest

from services.notifications import plan
from shared.contracts import applications as facts
from shared.contracts import notifications as said
from shared.ids import new_id
from shared.testing import builders, callers
from tests.notifications.world import DEPARTURE, World

NOBODY = "00000000-0000-7000-8000-000000000000"  # one id in every process: it is part of the name of a test


async def test_the_person_sees_the_calendar_and_why_something_waits(world: World) -> None:
    await world.approve()
    await world.run()
    ep = await world.room.client(callers.participant(world.person_id))
    listed = (await ep.get("/v1/touchpoints", params={"application_id": str(world.application_id)})).json()["items"]
    assert len(listed) == 4
    pickup = next(item for item in listed if item["code"] == "pickup-information")
    assert (pickup["state"], pickup["reason"], pickup["waiting_for"][0]) == ("due", "waits_for_facts", "person")
    assert (pickup["title"], pickup["mandatory"], pickup["proves"]) == ("Pick-up information", True, "arrival_pickup")
    one = await ep.get(f"/v1/touchpoints/{pickup['id']}")
    assert one.json() == pickup
    assert one.headers["ETag"] == f'"{pickup["version"]}"'
    waiting = (await ep.get("/v1/touchpoints", params={"state": "waiting"})).json()["items"]
    assert {item["code"] for item in waiting} == {"first-day-reminder", "departure-document"}


async def test_each_side_sees_its_own_and_nobody_else_anything(world: World) -> None:
    await world.hear_places()
    await world.known()
    await world.run()
    touchpoint = (await world.calendar())["pickup-information"]
    seers = [
        callers.participant(world.person_id),
        callers.sending_manager(builders.SENDING),
        callers.hosting_manager(builders.HOSTING),
        callers.national_manager(builders.WORLD),
        callers.global_manager(),
        callers.auditor(),
    ]
    strangers = [
        callers.participant(),
        callers.enabler(world.stay["enabler_id"]),
        callers.sending_manager(builders.HOSTING),
        callers.hosting_manager(builders.SENDING),
        callers.hosting_manager(new_id()),
    ]
    paths = [f"/v1/touchpoints/{touchpoint.id}", f"/v1/documents/{touchpoint.document_id}"]
    paths.append(f"/v1/documents/{touchpoint.document_id}/content")
    for caller, status in [(caller, 200) for caller in seers] + [(caller, 404) for caller in strangers]:
        client = await world.room.client(caller)
        assert [(await client.get(path)).status_code for path in paths] == [status] * 3, caller
        for lists in ("/v1/touchpoints", "/v1/deliveries"):
            assert bool((await client.get(lists)).json()["items"]) == (status == 200), caller
        proved = await client.get("/v1/standards", params={"application_id": str(world.application_id)})
        assert bool(proved.json()["items"]) == (status == 200), caller


async def test_a_document_comes_as_it_was_attached(world: World) -> None:
    await world.known()
    await world.at(DEPARTURE)
    departure = (await world.calendar())["departure-document"]
    ep = await world.room.client(callers.participant(world.person_id))
    about = (await ep.get(f"/v1/documents/{departure.document_id}")).json()
    assert (about["kind"], about["language"], about["file_name"], about["erased"]) == (
        "departure-document", "ro", "document-plecare.pdf", False
    )  # fmt: skip
    pdf = await ep.get(f"/v1/documents/{departure.document_id}/content")
    assert pdf.headers["Content-Type"] == "application/pdf"
    assert pdf.headers["Content-Disposition"] == 'attachment; filename="document-plecare.pdf"'
    assert pdf.headers["X-Content-Type-Options"] == "nosniff"
    assert hashlib.sha256(pdf.content).hexdigest() == about["sha256"]
    assert len(pdf.content) == about["size"]
    attached = [part.content for letter in world.inbox() for part in letter.attachments]
    assert pdf.content in attached
    again = await ep.get(
        f"/v1/documents/{departure.document_id}/content", headers={"If-None-Match": pdf.headers["ETag"]}
    )
    assert (again.status_code, again.content) == (304, b"")


async def test_a_forgotten_persons_document_is_gone(world: World) -> None:
    await world.known()
    await world.run()
    document = (await world.calendar())["pickup-information"].document_id
    await world.room.hear_erased(facts.PersonDetails, world.person_id)
    auditor = await world.room.client(callers.auditor())
    assert (await auditor.get(f"/v1/documents/{document}")).json()["erased"] is True
    gone = await auditor.get(f"/v1/documents/{document}/content")
    assert (gone.status_code, gone.json()["type"]) == (404, "/problems/document-erased")


async def test_deliveries_show_tries_and_message_ids(world: World) -> None:
    await world.known()
    await world.run()
    touchpoint = (await world.calendar())["pickup-information"]
    client = await world.room.client(callers.hosting_manager(builders.HOSTING))
    rows = (await client.get("/v1/deliveries", params={"touchpoint_id": str(touchpoint.id)})).json()["items"]
    assert [(row["state"], row["attempts"], row["language"], row["channel"]) for row in rows] == [
        ("sent", 1, "ro", "email")
    ]
    assert f"<{rows[0]['message_id']}@sojourn.example>" in {m.headers["Message-ID"] for m in world.inbox()}
    assert "ioana" not in str(rows)


async def test_the_calendar_is_paged_and_tells_what_changed(world: World) -> None:
    await world.approve()
    client = await world.room.client(callers.global_manager())
    seen, page = [], (await client.get("/v1/touchpoints", params={"limit": 3})).json()
    seen += page["items"]
    rest = (await client.get("/v1/touchpoints", params={"limit": 3, "cursor": page["next"]})).json()
    seen += rest["items"]
    assert rest["next"] is None
    assert len({item["id"] for item in seen}) == 4
    moment = world.room.clock.machine()
    await world.step(facts.ApplicationWithdrawn, reason="own_wish")
    changed = (await client.get("/v1/touchpoints", params={"changed_since": moment.isoformat()})).json()["items"]
    assert len(changed) == 4
    later = (moment + timedelta(hours=1)).isoformat()
    assert (await client.get("/v1/touchpoints", params={"changed_since": later})).json()["items"] == []


async def test_the_plan_is_there_to_read(world: World) -> None:
    client = await world.room.client(callers.participant())
    shown = (await client.get("/v1/plan")).json()
    assert (shown["plan"], shown["version"], shown["languages"]) == ("default", 1, ["ar", "en", "ro", "sv"])
    assert [entry["code"] for entry in shown["touchpoints"]] == [
        "pickup-information",
        "preparation-booklet",
        "first-day-reminder",
        "departure-document",
        "survey-invitation",
    ]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/touchpoints/nonsense", 422),
        ("/v1/touchpoints?state=dreaming", 422),
        ("/v1/touchpoints?application_id=1", 422),
        ("/v1/touchpoints?limit=1000000", 422),
        ("/v1/touchpoints?cursor=!!!", 422),
        ("/v1/standards", 422),
        (f"/v1/touchpoints/{NOBODY}", 404),
        (f"/v1/documents/{NOBODY}", 404),
        (f"/v1/documents/{NOBODY}/content", 404),
        ("/v1/nothing", 404),
    ],
)
async def test_a_bad_request_gets_a_problem_document(world: World, path: str, status: int) -> None:
    client = await world.room.client(callers.global_manager())
    answer = await client.get(path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")


@pytest.mark.parametrize("path", ["/v1/touchpoints", "/v1/deliveries", "/v1/plan", f"/v1/documents/{NOBODY}/content"])
async def test_without_a_token_nothing_is_shown(world: World, path: str) -> None:
    client = await world.room.client()
    assert (await client.get(path)).status_code == 401


async def test_what_concerns_an_enabler_alone_is_listed_and_sent_too(world: World) -> None:
    with plan.using(plan.parse(plan.DEFAULT.read_text("utf-8"))):
        await world.hear_places()
        await world.room.hear(
            facts.EnablerRegistered(
                enabler_id=world.stay["enabler_id"], hosting_entity_id=builders.HOSTING, kind="company"
            )
        )
        await world.run()
        manager = await world.room.client(callers.global_manager())
        theirs = {"enabler_id": str(world.stay["enabler_id"])}
        listed = (await manager.get("/v1/touchpoints", params=theirs)).json()["items"]
        assert {item["audience"] for item in listed} == {"enabler"}
        tasks = (await manager.get("/v1/tasks", params=theirs)).json()["items"]
        assert {item["enabler_id"] for item in tasks} <= {theirs["enabler_id"]}
        welcome = next(item for item in listed if item["code"] == "enabler-welcome")
        assert (welcome["state"], welcome["audience"], welcome["person_id"]) == ("sent", "enabler", None)
        assert welcome["recipient_id"] == str(world.stay["enabler_id"])
        deliveries = (await manager.get("/v1/deliveries", params={"touchpoint_id": welcome["id"]})).json()["items"]
        assert [(one["state"], one["application_id"]) for one in deliveries] == [("sent", None)]
        for event in (said.EnablerTouchpointScheduled, said.EnablerTouchpointSent):
            told = await world.room.said(event)
            assert ("enabler-welcome", world.stay["enabler_id"]) in [(one.touchpoint, one.enabler_id) for one in told]


async def test_a_document_is_seen_by_whom_it_went_to(world: World) -> None:
    with plan.using(plan.parse(plan.DEFAULT.read_text("utf-8"))):
        await world.known()
        await world.run()
        manager = await world.room.client(callers.global_manager())
        sent = (await manager.get("/v1/deliveries", params={"limit": 200})).json()["items"]
        papers = {one["touchpoint"]: one["document_id"] for one in sent if one["document_id"]}
        ep = await world.room.client(callers.participant(world.person_id))
        enabler = await world.room.client(callers.enabler(world.stay["enabler_id"]))
        for code, theirs, others in (("company-booklet", enabler, ep), ("pickup-information", ep, enabler)):
            path = f"/v1/documents/{papers[code]}"
            assert [(await one.get(path)).status_code for one in (manager, theirs, others)] == [200, 200, 404]
