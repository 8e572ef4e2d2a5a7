"""Webhooks as their owners have them: who may, what is told, secrets, pauses, and whose events an endpoint gets."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from services.applications.policy.webhooks import secret_of
from services.applications.views.webhooks import EVENTS
from shared.contracts import applications as facts
from shared.ids import new_id
from shared.testing import callers
from shared.testing.rooms import Rooms
from tests.applications.hooks import Hooks

REGISTER = "/v1/webhooks"


async def test_a_secret_is_told_once_and_stored_nowhere(hooks: Hooks) -> None:
    client = await hooks.client(callers.global_manager())
    body, headers = {"url": hooks.receiver.url}, {"Idempotency-Key": "k1"}
    made = await client.post(REGISTER, json=body, headers=headers)
    assert made.status_code == 201
    secret = made.json()["secret"]
    assert secret.startswith("whsec_")
    assert made.headers["ETag"] == '"1"'
    again = await client.post(REGISTER, json=body, headers=headers)
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")
    assert "secret" not in again.json()
    for seen in (await client.get(made.headers["Location"]), await client.get(REGISTER)):
        assert secret not in seen.text
        assert '"secret"' not in seen.text
    assert secret.removeprefix("whsec_") not in await hooks.everything()


async def test_secrets_differ_by_endpoint_number_and_key() -> None:
    one, other = new_id(), new_id()
    made = {secret_of(key, id_, number) for key in (b"a", b"b") for id_ in (one, other) for number in (1, 2)}
    assert len(made) == 8
    assert secret_of(b"a", one, 1) in made


BAD: list[tuple[dict[str, Any], str]] = [
    ({"url": "ftp://hooks.example/"}, "#/url"),
    ({"url": "https://user:pass@hooks.example/"}, "#/url"),
    ({"url": "https://10.0.0.1/"}, "#/url"),
    ({"url": "http://169.254.169.254/latest/meta-data/"}, "#/url"),
    ({"url": "https://[::ffff:127.0.0.1]/"}, "#/url"),
    ({"url": "https://no-such-name.invalid/"}, "#/url"),
    ({"url": 7}, "#/url"),
    ({"types": ["applications.person-details.v1"]}, "#/types/0"),
    ({"types": ["applications.application-approved.v1", "surveys.survey-answered.v1"]}, "#/types/1"),
    ({"entity_id": str(new_id())}, "#/entity_id"),
    ({"colour": "blue"}, "#/colour"),
]


async def test_a_bad_endpoint_hears_which_field_is_wrong(hooks: Hooks) -> None:
    client = await hooks.client(callers.global_manager())
    for values, pointer in BAD:
        refused = await client.post(REGISTER, json={"url": hooks.receiver.url} | values)
        assert refused.status_code == 422, values
        assert [error["pointer"] for error in refused.json()["errors"]] == [pointer]
    assert (await client.get(REGISTER)).json()["items"] == []
    webhook = await hooks.register()
    path, match = f"{REGISTER}/{webhook['id']}", {"If-Match": '"1"'}
    for values, pointer in BAD[:8]:  # a change is judged like a registration
        refused = await client.put(path, json={"url": hooks.receiver.url} | values, headers=match)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)
    assert (await client.get(path)).json()["url"] == hooks.receiver.url


async def test_this_machine_is_no_endpoint_unless_development_says_so(rooms: Rooms) -> None:
    room = await rooms("applications")
    client = await room.client(callers.global_manager())
    refused = await client.post(REGISTER, json={"url": "http://127.0.0.1:9999/"})
    assert (refused.status_code, refused.json()["errors"][0]["detail"]) == (
        422,
        "its host is not on the public internet",
    )


async def test_in_production_the_setting_for_development_counts_for_nothing(hooks: Hooks) -> None:
    await hooks.register()
    kernel = hooks.world.room.runtime.kernel
    hooks.world.room.runtime.kernel = kernel.model_copy(update={"mode": "production"})
    client = await hooks.client(callers.global_manager())
    for url in (hooks.receiver.url, f"https://127.0.0.1:{hooks.receiver.port}/"):
        assert (await client.post(REGISTER, json={"url": url})).status_code == 422
    hooks.renew_sender()
    await hooks.happen()
    await hooks.sender.drain()
    assert hooks.receiver.connections == 0
    assert {(await hooks.deliveries())[0]["attempts"][0]["error"]} == {"address_refused"}


async def test_others_have_no_webhooks(hooks: Hooks) -> None:
    for caller in (callers.participant(), callers.enabler(), callers.hosting_manager(new_id())):
        client = await hooks.client(caller)
        assert (await client.post(REGISTER, json={"url": hooks.receiver.url})).status_code == 403
        assert (await client.get(REGISTER)).status_code == 403


async def test_an_auditor_reads_and_changes_nothing(hooks: Hooks) -> None:
    webhook = await hooks.register()
    client = await hooks.client(callers.auditor())
    assert [one["id"] for one in (await client.get(REGISTER)).json()["items"]] == [webhook["id"]]
    assert (await client.post(f"{REGISTER}/{webhook['id']}/test")).status_code == 403


async def test_somebody_elses_webhook_does_not_exist(hooks: Hooks) -> None:
    romania, sweden = await hooks.nations()
    mine = await hooks.register(callers.national_manager(romania))
    path, match = f"{REGISTER}/{mine['id']}", {"If-Match": '"1"'}
    for stranger in (callers.national_manager(sweden), callers.service()):
        client = await hooks.client(stranger)
        assert (await client.get(REGISTER)).json()["items"] == []
        body = {"url": hooks.receiver.url}
        replies = [
            await client.get(path),
            await client.put(path, json=body, headers=match),
            await client.delete(path, headers=match),
            await client.post(f"{path}/pause", headers=match),
            await client.post(f"{path}/resume", json={}, headers=match),
            await client.post(f"{path}/secret", json={}, headers=match),
            await client.post(f"{path}/test"),
            await client.post(f"{path}/replay", json={"since": "2026-01-01T00:00:00Z"}),
            await client.get(f"{path}/deliveries"),
            await client.get(f"{path}/deliveries/{new_id()}"),
            await client.post(f"{path}/deliveries/{new_id()}/retry"),
        ]
        assert {reply.status_code for reply in replies} == {404}
    assert (await (await hooks.client(callers.national_manager(romania))).get(path)).json()["version"] == 1
    assert (await (await hooks.client(callers.global_manager())).get(path)).status_code == 200


async def test_an_owner_has_so_many_endpoints_and_no_more_also_at_the_same_moment(hooks: Hooks) -> None:
    hooks.settings.webhooks_per_owner = 3
    client = await hooks.client(callers.service())
    replies = await asyncio.gather(*(client.post(REGISTER, json={"url": hooks.receiver.url}) for _ in range(6)))
    assert sorted(reply.status_code for reply in replies) == [201, 201, 201, 409, 409, 409]
    refused = next(reply for reply in replies if reply.status_code == 409)
    assert refused.json()["type"].endswith("too-many-webhooks")
    gone = (await client.get(REGISTER)).json()["items"][0]
    path = f"{REGISTER}/{gone['id']}"
    assert (await client.delete(path)).status_code == 428
    assert (await client.delete(path, headers={"If-Match": '"1"'})).status_code == 204
    assert (await client.get(path)).status_code == 404
    assert (await client.post(REGISTER, json={"url": hooks.receiver.url})).status_code == 201
    await hooks.register(callers.global_manager())  # another owner


async def test_every_change_is_noted_without_the_urls_path_and_without_secrets(hooks: Hooks) -> None:
    webhook = await hooks.register(url=f"{hooks.receiver.url}?token=of-theirs")
    await hooks.change(webhook, "pause")
    await hooks.change(webhook, "resume", {})
    rotated = await hooks.change(webhook, "secret", {})
    await hooks.put(webhook, {"url": f"{hooks.receiver.url}?token=another", "description": "Ours"})
    await hooks.delete(webhook)
    rows = await hooks.sql(
        "SELECT action, actor, audit::text AS line FROM audit WHERE subject = :id ORDER BY id", webhook
    )
    assert [row.action for row in rows] == [
        "register_webhook",
        "pause_webhook",
        "resume_webhook",
        "rotate_webhook_secret",
        "change_webhook",
        "delete_webhook",
    ]
    assert {row.actor for row in rows} == {"global"}
    lines = "".join(row.line for row in rows)
    assert "token" not in lines
    assert rotated["secret"].removeprefix("whsec_") not in lines


# --- whose events


async def test_an_endpoint_of_one_committee_never_gets_anothers_events(hooks: Hooks) -> None:
    world = hooks.world
    romania, sweden = await hooks.nations()
    await hooks.register(callers.national_manager(romania), url=hooks.receiver.at("/ro"))
    await hooks.register(callers.national_manager(sweden), url=hooks.receiver.at("/se"))
    await hooks.register(callers.global_manager(), url=hooks.receiver.at("/cluj"), entity_id=str(world.sending))
    await hooks.register(callers.service(), url=hooks.receiver.at("/all"))
    application = await world.apply()
    norway = await hooks.entity("Norway")
    await world.sign_up(callers.participant(), "second@sojourn.example")
    await hooks.hear_all()
    await hooks.sender.drain()
    got: dict[str, list[str]] = {}
    for request in hooks.receiver.requests:
        got.setdefault(request.path, []).append(request.payload["type"].split(".")[1])
    assert sorted(got["/ro"]) == ["application-submitted", "person-registered"]
    assert sorted(got["/cluj"]) == ["application-submitted", "person-registered"]
    assert sorted(got["/se"]) == ["application-submitted", "opportunity-posted"]
    assert sorted(got["/all"]) == [
        "application-submitted",
        "entity-registered",
        "opportunity-posted",
        "person-registered",
    ]
    assert str(norway) not in "".join(r.body.decode() for r in hooks.receiver.requests if r.path != "/all")
    assert str(application.id) in "".join(r.body.decode() for r in hooks.receiver.requests if r.path == "/ro")


async def test_a_national_manager_may_narrow_to_a_committee_below_and_to_no_other(hooks: Hooks) -> None:
    romania, _ = await hooks.nations()
    client = await hooks.client(callers.national_manager(romania))
    body = {"url": hooks.receiver.url}
    below = await client.post(REGISTER, json=body | {"entity_id": str(hooks.world.sending)})
    assert (below.status_code, below.json()["entity_id"]) == (201, str(hooks.world.sending))
    abroad = await client.post(REGISTER, json=body | {"entity_id": str(hooks.world.hosting)})
    assert abroad.status_code == 422
    plain = await client.post(REGISTER, json=body)
    assert plain.json()["entity_id"] == str(romania)


async def test_an_endpoint_gets_the_types_that_it_asked_for(hooks: Hooks) -> None:
    await hooks.register(types=[facts.ApplicationAccepted.TYPE])
    application = await hooks.world.apply()
    await hooks.world.accept(application)
    await hooks.hear_all()
    await hooks.sender.drain()
    assert [request.payload["type"] for request in hooks.receiver.requests] == [facts.ApplicationAccepted.TYPE]


async def test_what_was_recorded_before_an_endpoint_came_is_not_for_it(hooks: Hooks) -> None:
    await hooks.world.apply()
    hooks.world.room.clock.advance(timedelta(seconds=1))
    await hooks.register()
    await hooks.hear_all()
    assert await hooks.deliveries() == []


async def test_no_personal_event_can_be_asked_for_and_none_leaves(hooks: Hooks) -> None:
    assert EVENTS
    assert not [event for event in EVENTS.values() if event.PERSONAL]
    heard = hooks.world.room.service.hears
    assert facts.PersonDetails not in heard
    assert set(EVENTS.values()) <= heard.keys()
    assert not [
        type_ for type_, event in EVENTS.items() if "event" in event.model_fields
    ]  # a name of the payload's own
    client = await hooks.client(callers.service())
    types = (await client.get("/v1/webhook-types")).json()
    assert [one["type"] for one in types] == sorted(EVENTS)


async def test_nothing_of_a_person_but_ids_leaves_so_an_erasure_leaves_nothing_behind(hooks: Hooks) -> None:
    await hooks.register()
    ep = callers.participant()
    await hooks.world.sign_up(ep, "ana.pop@sojourn.example")
    await hooks.world.apply(ep=ep)
    client = await hooks.client(ep)
    assert (await client.post(f"/v1/people/{ep.party}/erasure")).status_code == 200
    await hooks.hear_all()
    await hooks.sender.drain()
    assert len(hooks.receiver.requests) == 3
    sent = "".join(request.body.decode() for request in hooks.receiver.requests)
    kept = "".join(row.body for row in await hooks.sql("SELECT body FROM webhook_delivery"))
    for word in ("ana.pop", "Ioana", "Șerban", "Data intern", "energy"):
        assert word not in sent
        assert word not in kept


async def test_a_forgotten_endpoint_and_old_deliveries_are_swept_away(hooks: Hooks) -> None:
    old, gone = await hooks.register(), await hooks.register()
    await hooks.happen()
    await hooks.sender.drain()
    await hooks.sql("UPDATE webhook_delivery SET created_at = created_at - interval '29 days'")
    await hooks.sender.sweep_now_and_then()
    assert (await hooks.sql("SELECT count(*) AS n FROM webhook_attempt"))[0].n == 2
    await hooks.delete(gone)
    hooks.renew_sender()
    await hooks.sender.sweep_now_and_then()
    assert [str(row.webhook_id) for row in await hooks.sql("SELECT webhook_id FROM webhook_delivery")] == [old["id"]]
    assert [str(row.id) for row in await hooks.sql("SELECT id FROM webhook")] == [old["id"]]
    await hooks.sql("UPDATE webhook_delivery SET created_at = created_at - interval '2 days'")
    await hooks.sender.sweep_now_and_then()  # not twice an hour
    assert len(await hooks.sql("SELECT id FROM webhook_delivery")) == 1
    hooks.renew_sender()
    await hooks.sender.sweep_now_and_then()
    assert await hooks.sql("SELECT id FROM webhook_attempt") == []


async def test_the_setting_for_the_lease_must_outlast_a_try() -> None:
    from services.applications.settings import ApplicationsSettings

    with pytest.raises(ValueError, match="WEBHOOKS_LEASE must be 5 s longer"):
        ApplicationsSettings(database_url="postgresql://x", _env_file=None, webhooks_lease=15)
