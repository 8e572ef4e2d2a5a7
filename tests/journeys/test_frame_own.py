"""The participant's own page: what comes next and when, what waits, whom to call, what can be done from there."""

from typing import Any

import httpx
from playwright.async_api import Browser

from tests.browsers import browser as chromium
from tests.browsers import served
from tests.journeys.others import Others, application, page, touchpoint
from tests.journeys.test_frame_pages import look, tab
from tests.journeys.visiting import browser, others, sign_in
from tests.journeys.world import CLUJ, UPPSALA, World

__all__ = ["browser", "chromium", "others"]


def tell(world: World, others: Others) -> None:
    """The stay is approved and about to begin; another application was accepted; a seminar asks, a survey waits."""
    stay, other = str(world.stay["application_id"]), str(world.other["application_id"])
    sides = {"sending_entity_id": str(CLUJ), "hosting_entity_id": str(UPPSALA), "version": 3}
    others.answers |= {
        "/v1/applications": page(application(stay, "approved") | sides, application(other, "accepted") | sides),
        "/v1/inbox": page(
            waiting(other, "sign"),
            waiting(stay, "requirement", requirement="insurance", due_on="2026-02-20", overdue_since="2026-02-20"),
        ),
        "/v1/touchpoints": page(
            touchpoint("departure-document", "Departure document", state="waiting", kind="message"),
        ),
        "/v1/documents": page(paper(stay, "pickup-sheet"), paper(other, "policies-papers", to_acknowledge=True)),
        "/v1/sessions": page(session(stay)),
        "/v1/invitations": page(invitation(stay)),
        "/v1/questions": page(question(stay)),
        f"/v1/entities/{CLUJ}": {"name": "Cluj", "phone": "+40 721 000 000", "email": "cluj@example.org"},
        f"/v1/entities/{UPPSALA}": {"name": "Uppsala", "phone": None, "email": "uppsala@example.org"},
        f"/v1/applications/{stay}/dossier": {
            "facts": {"buddy": "Linnea", "buddy_phone": "+46 70 000 00 00", "pickup_person": "Olle"}
        },
    }  # fmt: skip


def waiting(application_id: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "application_id": application_id, "requirement": None, "due_on": None, **more}


def paper(id_: str, kind: str, **more: Any) -> dict[str, Any]:
    sent = {
        "sent_at": "2026-01-20T10:02:00Z",
        "zone": "Europe/Stockholm",
        "acknowledged_at": None,
        "erased": False,
        "to_acknowledge": False,
    }
    return {"id": id_, "kind": kind, "page": f"http://127.0.0.1:8103/d/{kind}", **sent, **more}


def session(id_: str) -> dict[str, Any]:
    when = {"starts_at": "2026-02-10T16:00:00Z", "zone": "Europe/Bucharest", "place": "Room 4"}
    return {"id": id_, "title": "Before you leave", "state": "open", "seat": {"state": "invited"}, **when}


def invitation(id_: str) -> dict[str, Any]:
    return {"id": id_, "questionnaire": "at-approval", "state": "delivered", "expires_at": "2026-03-01T09:00:00Z"}


def question(id_: str) -> dict[str, Any]:
    return {"id": id_, "subject": "Keys", "state": "open", "asked_at": "2026-01-30T09:00:00Z"}


async def stays_soon(world: World) -> None:
    await world.signs_up()
    await world.applies()
    await world.is_approved()


async def test_the_own_page_says_what_comes_next_and_whom_to_call(
    browser: httpx.AsyncClient, world: World, others: Others
) -> None:
    await stays_soon(world)
    tell(world, others)
    await sign_in(browser, f"participant:{world.person_id}")
    text = (await browser.get("/console/mine")).text
    order = [
        text.index(words)
        for words in (
            "Sign the acceptance note of “Solar lab assistant”",
            "Insurance, for “Data intern”",
            "First day of work",
            "Last day of the internship",
        )
    ]
    assert order == sorted(order), "what waits for the participant comes before what comes by itself"
    for words in (
        "Departure document comes by e-mail", "Overdue", "Data intern", "Approved", "Read the terms and sign",
        "tel:+40721000000", "mailto:uppsala@example.org", "Linnea", "tel:+46700000000", "Olle", "At approval",
        "Before you leave", "Pick-up sheet", "/console/files/documents/", "Read and acknowledge", "Keys",
    ):  # fmt: skip
        assert words in text, words


async def test_a_room_that_is_away_leaves_a_notice_on_the_own_page(
    browser: httpx.AsyncClient, world: World, others: Others
) -> None:
    await stays_soon(world)
    tell(world, others)
    await sign_in(browser, f"participant:{world.person_id}")
    others.away.add("notifications")
    reply = await browser.get("/console/mine")
    assert reply.status_code == 200
    assert "The notifications service" in reply.text
    assert "Data intern" in reply.text


async def test_what_a_participant_does_reaches_the_room_with_version_and_key(
    browser: httpx.AsyncClient, world: World, others: Others
) -> None:
    await stays_soon(world)
    tell(world, others)
    stay = world.stay["application_id"]
    others.answers |= {
        f"/v1/applications/{stay}/refusal": {},
        f"/v1/applications/{stay}/withdrawal": {},
        f"/v1/sessions/{stay}/answer": {},
    }
    await sign_in(browser, f"participant:{world.person_id}")
    form = {"form-key": "one-and-the-same", "form-version": "3", "reason": "other_offer"}
    said = await browser.post(f"/console/mine/applications/{stay}/refusal", data=form)
    assert "You have declined." in said.text
    sent = next(one for one in others.asked if one.url.path.endswith("/refusal"))
    assert (sent.headers["if-match"], sent.headers["idempotency-key"]) == ('"3"', "one-and-the-same")
    assert sent.read() == b'{"reason":"other_offer"}'
    said = await browser.post(f"/console/mine/sessions/{stay}/answer", data={"going": "yes"})
    assert "See you there." in said.text
    others.refuses["applications"] = 409
    said = await browser.post(f"/console/mine/applications/{stay}/withdrawal", data=form)
    assert 'role="alert"' in said.text
    others.refuses["applications"] = 500
    said = await browser.post(f"/console/mine/applications/{stay}/withdrawal", data=form)
    assert (said.status_code, "answer right now" in said.text) == (503, True)
    others.refuses["applications"] = 401
    said = await browser.post(f"/console/mine/applications/{stay}/withdrawal", data=form, follow_redirects=False)
    assert (said.status_code, f'action="/console/mine/applications/{stay}/withdrawal"' in said.text) == (401, True)


async def test_a_file_comes_through_with_the_rooms_name_and_type_and_runs_nothing(
    browser: httpx.AsyncClient, world: World, others: Others
) -> None:
    id_ = str(world.stay["application_id"])
    others.answers |= dict.fromkeys(
        (
            f"/v1/documents/{id_}/content", f"/v1/cases/{id_}/attachments/{id_}", f"/v1/questions/{id_}/files/{id_}",
            f"/v1/sessions/{id_}/calendar",
        ),
        b"%PDF-1.7 paper",
    )  # fmt: skip
    await sign_in(browser, f"participant:{world.person_id}")
    for path, shown in (
        (f"documents/{id_}", "inline"), (f"cases/{id_}/{id_}", "attachment"), (f"questions/{id_}/{id_}", "attachment"),
        (f"sessions/{id_}", "attachment"),
    ):  # fmt: skip
        reply = await browser.get(f"/console/files/{path}")
        assert (reply.status_code, reply.content) == (200, b"%PDF-1.7 paper")
        assert reply.headers["content-type"] == "application/pdf"
        assert reply.headers["content-disposition"] == f'{shown}; filename="paper.pdf"'
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["cache-control"] == "private, no-store"
        assert ("sandbox" in reply.headers["content-security-policy"]) is (shown == "attachment")
        asked = others.asked[-1]
        assert asked.headers["authorization"].startswith("Bearer ")
    assert (await browser.get(f"/console/files/documents/{world.person_id}")).status_code == 404
    others.away.add("notifications")
    assert (await browser.get(f"/console/files/documents/{id_}")).status_code == 503


async def test_messages_are_read_up_to_the_newest_that_was_shown(
    browser: httpx.AsyncClient, world: World, others: Others
) -> None:
    one = {"id": str(world.person_id), "title": "Your room", "body": "It has a window.", "link": None, "language": "en"}
    items = [one | {"created_at": "2026-01-20T10:02:00Z", "read_at": None, "position": 7}]
    others.answers |= {
        "/v1/feed": {"items": items, "unread": 1, "position": 7, "next_before": None},
        "/v1/feed/read": {"read": []},
    }
    await sign_in(browser, f"participant:{world.person_id}")
    text = (await browser.get("/console/messages")).text
    assert "It has a window." in text
    assert 'name="up_to" value="7"' in text
    said = await browser.post("/console/messages/read", data={"up_to": "7"})
    assert "All read." in said.text
    assert next(one for one in others.asked if one.method == "POST").read() == b'{"up_to":7}'


async def test_the_own_page_is_nobody_elses(browser: httpx.AsyncClient, world: World, others: Others) -> None:
    await sign_in(browser, f"sending_manager:{CLUJ}")
    assert (await browser.get("/console/mine")).status_code == 403


async def test_the_own_page_fits_a_phone_in_arabic_and_dark(world: World, others: Others, chromium: Browser) -> None:
    await stays_soon(world)
    tell(world, others)
    async with served(world.room) as address, tab(chromium) as here:
        for way in (("en", 390, "light"), ("ar", 390, "dark")):
            await look(here, world.ep, f"{address}/console/mine", f"own-{way[0]}-{way[2]}", way)
