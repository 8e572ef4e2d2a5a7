"""Each member who may answer the team pulse gets the letter with their own link, once."""

from datetime import date, timedelta

from services.notifications import plan
from shared.contracts.parties import MemberActivated, MemberDetails
from shared.contracts.surveys import PulseAsked
from shared.ids import new_id
from shared.links import pulse_link
from tests.notifications.world import World


async def test_a_member_gets_the_own_link_and_no_other_member_does(world: World) -> None:
    """The entry as it is shipped, alone in the plan."""
    entry = plan.shipped().entry("pulse-invitation")
    assert entry is not None
    with plan.using(plan.Plan("default", 1, (entry,))):
        members = {}
        for name in ("ana", "leader"):
            ids = {"member_id": new_id(), "entity_id": world.stay["hosting_entity_id"]}
            since = {"from_on": date(2026, 2, 1), "to_on": None}
            await world.room.hear(MemberActivated(**ids, person_id=None, role="team_leader", **since))
            details = {"given_name": name, "family_name": "Pop", "email": f"{name}@lc.example"}
            await world.room.hear(MemberDetails(member_id=ids["member_id"], **details))
            members[name] = ids
        expires = world.room.clock.now() + timedelta(days=14)
        asked = PulseAsked(ticket_id=new_id(), round="2026-05", expires_at=expires, **members["ana"])
        await world.room.hear(asked)
        await world.room.hear(asked)
        await world.at(world.room.clock.now() + timedelta(days=1))
        (letter,) = world.inbox()
    assert letter.message["To"] == "ana Pop <ana@lc.example>"
    assert pulse_link(asked.ticket_id) in (letter.text or "")
