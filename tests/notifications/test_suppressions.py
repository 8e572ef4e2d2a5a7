"""The suppression list: who enters it, who sees it, who may lift what."""

import pytest

from services.notifications import handlers
from services.notifications.policy import Asked, Budget, Medium, Why, suppressed_by
from shared.contracts import notifications as said
from shared.contracts.applications import PersonDetails
from shared.ids import new_id
from shared.storage.tx import Uow
from shared.testing import builders, callers
from tests.notifications.world import World


class Row:
    def __init__(self, channel: str | None, budget: str | None, reason: str, address_hash: str | None = None) -> None:
        self.channel, self.budget, self.reason, self.address_hash = channel, budget, reason, address_hash


@pytest.mark.parametrize(
    ("row", "channel", "budget", "forbidden"),
    [
        (Row("email", None, Why.hard_bounce, "old"), Medium.email, Budget.owed, False),  # another address is free
        (Row("email", None, Why.hard_bounce, "now"), Medium.email, Budget.owed, True),
        (Row("email", None, Why.hard_bounce, "now"), Medium.sms, Budget.owed, False),
        (Row("email", None, Why.complaint), Medium.email, Budget.owed, True),
        (Row("email", "promotion", Why.unsubscribed), Medium.email, Budget.promotion, True),
        (Row("email", "promotion", Why.unsubscribed), Medium.email, Budget.care, False),
        (Row(None, "care", Why.preference), Medium.sms, Budget.care, True),
        (Row(None, "care", Why.preference), Medium.email, Budget.owed, False),
        (Row("email", None, Why.preference), Medium.email, Budget.owed, False),  # what is owed comes by e-mail
        (Row("sms", None, Why.preference), Medium.sms, Budget.owed, True),  # and not where it isn't wanted
        (Row(None, None, Why.by_hand), Medium.feed, Budget.owed, True),
    ],
)
def test_an_entry_forbids_what_it_names_and_nothing_else(
    row: Row, channel: Medium, budget: Budget, forbidden: bool
) -> None:
    assert (suppressed_by(Asked(channel, budget, "now"), [row]) is row) is forbidden


async def test_a_manager_suppresses_sees_and_lifts(world: World) -> None:
    await world.known()
    client = await world.room.client(callers.hosting_manager(builders.HOSTING))
    body = {"recipient_id": str(world.person_id), "channel": "email", "note": "Asked for it on the phone."}
    made = await client.post("/v1/suppressions", json=body)
    assert (made.status_code, made.json()["reason"], made.json()["note"]) == (201, "by_hand", body["note"])
    again = await client.post("/v1/suppressions", json=body)
    assert again.json()["id"] == made.json()["id"]
    assert len(await world.room.said(said.ContactSuppressed)) == 1
    path = made.headers["Location"]
    assert (await client.post(f"{path}/lift")).status_code == 428
    lifted = await client.post(f"{path}/lift", headers={"If-Match": made.headers["ETag"]})
    assert lifted.json()["lifted_at"] is not None
    assert len(await world.room.said(said.ContactRestored)) == 1
    listed = (await client.get("/v1/suppressions", params={"active": "true"})).json()["items"]
    assert listed == []
    assert len((await client.get("/v1/suppressions", params={"active": "false"})).json()["items"]) == 1


async def test_nobody_suppresses_or_sees_strangers(world: World) -> None:
    await world.known()
    mine = await world.room.client(callers.hosting_manager(builders.HOSTING))
    made = (await mine.post("/v1/suppressions", json={"recipient_id": str(world.person_id)})).json()
    for stranger in (callers.hosting_manager(new_id()), callers.sending_manager(builders.HOSTING)):
        client = await world.room.client(stranger)
        body = {"recipient_id": str(world.person_id), "channel": "email"}
        assert (await client.post("/v1/suppressions", json=body)).status_code == 404
        assert (await client.get("/v1/suppressions")).json()["items"] == []
        reply = await client.post(f"/v1/suppressions/{made['id']}/lift", headers={"If-Match": '"1"'})
        assert reply.status_code == 404
    participant = await world.room.client(callers.participant(world.person_id))
    assert len((await participant.get("/v1/suppressions")).json()["items"]) == 1
    assert (await participant.post("/v1/suppressions", json={"recipient_id": made["id"]})).status_code == 403


async def test_what_a_person_asked_for_is_theirs_to_lift(world: World) -> None:
    await world.known()

    async def unsubscribe(uow: Uow, _: None) -> object:
        row = await handlers.suppress(uow, world.person_id, Medium.email, Why.unsubscribed, budget=Budget.promotion)
        return row.id

    id_ = await world.room.do(unsubscribe, None)
    client = await world.room.client(callers.hosting_manager(builders.HOSTING))
    reply = await client.post(f"/v1/suppressions/{id_}/lift", headers={"If-Match": '"1"'})
    assert (reply.status_code, reply.json()["type"]) == (409, "/problems/own-choice")


async def test_a_forgotten_persons_entry_keeps_no_words(world: World) -> None:
    await world.known()
    client = await world.room.client(callers.global_manager())
    body = {"recipient_id": str(world.person_id), "note": "Ioana moved to Cluj"}
    made = (await client.post("/v1/suppressions", json=body)).json()
    await world.room.hear_erased(PersonDetails, world.person_id)
    kept = (await client.get(f"/v1/suppressions/{made['id']}")).json()
    assert (kept["note"], kept["reason"]) == (None, "by_hand")
