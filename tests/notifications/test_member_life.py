"""A member's own calendar, and returnees who are asked to stay: the shipped plan, and what ends what was planned."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from services.notifications import plan
from services.notifications.model import Task, Touchpoint
from shared.contracts import parties
from shared.contracts.returnees import ReturneeAnswered, ReturneeInvited
from shared.ids import new_id
from shared.links import returnee_link
from shared.storage.tx import Uow
from shared.testing import builders
from tests.notifications.world import World

BEGUN = datetime(2026, 2, 2, 9, tzinfo=UTC)


@pytest.fixture
async def asked(world: World) -> AsyncIterator[World]:
    """A world with the shipped plan, in which the committees and the EP are known."""
    with plan.using(plan.shipped()):
        world.room.clock.set(BEGUN)
        await world.hear_people(language="sv")
        await world.hear_places()
        yield world


async def rows(world: World, subject: UUID) -> dict[str, tuple[str, str | None]]:
    async def read(uow: Uow) -> dict[str, tuple[str, str | None]]:
        found = await uow.rows(select(Touchpoint).where(Touchpoint.subject == subject))
        return {row.code: (str(row.state), row.reason) for row in found}

    return await world.room.read(read)


async def tasks(world: World) -> dict[str, str]:
    """Those of members and returnees."""

    async def read(uow: Uow) -> dict[str, str]:
        found = await uow.rows(select(Task))
        return {row.code: str(row.state) for row in found if row.code.startswith(("member-", "talk-"))}

    return await world.room.read(read)


class Life:
    """One membership, step by step."""

    def __init__(self, world: World) -> None:
        self.world, self.member_id = world, new_id()
        self.about: dict[str, Any] = {
            "member_id": self.member_id, "entity_id": builders.SENDING, "person_id": None, "role": "ep_manager",
        }  # fmt: skip

    async def begin(self) -> None:
        details = {"given_name": "Dan", "family_name": "Pop", "email": "dan@sojourn.example"}
        await self.world.room.hear(parties.MemberDetails(member_id=self.member_id, **details))
        await self.world.room.hear(parties.MemberApplied(**self.about))
        await self.world.room.hear(parties.MemberSelected(**self.about))

    async def work(self) -> None:
        await self.world.room.hear(parties.MemberActivated(**self.about, from_on=date(2026, 2, 2), to_on=None))

    async def leave(self, was: str = "active", **more: Any) -> None:
        await self.world.room.hear(parties.MemberLeft(**self.about, was=was, to_on=None, **more))


async def test_who_is_taken_is_welcomed_by_name_and_inducted_once_at_work(asked: World) -> None:
    life = Life(asked)
    await life.begin()
    assert set(await rows(asked, life.member_id)) == {"member-welcome"}
    await life.work()
    await asked.at(BEGUN + timedelta(hours=3))
    (letter,) = asked.inbox()
    assert letter.message["To"] == "Dan Pop <dan@sojourn.example>"
    assert "Cluj Committee" in str(letter.message["Subject"])
    assert await tasks(asked) == {"member-induction": "open"}
    planned = await rows(asked, life.member_id)
    assert planned["member-check-in"] == planned["member-half-year"] == ("waiting", None)


async def test_who_leaves_has_a_talk_and_no_more_check_ins(asked: World) -> None:
    life = Life(asked)
    await life.begin()
    await life.work()
    await asked.at(BEGUN + timedelta(hours=3))
    await life.leave(alumna=True)
    left = await rows(asked, life.member_id)
    assert left["member-check-in"] == left["member-half-year"] == ("cancelled", "member_left")
    assert left["member-induction"] == ("cancelled", "member_left")
    assert left["member-exit-talk"][0] == "waiting"
    assert "alumni-invitation" not in left


async def test_an_application_that_came_to_nothing_has_no_exit_talk(asked: World) -> None:
    life = Life(asked)
    await life.begin()
    await life.leave("selected")
    assert await rows(asked, life.member_id) == {"member-welcome": ("cancelled", "member_left")}


async def test_who_left_unasked_is_invited_to_the_alumni_and_who_said_no_is_not(asked: World) -> None:
    unasked, refused = Life(asked), Life(asked)
    for life, answer in ((unasked, None), (refused, False)):
        await life.begin()
        await life.work()
        await life.leave(alumna=answer)
    assert "alumni-invitation" not in await rows(asked, refused.member_id)
    await asked.at(BEGUN + timedelta(days=15))
    assert (await rows(asked, unasked.member_id))["alumni-invitation"] == ("sent", None)
    assert any("not us" in str(letter.message["Subject"]) for letter in asked.inbox())


async def test_a_returnee_gets_the_own_link_and_a_yes_is_a_task_until_the_application(asked: World) -> None:
    ids = {"person_id": asked.person_id, "application_id": asked.application_id, "sending_entity_id": builders.SENDING}
    about = {"invitation_id": new_id(), **ids}
    invited = ReturneeInvited(**about, offers=["membership", "alumni"], ends_on=date(2026, 5, 1))
    await asked.room.hear(invited)
    await asked.at(BEGUN + timedelta(days=1))
    (letter,) = asked.inbox()
    assert returnee_link(invited.invitation_id) in (letter.text or "")
    assert "Säg vilket" in (letter.text or "")
    await asked.room.hear(ReturneeAnswered(**about, choice="membership"))
    await asked.at(BEGUN + timedelta(days=2))
    assert await tasks(asked) == {"talk-with-returnee": "open"}
    elsewhere = {"member_id": new_id(), "entity_id": builders.HOSTING, "person_id": asked.person_id, "role": "member"}
    await asked.room.hear(parties.MemberApplied(**elsewhere))
    assert await tasks(asked) == {"talk-with-returnee": "open"}
    here = elsewhere | {"member_id": new_id(), "entity_id": builders.SENDING}
    await asked.room.hear(parties.MemberApplied(**here))
    assert await tasks(asked) == {"talk-with-returnee": "done"}


async def test_who_answered_before_the_letter_went_out_gets_none(asked: World) -> None:
    ids = {"person_id": asked.person_id, "application_id": asked.application_id, "sending_entity_id": builders.SENDING}
    about = {"invitation_id": new_id(), **ids}
    await asked.room.hear(ReturneeInvited(**about, offers=["alumni"], ends_on=date(2026, 5, 1)))
    await asked.room.hear(ReturneeAnswered(**about, choice="no"))
    await asked.at(BEGUN + timedelta(days=1))
    assert asked.inbox() == []
    assert await rows(asked, about["invitation_id"]) == {"returnee-invitation": ("cancelled", "returnee_answered")}
