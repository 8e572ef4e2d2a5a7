"""The dossier of a stay: each fact has one owner, a history, and documents that need it."""

from typing import Any

import pytest

from services.applications import commands, handlers, views
from services.applications.policy import dossier as policy
from services.applications.policy.requirements import Owner
from shared.access import Caller
from shared.contracts import applications as facts
from shared.errors import Forbidden, NotFound, Stale
from shared.storage.paging import Paging
from shared.testing import callers
from tests.applications.world import World

PICKUP = {
    "pickup_place": "Arlanda, exit 5",
    "pickup_on": "2026-02-28",
    "pickup_time": "14:30:00",
    "pickup_person": "Erik Holm",
    "pickup_phone": "+46702000002",
    "accommodation": "Rackarbergsgatan 12",
    "emergency_contact": "112",
}


async def patch(world: World, application: Any, by: Caller, expected: int | None = None, **told: Any) -> Any:
    command = commands.PatchDossier(application.id, commands.Dossier(**told))
    return await world.room.do(handlers.patch_dossier, command, by, expected)


async def history(world: World, application: Any, name: str | None = None, by: Caller | None = None) -> list[Any]:
    page = await world.room.read(views.list_fact_changes, application.id, name, Paging(), caller=by or world.se)
    return [(row.name, row.value, row.role) for row in page.items]


async def test_each_side_writes_its_own_facts(world: World) -> None:
    application = await world.approved()
    await patch(world, application, world.ep, flight_number="SK 1420", arrival_on="2026-02-28")
    await patch(world, application, world.se, sending_emergency_contact="Dan, +40700000001")
    await patch(world, application, callers.enabler(world.enabler_id), supervisor="Maja Lind")
    dossier = await patch(world, application, world.he, **PICKUP)
    assert {name: value for name, value in dossier.facts.items() if value is not None} == PICKUP | {
        "flight_number": "SK 1420",
        "arrival_on": "2026-02-28",
        "sending_emergency_contact": "Dan, +40700000001",
        "supervisor": "Maja Lind",
    }
    known = {owner: (part.known, part.of) for owner, part in dossier.by_owner.items()}
    assert known == {"ep": (2, 5), "sending": (1, 1), "hosting": (7, 12), "enabler": (1, 3)}
    assert dossier.by_document["pickup"].missing == []
    assert dossier.by_document["departure"].missing == ["departure_route"]


@pytest.mark.parametrize(
    ("who", "told", "words"),
    [
        ("he", {"flight_number": "SK 1420"}, {"#/flight_number": "is the EP's to say"}),
        ("ep", {"pickup_place": "gate 4"}, {"#/pickup_place": "is the hosting committee's to say"}),
        ("se", {"supervisor": "Maja Lind"}, {"#/supervisor": "is the enabler's to say"}),
        (
            "enabler",
            {"workplace": "Lab 2", "buddy": "Erik", "sending_emergency_contact": None},
            {
                "#/buddy": "is the hosting committee's to say",
                "#/sending_emergency_contact": "is the sending committee's to say",
            },
        ),
    ],
)
async def test_what_is_somebody_elses_is_refused_with_the_owner(
    world: World, who: str, told: dict[str, Any], words: dict[str, str]
) -> None:
    application = await world.approved()
    caller = callers.enabler(world.enabler_id) if who == "enabler" else getattr(world, who)
    with pytest.raises(Forbidden) as refusal:
        await patch(world, application, caller, **told)
    assert refusal.value.code == "not-the-owner"
    assert {error.pointer: error.detail for error in refusal.value.errors} == words
    assert await history(world, application) == []
    assert await world.room.said(facts.ExperienceDossier) == []


async def test_a_patch_changes_what_it_names_and_null_takes_back(world: World) -> None:
    application = await world.approved()
    await patch(world, application, world.he, pickup_place="gate 4", buddy="Erik")
    dossier = await patch(world, application, world.he, buddy=None, host_family="The Lunds")
    known = {name: value for name, value in dossier.facts.items() if value is not None}
    assert known == {"pickup_place": "gate 4", "host_family": "The Lunds"}
    assert await history(world, application, "buddy") == [
        ("buddy", None, "hosting_manager"),
        ("buddy", "Erik", "hosting_manager"),
    ]


async def test_a_put_of_the_hosting_side_replaces_its_facts_and_leaves_the_others(world: World) -> None:
    application = await world.approved()
    await patch(world, application, world.ep, flight_number="SK 1420")
    await patch(world, application, world.he, buddy="Erik", workplace="Lab 2")
    command = commands.RecordDossier(application.id, commands.Dossier(**PICKUP))
    dossier = await world.room.do(handlers.record_dossier, command, world.he)
    known = {name: value for name, value in dossier.facts.items() if value is not None}
    assert known == PICKUP | {"flight_number": "SK 1420"}
    foreign = commands.RecordDossier(application.id, commands.Dossier(arrival_airport="ARN"))
    with pytest.raises(Forbidden):
        await world.room.do(handlers.record_dossier, foreign, world.he)


async def test_the_words_travel_on_the_personal_topic_and_the_names_of_facts_on_the_other(world: World) -> None:
    application = await world.approved()
    await patch(world, application, world.he, **PICKUP)
    (words,) = await world.room.said(facts.ExperienceDossier)
    assert (words.pickup_person, words.departure_route, words.flight_number) == ("Erik Holm", None, None)
    (names,) = await world.room.said(facts.DossierChanged)
    assert (names.names, names.complete) == (sorted(PICKUP), ["pickup"])
    assert "Erik" not in names.model_dump_json()


async def test_what_is_said_again_changes_nothing(world: World) -> None:
    application = await world.approved()
    first = await patch(world, application, world.he, buddy="Erik")
    again = await patch(world, application, world.he, buddy="Erik")
    assert again.version == first.version
    assert len(await world.room.said(facts.DossierChanged)) == 1
    assert len(await history(world, application)) == 1


async def test_strangers_see_no_dossier_and_no_history(world: World) -> None:
    application = await world.approved()
    stranger = callers.participant()
    with pytest.raises(NotFound):
        await patch(world, application, stranger, flight_number="SK 1")
    with pytest.raises(NotFound):
        await history(world, application, by=stranger)
    with pytest.raises(Stale):
        await patch(world, application, world.ep, expected=1, flight_number="SK 1")


async def test_an_erased_persons_facts_leave_no_words_in_the_history(world: World) -> None:
    application = await world.approved()
    await patch(world, application, world.he, **PICKUP)
    await world.room.do(handlers.erase_person, commands.ErasePerson(world.ep.party), world.ep)
    kept = await history(world, application, by=callers.auditor())
    assert len(kept) == len(PICKUP)
    assert {value for _, value, _ in kept} == {None}


async def test_over_http_a_merge_patch_says_its_version_and_its_kind(world: World) -> None:
    application = await world.approved()
    he, path = await world.room.client(world.he), f"/v1/applications/{application.id}/dossier"
    tag = {"If-Match": (await he.get(path)).headers["ETag"]}
    assert (await he.patch(path, json={"buddy": "Erik"})).status_code == 428
    merge = tag | {"Content-Type": "application/merge-patch+json"}
    done = await he.patch(path, content=b'{"buddy": "Erik", "pickup_time": "14:30"}', headers=merge)
    assert (done.status_code, done.json()["facts"]["pickup_time"]) == (200, "14:30:00")
    assert done.headers["ETag"] != tag["If-Match"]
    assert (await he.patch(path, json={"buddy": "Eva"}, headers=tag)).status_code == 412
    foreign = await he.patch(path, json={"arrival_airport": "ARN"}, headers={"If-Match": done.headers["ETag"]})
    assert (foreign.status_code, foreign.json()["errors"][0]["pointer"]) == (403, "#/arrival_airport")
    page = (await he.get(f"{path}/history", params={"limit": 1})).json()
    assert [row["name"] for row in page["items"]] == ["buddy"]
    rest = (await he.get(f"{path}/history", params={"limit": 1, "cursor": page["next"]})).json()
    assert [row["name"] for row in rest["items"]] == ["pickup_time"]


def test_each_fact_has_one_owner_and_the_event_carries_it() -> None:
    assert policy.FACTS.keys() == commands.Dossier.model_fields.keys()
    assert policy.FACTS.keys() == facts.ExperienceDossier.model_fields.keys() - {"application_id", "person_id"}
    assert sorted(name for owner in Owner for name in policy.of_owner(owner)) == sorted(policy.FACTS)
