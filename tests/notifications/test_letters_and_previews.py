"""Operators' own words for letters, and previews with a real application's data."""

import base64
from datetime import UTC, datetime
from typing import Any

import httpx

from shared.contracts import applications as facts
from shared.ids import new_id
from shared.testing import builders, callers
from tests.notifications.test_plan_versions import boss, content, draft
from tests.notifications.world import World

WORDS: dict[str, Any] = {
    "subject": "{{ person.given_name }}, off you go",
    "preview": "Your first day",
    "greeting": "Hej {{ person.given_name }},",
    "body": [{"text": "See you at {{ opportunity.city }}. <b>Soon</b>"}],
    "closing": [{"text": "{{ hosting_entity.name }}"}],
}


async def words(client: httpx.AsyncClient, **more: Any) -> dict[str, Any]:
    body = {"letter": "first-day-reminder", "language": "ro", "content": WORDS} | more
    reply = await client.post("/v1/letters", json=body)
    assert reply.status_code == 201, reply.text
    return reply.json()


async def act(client: httpx.AsyncClient, row: dict[str, Any], what: str) -> httpx.Response:
    tag = (await client.get(f"/v1/letters/{row['id']}")).headers["ETag"]
    return await client.post(f"/v1/letters/{row['id']}/{what}", headers={"If-Match": tag})


async def preview(client: httpx.AsyncClient, world: World, touchpoint: str = "first-day-reminder", **more: Any) -> Any:
    body = {"touchpoint": touchpoint, "application_id": str(world.application_id)} | more
    return await client.post("/v1/plan/preview", json=body)


async def test_a_letter_that_does_more_than_show_facts_is_refused_with_every_place(world: World) -> None:
    client = await boss(world)
    evil = WORDS | {"subject": "{{ ''.__class__ }}", "body": [{"text": "{% for x in range(9) %}{% endfor %}"}]}
    body = {"letter": "first-day-reminder", "language": "en", "content": evil}
    reply = await client.post("/v1/letters", json=body)
    assert reply.status_code == 422
    assert {e["pointer"] for e in reply.json()["errors"]} == {"#/content/subject", "#/content/body/0/text"}
    unknown = body | {"content": WORDS, "letter": "nothing"}
    assert (await client.post("/v1/letters", json=unknown)).json()["errors"][0]["pointer"] == "#/letter"
    assert (await client.post("/v1/letters", json=body | {"content": WORDS, "language": "tlh"})).status_code == 422


async def test_a_preview_shows_mail_and_document_with_real_data(world: World) -> None:
    await world.known()
    client = await world.room.client(callers.hosting_manager(builders.HOSTING))
    shown = (await preview(client, world, "departure-document")).json()
    assert (shown["ready"], shown["missing"], shown["language"]) == (True, [], "ro")
    assert base64.b64decode(shown["document"]).startswith(b"%PDF-")
    assert "Ioana" in shown["text"]
    assert "<html" in shown["html"]
    english = (await preview(client, world, "departure-document", language="en")).json()
    assert english["subject"] != shown["subject"]
    assert world.inbox() == []
    assert (await world.deliveries("departure-document")) == []


async def test_a_preview_names_what_is_missing(world: World) -> None:
    await world.hear_people()
    await world.hear_places()
    await world.approve()
    shown = (await preview(await boss(world), world, "departure-document")).json()
    assert (shown["ready"], shown["missing"]) == (False, ["departure_route"])


async def test_a_preview_says_what_its_words_name_and_nobody_knows(world: World) -> None:
    """A stay that nobody approved has no days yet; the sentence is one that the console says in any language."""
    await world.hear_people()
    await world.hear_places()
    await world.step(facts.ApplicationSubmitted)
    shown = (await preview(await boss(world), world, "departure-document")).json()
    assert (shown["ready"], shown["subject"]) == (False, None)
    assert shown["faults"] == ["It names what is not known of this application: stay."]


async def test_a_preview_is_for_those_who_see_the_application(world: World) -> None:
    await world.known()
    stranger = await world.room.client(callers.hosting_manager(builders.SENDING))
    assert (await preview(stranger, world)).status_code == 404
    ep = await world.room.client(callers.participant(world.person_id))
    assert (await preview(ep, world)).status_code == 403
    client = await boss(world)
    assert (await preview(client, world, "no-such-thing")).status_code == 422
    assert (await preview(client, world, application_id=str(new_id()))).status_code == 404


async def test_a_drafts_entry_and_words_can_be_looked_at_before_they_are_published(world: World) -> None:
    await world.known()
    client = await boss(world)
    row = await draft(client, content=content())
    letter = await words(client)
    body = {"touchpoint": "first-day-reminder", "application_id": str(world.application_id)}
    reply = await client.post(f"/v1/plans/{row['id']}/preview", json=body | {"letter_id": letter["id"]})
    shown = reply.json()
    assert (shown["subject"], shown["ready"]) == ("Ioana, off you go", True)
    assert "Soon" in shown["html"]
    assert "<b>Soon" not in shown["html"]
    other = await client.post(
        f"/v1/plans/{row['id']}/preview", json=body | {"letter_id": letter["id"], "language": "en"}
    )
    assert other.status_code == 422


async def test_the_nearest_committees_published_words_are_used(world: World) -> None:
    await world.known()
    client = await boss(world)
    everybody = await words(client)
    assert (await preview(client, world)).json()["subject"] != "Ioana, off you go"
    await act(client, everybody, "publish")
    assert (await preview(client, world)).json()["subject"] == "Ioana, off you go"
    near = await words(client, entity_id=str(builders.HOSTING), content=WORDS | {"subject": "Uppsala waits"})
    await act(client, near, "publish")
    assert (await preview(client, world)).json()["subject"] == "Uppsala waits"
    assert (await act(client, near, "retire")).json()["state"] == "retired"
    assert (await preview(client, world)).json()["subject"] == "Ioana, off you go"
    assert (await act(client, near, "publish")).status_code == 200


async def test_a_committee_writes_its_own_letters_only(world: World) -> None:
    await world.hear_places()
    host = await world.room.client(callers.hosting_manager(builders.HOSTING))
    mine = await words(host, entity_id=str(builders.HOSTING))
    sender = await world.room.client(callers.sending_manager(builders.SENDING))
    assert (await sender.get(f"/v1/letters/{mine['id']}")).status_code == 404
    body = {"letter": "first-day-reminder", "language": "ro", "content": WORDS}
    assert (await sender.post("/v1/letters", json=body)).status_code == 403
    assert (await sender.post(f"/v1/letters/{mine['id']}/publish", headers={"If-Match": "*"})).status_code == 404


async def test_what_is_sent_is_written_in_the_published_words(world: World) -> None:
    client = await boss(world)
    await act(client, await words(client), "publish")
    await world.known()
    await world.at(datetime(2026, 2, 27, 12, tzinfo=UTC))
    subjects = [letter.headers["Subject"] for letter in world.inbox()]
    assert "Ioana, off you go" in subjects


async def test_words_that_show_a_fact_that_is_not_known_give_way_to_the_shipped_ones(world: World) -> None:
    client = await boss(world)
    needy = WORDS | {"body": [{"text": "Your flight is {{ flight_number }}."}]}
    await act(client, await words(client, content=needy), "publish")
    await world.known()
    await world.at(datetime(2026, 2, 27, 12, tzinfo=UTC))
    assert (await world.states())["first-day-reminder"] == "sent"
    assert "Ioana, off you go" not in [letter.headers["Subject"] for letter in world.inbox()]
