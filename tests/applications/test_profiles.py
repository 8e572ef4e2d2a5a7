"""EPs' profiles and committees' names: who may change what, what is missing, what is told, what erasure leaves."""

from datetime import date

import pytest

from services.applications import commands, handlers, views
from services.applications.policy import PERSON, Level, completeness, missing_of, profile_errors
from shared.contracts import applications as facts
from shared.contracts import parties
from shared.errors import Conflict, Invalid, NotFound, Stale
from shared.ids import new_id
from shared.testing import callers
from tests.applications.world import ENTITY, World

FULL = {
    "phone": "+40721000000",
    "study_field": "computer_science",
    "study_level": "master",
    "university": "Babeș-Bolyai",
    "languages": ["ro", "en"],
    "levels": {"ro": "native", "en": "c1"},
    "skills": ["python"],
    "available_from": "2026-06-01",
    "available_to": "2026-12-31",
    "wanted_products": ["talent"],
    "wanted_fields": ["data"],
    "wanted_countries": ["SE", "DE"],
}


async def test_a_profile_grows_by_merge_patches_and_tells_what_it_still_lacks(world: World) -> None:
    ep = await world.room.client(world.ep)
    path = f"/v1/people/{world.ep.party}"
    fresh = await ep.get(path)
    assert set(fresh.json()["missing"]) == FULL.keys() - {"levels"} | {"about"}
    filled = await ep.patch(path, json=FULL, headers={"If-Match": fresh.headers["ETag"]})
    assert (filled.status_code, filled.json()["missing"]) == (200, ["about"])
    assert filled.json()["levels"] == {"ro": "native", "en": "c1"}
    patch = {"about": "I chart\nenergy data.", "levels": {"en": None}, "phone": None}
    merge = {"If-Match": filled.headers["ETag"], "Content-Type": "application/merge-patch+json"}
    later = (await ep.patch(path, json=patch, headers=merge)).json()
    assert (later["levels"], later["phone"], later["missing"]) == ({"ro": "native"}, None, ["phone", "levels"])
    assert later["university"] == "Babeș-Bolyai"
    assert (await ep.patch(path, json={"about": "x"}, headers={"If-Match": '"1"'})).status_code == 412
    assert (await ep.patch(path, json={"about": "x"})).status_code == 428


async def test_a_patch_that_changes_nothing_counts_no_version_and_says_nothing(world: World) -> None:
    before, told = await world.room.read(views.get_person, world.ep.party), len(await world.room.said())
    same = commands.ChangePerson(world.ep.party, {"given_name": before.given_name, "skills": []})
    after = await world.room.do(handlers.change_person, same, world.ep)
    assert (after.version, len(await world.room.said())) == (before.version, told)


async def test_codes_and_contact_are_told_apart(world: World) -> None:
    room = world.room
    await _patch(world, {"wanted_countries": ["SE"], "about": "words"})
    (codes,) = await room.said(parties.ProfileChanged)
    assert (codes.person_id, codes.wanted_countries, codes.country) == (world.ep.party, ["SE"], "RO")
    assert len(await room.said(facts.PersonDetails)) == 1  # of the sign-up
    await _patch(world, {"family_name": "Pop"})
    assert [details.family_name for details in await room.said(facts.PersonDetails)] == ["Șerban", "Pop"]
    await _patch(world, {"about": "other words", "university": "UBB"})
    assert len(await room.said(parties.ProfileChanged)) == 1


async def test_levels_and_skills_are_told_with_the_codes(world: World) -> None:
    await _patch(world, {"languages": ["ro", "en"], "levels": {"en": Level.c1}, "skills": ["python"]})
    (told,) = await world.room.said(parties.ProfileChanged)
    assert (told.levels, told.skills) == ({"en": "c1"}, ["python"])
    await _patch(world, {"skills": ["python", "design"]})
    assert (await world.room.said(parties.ProfileChanged))[-1].skills == ["python", "design"]


async def test_a_profile_at_sign_up_is_told_and_an_empty_one_is_not(world: World) -> None:
    room, who = world.room, {"given_name": "Chidi", "family_name": "Okafor", "country": "NG", "zone": "Africa/Lagos"}
    command = commands.RegisterPerson(
        sending_entity_id=world.sending, email="c@sojourn.example", wanted_products=["teacher", "teacher"], **who
    )
    assert await room.said(parties.ProfileChanged) == []  # the EP of the world signed up without a profile
    made = await room.do(handlers.register_person, command, callers.participant())
    (told,) = await room.said(parties.ProfileChanged)
    assert (told.person_id, told.wanted_products, made.looking) == (made.id, ["teacher"], True)


async def test_somebody_elses_attribute_is_refused_by_the_owners_name(world: World) -> None:
    path, anything = f"/v1/people/{world.ep.party}", {"If-Match": "*"}
    cases = [
        ("ep", "country", "SE", "the sending entity"),
        ("se", "about", "x", "the EP"),
        ("se", "looking", False, "the EP"),
    ]
    for role, name, value, owner in cases:
        client = await world.room.client(getattr(world, role))
        patch = {name: value, "university": "UBB"}
        refused = await client.patch(path, json=patch, headers=anything)
        assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (403, "not-the-owner")
        assert [error["pointer"] for error in refused.json()["errors"]] == [f"#/{name}"]
        assert owner in refused.json()["errors"][0]["detail"]
    assert (await world.room.read(views.get_person, world.ep.party)).university is None


async def test_every_attribute_of_a_patch_has_exactly_one_owner() -> None:
    assert set(PERSON) == set(commands.PatchPerson.model_fields)
    assert set(PERSON) >= set(commands.Profile.model_fields)


async def test_the_ep_manager_writes_down_what_the_ep_said(world: World) -> None:
    await world.room.do(handlers.change_person, commands.ChangePerson(world.ep.party, {"country": "MD"}), world.se)
    assert (await world.room.read(views.get_person, world.ep.party)).country == "MD"


async def test_a_foreign_profile_is_not_there(world: World) -> None:
    for caller in (callers.participant(), callers.sending_manager(world.hosting)):
        with pytest.raises(NotFound):
            await world.room.do(handlers.change_person, commands.ChangePerson(world.ep.party, {"phone": None}), caller)


async def test_a_bad_patch_hears_which_field_is_wrong(world: World) -> None:
    ep = await world.room.client(world.ep)
    for patch, pointer in (
        ({"available_from": "2026-06-01", "available_to": "2026-05-01"}, "#/available_to"),
        ({"levels": {"de": "b1"}}, "#/levels/de"),
        ({"languages": ["xx!"]}, "#/languages/0"),
        ({"given_name": None}, "#/given_name"),
        ({"skills": "python"}, "#/skills"),
        ({"wanted_products": ["cruise"]}, "#/wanted_products/0"),
        ({"score": 1}, "#/score"),
    ):
        refused = await ep.patch(f"/v1/people/{world.ep.party}", json=patch, headers={"If-Match": "*"})
        assert refused.status_code == 422
        assert pointer in [error["pointer"] for error in refused.json()["errors"]]


async def test_a_language_takes_its_level_with_it(world: World) -> None:
    await _patch(world, {"languages": ["ro", "en"], "levels": {"ro": Level.native, "en": Level.b2}})
    person = await _patch(world, {"languages": ["ro", "fr"]})
    assert (person.levels, person.missing[-1]) == ({"ro": "native"}, "levels")


async def test_an_address_that_somebody_else_has_is_a_conflict(world: World) -> None:
    other = callers.participant()
    await world.sign_up(other, "other@sojourn.example")
    client = await world.room.client(other)
    patch = {"email": "ioana@sojourn.example"}
    assert (await client.patch(f"/v1/people/{other.party}", json=patch, headers={"If-Match": "*"})).status_code == 409


async def test_erasure_blanks_the_profile_and_the_memberships_of_the_person(world: World) -> None:
    room = world.room
    await _patch(world, {"about": "words", "university": "UBB", "study_field": "law", "skills": ["python"]})
    applied = commands.ApplyAsMember(entity_id=world.sending, role="member")
    member = await room.do(handlers.apply_as_member, applied, world.ep)
    await room.do(handlers.erase_person, commands.ErasePerson(world.ep.party), world.ep)
    person = await room.read(views.get_person, world.ep.party)
    assert (person.about, person.university, person.study_field, person.skills) == ("", None, None, [])
    assert (person.looking, person.completeness) == (False, pytest.approx(1 / 13, abs=0.01))
    assert (await room.read(views.get_member, member.id)).given_name == ""
    told = (await room.said(parties.ProfileChanged))[-1]
    assert (told.study_field, told.looking) == (None, False)
    tombstones = [said for said in await room.said() if isinstance(said, tuple)]
    assert tombstones == [
        (facts.PersonDetails.TYPE, world.ep.party),
        (parties.MemberDetails.TYPE, member.id),
    ]
    with pytest.raises(Conflict):
        await _patch(world, {"given_name": "Again"})


async def _patch(world: World, changes: dict[str, object]) -> object:
    return await world.room.do(handlers.change_person, commands.ChangePerson(world.ep.party, changes), world.ep)


def test_a_language_without_its_level_is_missing_one() -> None:
    full = FULL | {"about": "words"}
    assert (missing_of(full), completeness(full)) == ([], 1.0)
    assert missing_of(full | {"levels": {"ro": "native"}}) == ["levels"]
    assert profile_errors({**full, "available_from": date(2026, 1, 2), "available_to": date(2026, 1, 2)}) == []


# --- committees


async def test_the_tree_is_global_then_national_then_local(world: World) -> None:
    tree = {"local": world.sending, "world": await _world(world), "nobody": new_id(), None: None}
    for kind, above, wrong in (
        ("world", "world", "no entity above"),
        ("national", None, "below a world"),
        ("national", "local", "below a world"),
        ("local", "world", "below a national"),
        ("local", None, "below a national"),
        ("local", "nobody", "no such entity"),
    ):
        command = commands.RegisterEntity(kind=kind, name="Misplaced", parent_id=tree[above], **ENTITY)
        with pytest.raises(Invalid) as refusal:
            await world.room.do(handlers.register_entity, command, callers.global_manager())
        assert [(error.pointer, wrong in error.detail) for error in refusal.value.errors] == [("#/parent_id", True)]


async def _world(world: World) -> object:
    local = await world.room.read(views.get_entity, world.sending)
    return (await world.room.read(views.get_entity, local.parent_id)).parent_id


async def test_the_level_above_renames_a_committee_and_the_details_are_said_again(world: World) -> None:
    room = world.room
    national = (await room.read(views.get_entity, world.sending)).parent_id
    command = commands.ChangeEntity(world.sending, {"name": "Cluj-Napoca", "zone": "Europe/Chisinau"})
    entity = await room.do(handlers.change_entity, command, callers.national_manager(national), expected=1)
    assert (entity.name, entity.zone, entity.version) == ("Cluj-Napoca", "Europe/Chisinau", 2)
    told = [details for details in await room.said(facts.EntityDetails) if details.entity_id == world.sending]
    assert [details.name for details in told] == ["Cluj", "Cluj-Napoca"]
    with pytest.raises(Stale):
        await room.do(handlers.change_entity, command, callers.global_manager(), expected=1)
    with pytest.raises(NotFound):
        await room.do(handlers.change_entity, command, callers.national_manager(world.hosting))


async def test_a_committee_is_renamed_by_no_local_manager(world: World) -> None:
    client = await world.room.client(world.he)
    refused = await client.patch(f"/v1/entities/{world.hosting}", json={"name": "x"}, headers={"If-Match": "*"})
    assert refused.status_code == 403
