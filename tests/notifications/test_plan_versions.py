"""Versions of plans: drafted, checked, published, rolled back; running applications stay with theirs until told."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from services.notifications import views
from services.notifications.handlers import radius as radii
from services.notifications.handlers.happenings import HAPPENINGS
from services.notifications.plan.layers import shipped
from services.notifications.plan.preflight import preflight
from services.notifications.policy import CORRECTIONS, INTERNAL, STEPS, Happening
from services.notifications.policy.plan import ASKING, CASES, ENDS_ONLY, LEADS, MEMBERS, SESSIONS, SURVEYS
from services.notifications.policy.sessions import TOLD
from services.notifications.tools import plans, publish_version
from shared.access import Caller
from shared.errors import NotFound
from shared.ids import new_id
from shared.runtime import Runtime
from shared.testing import builders, callers
from tests.notifications.world import World

REMINDER: dict[str, Any] = {
    "code": "first-day-reminder", "title": "Reminder", "audience": "ep",
    "trigger": {"anchor": "start", "days": -5, "at": "09:00"}, "channels": ["email"],
    "letter": "first-day-reminder", "needs": ["person"], "late": {"policy": "skip", "after_hours": 24},
    "weight": "nudge",
}  # fmt: skip
YAML = """
touchpoints:
  - code: first-day-reminder
    title: Reminder
    audience: ep
    trigger: {anchor: start, days: -7, at: "09:00"}
    letter: first-day-reminder
    late: {policy: skip}
    weight: nudge
without: [departure-document]
"""


def content(**trigger: Any) -> dict[str, Any]:
    return {"touchpoints": [REMINDER | {"trigger": REMINDER["trigger"] | trigger}], "without": []}


async def boss(world: World) -> httpx.AsyncClient:
    return await world.room.client(callers.global_manager())


async def draft(client: httpx.AsyncClient, **body: Any) -> dict[str, Any]:
    reply = await client.post("/v1/plans", json={"plan": "house", "content": content()} | body)
    assert reply.status_code == 201, reply.text
    assert reply.headers["Location"] == f"/v1/plans/{reply.json()['id']}"
    return reply.json()


async def publish(client: httpx.AsyncClient, row: dict[str, Any], **body: Any) -> httpx.Response:
    tag = (await client.get(f"/v1/plans/{row['id']}")).headers["ETag"]
    return await client.post(f"/v1/plans/{row['id']}/publish", json=body, headers={"If-Match": tag})


async def radius(client: httpx.AsyncClient, row: dict[str, Any]) -> dict[str, Any]:
    reply = await client.post(f"/v1/plans/{row['id']}/radius")
    assert reply.status_code == 201, reply.text
    return reply.json()


async def test_a_draft_takes_values_or_yaml_and_counts_its_versions(world: World) -> None:
    client = await boss(world)
    one = await draft(client)
    two = await draft(client, content=None, yaml=YAML)
    assert (one["number"], two["number"], two["state"]) == (1, 2, "draft")
    assert two["content"]["without"] == ["departure-document"]
    listed = (await client.get("/v1/plans", params={"plan": "house"})).json()["items"]
    assert [row["number"] for row in listed] == [1, 2]
    found = (await client.get(f"/v1/plans/{two['id']}/diff", params={"against": one["id"]})).json()
    assert found["without"] == {"added": ["departure-document"], "removed": []}
    assert found["touchpoints"][0]["fields"]["trigger"]["after"]["days"] == -7


async def test_every_fault_of_a_plan_comes_with_its_place(world: World) -> None:
    client = await boss(world)
    wrong = {"touchpoints": [REMINDER | {"audience": "cat"}, REMINDER | {"colour": "red"}]}
    reply = await client.post("/v1/plans", json={"plan": "house", "content": wrong})
    assert (reply.status_code, reply.json()["type"]) == (422, "/problems/invalid")
    places = {error["pointer"] for error in reply.json()["errors"]}
    assert {"#/content/touchpoints/0/audience", "#/content/touchpoints/1/colour"} <= places
    unknown = {"touchpoints": [REMINDER | {"needs": ["shoe_size"], "letter": "nobody-wrote-it"}]}
    reply = await client.post("/v1/plans", json={"plan": "house", "content": unknown})
    places = {error["pointer"] for error in reply.json()["errors"]}
    assert {"#/content/touchpoints/0/needs", "#/content/touchpoints/0/letter"} <= places
    for text in ("a: [", "just words", "&a [*a]", "x: " + "[" * 3000):
        reply = await client.post("/v1/plans", json={"plan": "house", "yaml": text})
        assert (reply.status_code, reply.json()["errors"][0]["pointer"][:6]) == (422, "#/yaml"), text


async def test_an_alias_bomb_is_refused_and_not_unfolded(world: World) -> None:
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 60)
    )
    reply = await (await boss(world)).post("/v1/plans", json={"plan": "house", "yaml": bomb})
    assert reply.status_code == 422
    assert "aliases" in reply.text


async def test_a_draft_is_changed_by_who_saw_it_and_a_published_version_never(world: World) -> None:
    client = await boss(world)
    row = await draft(client)
    path, body = f"/v1/plans/{row['id']}", {"content": content(days=-4)}
    assert (await client.put(path, json=body)).status_code == 428
    assert (await client.put(path, json=body, headers={"If-Match": '"9"'})).status_code == 412
    changed = await client.put(path, json=body, headers={"If-Match": '"1"'})
    assert changed.json()["content"]["touchpoints"][0]["trigger"]["days"] == -4
    assert (await publish(client, row)).status_code == 200
    again = await client.put(path, json=body, headers={"If-Match": "*"})
    assert (again.status_code, again.json()["type"]) == (409, "/problems/not-a-draft")


async def test_the_shipped_plan_and_others_names_are_not_taken(world: World) -> None:
    client = await boss(world)
    taken = await client.post("/v1/plans", json={"plan": "default", "content": content()})
    assert taken.status_code == 422
    await draft(client)
    other = {"plan": "house", "content": content(), "entity_id": str(builders.HOSTING)}
    assert (await client.post("/v1/plans", json=other)).json()["type"] == "/problems/name-taken"


async def test_a_committee_writes_for_itself_and_below_and_sees_no_others_drafts(world: World) -> None:
    await world.hear_places()
    national = await world.room.client(callers.national_manager(builders.WORLD))
    host = await world.room.client(callers.hosting_manager(builders.HOSTING))
    stranger = await world.room.client(callers.hosting_manager(builders.SENDING))
    row = await draft(national, plan="sweden", entity_id=str(builders.HOSTING))
    assert (await host.get(f"/v1/plans/{row['id']}")).status_code == 200
    assert (await stranger.get(f"/v1/plans/{row['id']}")).status_code == 404
    assert (await publish(host, row)).status_code == 200
    body = {"plan": "mine", "content": content()}
    assert (await host.post("/v1/plans", json=body)).status_code == 403
    assert (await host.post("/v1/plans", json=body | {"entity_id": str(builders.SENDING)})).status_code == 422
    for role in (callers.participant(), callers.auditor()):
        assert (await (await world.room.client(role)).post("/v1/plans", json=body)).status_code == 403


async def test_what_can_not_work_blocks_the_publish(world: World) -> None:
    client = await boss(world)
    row = await draft(client, content=content() | {"without": ["nothing-of-the-kind"]})
    checks = (await client.get(f"/v1/plans/{row['id']}/checks")).json()
    assert (checks["ready"], checks["findings"][0]["pointer"]) == (False, "#/content/without/0")
    blocked = await publish(client, row)
    assert (blocked.status_code, blocked.json()["type"]) == (409, "/problems/not-ready")
    assert blocked.json()["errors"][0]["pointer"] == "#/content/without/0"


NEVER: tuple[tuple[dict[str, Any], str], ...] = (
    ({"trigger": {"event": "fact-reviewed"}}, "trigger/event"),
    ({"trigger": {"event": "standards-evaluated"}}, "trigger/event"),
    ({"trigger": {"event": "session-invited"}, "code": "one-more-invitation"}, "trigger/event"),
)


@pytest.mark.parametrize(("fields", "place"), NEVER)
async def test_what_nobody_ever_says_to_an_entry_blocks_the_publish(
    world: World, fields: dict[str, Any], place: str
) -> None:
    client = await boss(world)
    row = await draft(client, content={"touchpoints": [REMINDER | fields]})
    blocked = await publish(client, row)
    assert (blocked.status_code, blocked.json()["type"]) == (409, "/problems/not-ready")
    (error,) = blocked.json()["errors"]
    assert (error["pointer"], "never fires" in error["detail"]) == (f"#/content/touchpoints/0/{place}", True)


async def test_a_task_that_waits_for_what_nobody_says_blocks_the_publish_and_an_unknown_code_is_no_draft(
    world: World,
) -> None:
    client = await boss(world)
    task = {"kind": "task", "audience": "team", "letter": None, "needs": []}
    ends = ["application-signed", "dates-changed", "session-missed"]
    entry = REMINDER | task | {"task": {"days": 1, "closed_by": ends}}
    row = await draft(client, content={"touchpoints": [entry]})
    checks = (await client.get(f"/v1/plans/{row['id']}/checks")).json()
    assert [one["pointer"] for one in checks["findings"]] == [
        f"#/content/touchpoints/0/task/closed_by/{n}" for n in (1, 2)
    ]
    unheard = {"touchpoints": [REMINDER | {"trigger": {"event": "moon-is-full"}}]}
    reply = await client.post("/v1/plans", json={"plan": "house", "content": unheard})
    assert (reply.status_code, reply.json()["errors"][0]["pointer"]) == (422, "#/content/touchpoints/0/trigger/event")


def test_every_happening_is_said_by_somebody_or_known_to_start_nothing_and_the_shipped_plan_passes() -> None:
    said = STEPS | CORRECTIONS | INTERNAL | SESSIONS | SURVEYS | CASES | ASKING | LEADS | MEMBERS
    said |= set(HAPPENINGS.values())
    said |= {Happening.pulse_asked, Happening.quality_case_closed, Happening.action_suggested}
    said |= {Happening.stay_at_risk, Happening.matches_found}
    said |= {Happening.returnee_invited, Happening.returnee_willing}
    assert (said | ENDS_ONLY, said & ENDS_ONLY) == (set(Happening), set())
    assert set(TOLD) == SESSIONS
    assert preflight(shipped(), frozenset()) == []


async def test_the_nearest_plan_wins_and_leaving_it_returns_to_the_wider_one(world: World) -> None:
    await world.hear_places()
    client = await boss(world)
    sides = {"sending_entity_id": str(builders.SENDING), "hosting_entity_id": str(builders.HOSTING)}

    async def days() -> int:
        shown = (await client.get("/v1/plan", params=sides)).json()
        codes = {entry["code"]: entry for entry in shown["touchpoints"]}
        return int(codes["first-day-reminder"]["trigger"]["days"])

    assert await days() == -3
    everybody = await draft(client)
    assert (await publish(client, everybody)).status_code == 200
    assert await days() == -5
    local = await draft(client, plan="uppsala", entity_id=str(builders.HOSTING), content=content(days=-9))
    assert (await publish(client, local)).status_code == 200
    assert await days() == -9
    elsewhere = await client.get("/v1/plan", params={"hosting_entity_id": str(new_id())})
    codes = {entry["code"]: entry for entry in elsewhere.json()["touchpoints"]}
    assert codes["first-day-reminder"]["trigger"]["days"] == -5
    tag = (await client.get(f"/v1/plans/{local['id']}")).headers["ETag"]
    await client.post(f"/v1/plans/{local['id']}/retire", headers={"If-Match": tag})
    assert await days() == -5


async def test_an_older_version_comes_back_with_one_call(world: World) -> None:
    client = await boss(world)
    one, two = await draft(client), await draft(client, content=content(days=-8))
    for row in (one, two, one):
        assert (await publish(client, row)).status_code == 200
    rows = (await client.get("/v1/plans", params={"plan": "house"})).json()["items"]
    assert {row["number"]: row["state"] for row in rows} == {1: "published", 2: "retired"}
    assert (await publish(client, one)).json()["type"] == "/problems/published-already"


async def test_a_running_application_stays_with_its_versions_until_a_publish_says_otherwise(world: World) -> None:
    await world.known()
    client = await boss(world)

    async def reminder() -> tuple[str, int, str]:
        row = (await world.calendar())["first-day-reminder"]
        return row.plan, row.plan_version, row.local_at.date().isoformat()

    before = await reminder()
    assert before[2] == "2026-02-27"
    row = await draft(client)
    assert (await publish(client, row)).status_code == 200
    await world.move(end_on=builders.END)
    await world.run()
    assert await reminder() == before
    two = await draft(client, content=content(days=-6))
    seen = await radius(client, two)
    assert seen["figures"]["totals"] == {"added": 0, "moved": 1, "cancelled": 0, "late_at_once": 0}
    assert seen["figures"]["entities"] == {str(builders.HOSTING): {"moved": 1}}
    assert (await publish(client, two, apply_to="running")).status_code == 422
    wrong = await publish(client, two, apply_to="running", radius="0" * 64)
    assert wrong.json()["type"] == "/problems/radius-unknown"
    done = await publish(client, two, apply_to="running", radius=seen["digest"])
    assert done.status_code == 200, done.text
    await world.run()
    assert await reminder() == ("house", 2, "2026-02-24")


async def test_a_publish_stops_when_more_would_happen_than_was_seen(world: World) -> None:
    client = await boss(world)
    row = await draft(client)
    seen = await radius(client, row)
    assert seen["figures"]["applications"] == 0
    await world.known()
    late = await publish(client, row, apply_to="running", radius=seen["digest"])
    assert (late.status_code, late.json()["type"]) == (409, "/problems/radius-grown")
    assert late.json()["beyond"] == {"moved": {"seen": 0, "now": 1}}
    again = await radius(client, row)
    assert (await publish(client, row, apply_to="running", radius=again["digest"])).status_code == 200


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two applications a portion, and one portion within a request: five are many."""
    monkeypatch.setattr(radii, "PORTION", 2)
    monkeypatch.setattr(radii, "AT_ONCE", 1)


async def test_very_many_applications_are_measured_in_portions_with_the_progress_to_be_seen(
    world: World, narrow: None
) -> None:
    await world.known()
    for _ in range(4):
        await world.room.hear(builders.approved(builders.experience()))
    client = await boss(world)
    row = await draft(client)
    reply = await client.post(f"/v1/plans/{row['id']}/radius")
    begun, place = reply.json(), reply.headers["Location"]
    assert (begun["state"], begun["done"], begun["total"], begun["digest"]) == ("measuring", 2, 5, None)
    assert begun["figures"]["applications"] == 2
    await world.room.due()
    seen = (await client.get(place)).json()
    assert (seen["state"], seen["done"], seen["figures"]["applications"]) == ("ready", 5, 5)
    assert seen["figures"]["totals"]["moved"] == 5
    world.room.clock.advance(timedelta(hours=3))
    late = await publish(client, row, apply_to="running", radius=seen["digest"])
    assert (late.status_code, late.json()["type"]) == (409, "/problems/radius-old")
    again = (await client.post(f"/v1/plans/{row['id']}/radius")).headers["Location"]
    await world.room.due()
    digest = (await client.get(again)).json()["digest"]
    assert (await publish(client, row, apply_to="running", radius=digest)).status_code == 200
    stranger = await world.room.client(callers.hosting_manager(new_id()))
    assert (await stranger.get(f"/v1/plans/{new_id()}/radius/{seen['id']}")).status_code == 404


async def test_a_draft_that_is_written_anew_while_it_is_measured_must_be_measured_again(
    world: World, narrow: None
) -> None:
    await world.known()
    for _ in range(2):
        await world.room.hear(builders.approved(builders.experience()))
    client = await boss(world)
    row = await draft(client)
    place = (await client.post(f"/v1/plans/{row['id']}/radius")).headers["Location"]
    other = {"content": content(days=-9)}
    tag = (await client.get(f"/v1/plans/{row['id']}")).headers["ETag"]
    assert (await client.put(f"/v1/plans/{row['id']}", json=other, headers={"If-Match": tag})).status_code == 200
    await world.room.due()
    assert (await client.get(place)).json()["state"] == "outdated"


async def test_the_radius_tells_what_is_added_cancelled_and_late_at_once(world: World) -> None:
    await world.known()
    client = await boss(world)
    extra = REMINDER | {"code": "extra", "trigger": {"anchor": "start", "days": -40, "at": "09:00"}}
    row = await draft(client, content={"touchpoints": [extra], "without": ["first-day-reminder"]})
    figures = (await radius(client, row))["figures"]
    assert figures["touchpoints"]["extra"] == {"added": 1, "late_at_once": 1}
    assert figures["touchpoints"]["first-day-reminder"] == {"cancelled": 1}
    await publish(client, row, apply_to="running", radius=(await radius(client, row))["digest"])
    await world.room.due()
    states = await world.states()
    assert states["first-day-reminder"] == "cancelled"
    assert "extra" in states


async def test_another_process_sees_a_new_version_with_its_commit(world: World) -> None:

    client = await boss(world)
    await publish(client, await draft(client))
    runtime = world.room.runtime
    other = Runtime(runtime.service, kernel_settings=runtime.kernel, settings=runtime.settings, clock=runtime.clock)
    shown = await other.read(views.get_plan, caller=Caller.system("notifications"))
    await other.database.close()
    days = {entry["code"]: entry["trigger"]["days"] for entry in shown.touchpoints}
    assert days["first-day-reminder"] == -5


async def test_a_touchpoint_that_only_a_committees_plan_has_is_sent_within_the_budget_too(world: World) -> None:
    client = await boss(world)
    extra = REMINDER | {"code": "welcome-note", "budget": "care"}
    row = await draft(client, content={"touchpoints": [extra], "without": []})
    assert (await publish(client, row)).status_code == 200
    await world.known()
    await world.at(datetime(2026, 2, 25, 12, tzinfo=UTC))
    sent = (await world.calendar())["welcome-note"]
    assert (str(sent.state), sent.plan, sent.plan_version) == ("sent", "house", 1)


async def test_one_command_rolls_back_and_asks_before_it_touches_what_runs(world: World) -> None:
    client, runtime, shown = await boss(world), world.room.runtime, []

    def agreed(figures: dict[str, Any]) -> bool:
        shown.append(figures["totals"]["moved"])
        return len(shown) > 1

    await world.known()
    for row in (await draft(client), await draft(client, content=content(days=-8))):
        await publish(client, row)
    assert await publish_version(runtime, "house", 1, None) == "house 1 is in use"
    assert await publish_version(runtime, "house", 2, agreed) == "nothing was published"
    assert await publish_version(runtime, "house", 2, agreed) == "house 2 is in use"
    assert shown == [1, 1]
    await world.room.due()
    row = (await world.calendar())["first-day-reminder"]
    assert (row.plan_version, row.local_at.day) == (2, 22)
    with pytest.raises(NotFound):
        await publish_version(runtime, "house", 9, None)


@pytest.mark.parametrize(
    ("text", "code", "told"),
    [
        (YAML, 0, "a committee's plan, 1 touchpoints, no fault"),
        (YAML.replace("audience: ep", "audience: cat"), 1, "touchpoints/0/audience"),
        (YAML.replace('anchor: start, days: -7, at: "09:00"', "event: fact-reviewed"), 1, "it never fires"),
        ("plan: x\nversion: 1\ntouchpoints: []\n", 0, "x 1, 0 touchpoints, no fault"),
        ("a: [", 1, "expected"),
    ],
)
def test_a_file_is_checked_with_an_exit_code_and_a_reason(tmp_path: Path, text: str, code: int, told: str) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text(text, "utf-8")
    done = CliRunner().invoke(plans, ["check", str(file)])
    assert (done.exit_code, told in done.output) == (code, True), done.output
