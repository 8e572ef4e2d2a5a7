"""Enablers after they joined, and whom to talk to there."""

import asyncio
import runpy
from pathlib import Path

import pytest
from sqlalchemy import text

from services.applications import commands, handlers, views
from shared.contracts.applications import EnablerDetails
from shared.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from shared.storage.paging import Paging
from shared.testing import callers
from tests.applications.world import World

ROOT = Path(__file__).parents[2]
ERIK = {"name": "Erik Ek", "email": "erik@norrsken.example", "language": "sv"}


async def test_whom_an_enabler_named_is_its_main_contact_and_details_follow_the_main_one(world: World) -> None:
    he = await world.room.client(world.he)
    path = f"/v1/enablers/{world.enabler_id}/contacts"
    (maja,) = (await he.get(path)).json()
    assert (maja["name"], maja["main"]) == ("Maja Lind", True)
    erik = await he.post(path, json=ERIK | {"position": "Head of laboratory"})
    assert (erik.status_code, erik.json()["main"]) == (201, False)
    assert len(await world.room.said(EnablerDetails)) == 1
    head = {"main": True, "phone": "+46700000001"}
    promoted = await he.patch(f"{path}/{erik.json()['id']}", json=head, headers={"If-Match": erik.headers["ETag"]})
    assert promoted.status_code == 200
    assert [(one["name"], one["main"]) for one in (await he.get(path)).json()] == [
        ("Erik Ek", True),
        ("Maja Lind", False),
    ]
    enabler = (await he.get(f"/v1/enablers/{world.enabler_id}")).json()
    assert (enabler["contact_name"], enabler["phone"], enabler["language"]) == ("Erik Ek", "+46700000001", "sv")
    told = (await world.room.said(EnablerDetails))[-1]
    assert (told.name, told.contact_name, told.email) == ("Norrsken Lab", "Erik Ek", "erik@norrsken.example")
    gone = await he.delete(f"{path}/{maja['id']}", headers={"If-Match": "*"})
    assert (gone.status_code, gone.content) == (204, b"")
    assert [one["name"] for one in (await he.get(path)).json()] == ["Erik Ek"]


async def test_a_contact_that_is_not_the_main_one_is_told_to_nobody(world: World) -> None:
    contact = await _add(world)
    command = commands.ChangeContact(world.enabler_id, contact.id, {"email": "ek@norrsken.example"})
    changed = await world.room.do(handlers.change_contact, command, world.he, expected=1)
    assert changed.email == "ek@norrsken.example"
    assert len(await world.room.said(EnablerDetails)) == 1
    with pytest.raises(Stale):
        await world.room.do(handlers.change_contact, command, world.he, expected=1)


async def test_the_main_contact_goes_only_after_another_one_took_its_place(world: World) -> None:
    (main,) = await world.room.read(views.list_contacts, world.enabler_id)
    with pytest.raises(Conflict):
        await world.room.do(handlers.remove_contact, commands.RemoveContact(world.enabler_id, main["id"]), world.he)
    command = commands.ChangeContact(world.enabler_id, main["id"], {"main": False})
    with pytest.raises(Invalid):
        await world.room.do(handlers.change_contact, command, world.he)
    assert len(await world.room.read(views.list_contacts, world.enabler_id)) == 1


async def test_of_two_that_become_main_at_once_one_is(world: World) -> None:
    two = [await _add(world), await _add(world)]
    promote = [commands.ChangeContact(world.enabler_id, contact.id, {"main": True}) for contact in two]
    await asyncio.gather(*(world.room.do(handlers.change_contact, command, world.he) for command in promote))
    contacts = await world.room.read(views.list_contacts, world.enabler_id)
    assert [contact["main"] for contact in contacts] == [True, False, False]


async def test_an_enabler_of_before_has_its_contact_as_the_main_one(world: World) -> None:
    (file,) = (ROOT / "services" / "applications" / "migrations" / "versions").glob("*_parties.py")
    async with world.room.runtime.database.engine.begin() as connection:
        await connection.execute(text("DELETE FROM contact"))
        await connection.execute(text(runpy.run_path(str(file))["CONTACTS"]))
    (contact,) = await world.room.read(views.list_contacts, world.enabler_id)
    assert (contact["name"], contact["email"], contact["main"]) == ("Maja Lind", "maja@norrsken.example", True)


async def test_name_and_kind_have_their_owners(world: World) -> None:
    own = callers.enabler(world.enabler_id)
    renamed = await world.room.do(handlers.change_enabler, commands.ChangeEnabler(world.enabler_id, {"name": "N"}), own)
    assert (renamed.name, (await world.room.said(EnablerDetails))[-1].name) == ("N", "N")
    with pytest.raises(Forbidden) as refusal:
        await world.room.do(handlers.change_enabler, commands.ChangeEnabler(world.enabler_id, {"kind": "ngo"}), own)
    assert [(error.pointer, error.detail) for error in refusal.value.errors] == [
        ("#/kind", "belongs to the hosting entity, who alone may change it")
    ]


async def test_foreign_enablers_and_contacts_are_not_there(world: World) -> None:
    contact = await _add(world)
    for caller in (callers.enabler(), callers.hosting_manager(world.sending)):
        assert (await world.room.read(views.list_enablers, Paging(), caller=caller)).items == []
        with pytest.raises(NotFound):
            await world.room.read(views.list_contacts, world.enabler_id, caller=caller)
        with pytest.raises(NotFound):
            await world.room.do(handlers.remove_contact, commands.RemoveContact(world.enabler_id, contact.id), caller)
    mine = await world.room.read(views.list_enablers, Paging(), caller=world.he)
    assert [enabler.id for enabler in mine.items] == [world.enabler_id]


async def _add(world: World) -> object:
    command = commands.AddContact(world.enabler_id, commands.NewContact(**ERIK))
    return await world.room.do(handlers.add_contact, command, world.he)
