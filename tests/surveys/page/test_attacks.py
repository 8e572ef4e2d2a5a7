"""What the answer page makes of people who mean no good, and of forms that no page of ours would send."""

import json
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from services.surveys.questionnaires import LIBRARY
from shared import links
from shared.contracts.surveys import SurveyAnswered
from shared.ids import new_id
from tests.elements import Elements
from tests.surveys.page.conftest import EVERYTHING
from tests.surveys.world import World

SCRIPT = "</textarea><script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
SCORES = {"step": "scores", "shown": "nps ces1", "nps": "9", "go": "next"}
WHOLE: dict[str, Any] = {"nps": "9", "wanted": "work", "found.accommodation": "6", "found.job": "5"}


@pytest.fixture
async def browser(world: World, monkeypatch: pytest.MonkeyPatch) -> httpx.AsyncClient:
    """A browser without an account, in front of a room that asks everything."""
    monkeypatch.setitem(LIBRARY.all, ("everything", 1), EVERYTHING)  # type: ignore[arg-type]
    return await world.room.client()


async def asked(world: World) -> str:
    """The path of the page of somebody who is asked everything."""
    invitation: UUID = await world.complete(world.another_stay(), "en")
    async with world.room.runtime.database.engine.begin() as connection:
        change = text("UPDATE invitation SET questionnaire = 'everything', questionnaire_version = 1 WHERE id = :id")
        await connection.execute(change, {"id": invitation})
    return f"/s/{links.survey_token(invitation)}"


async def draft(world: World) -> Any:
    async with world.room.runtime.database.engine.connect() as connection:
        return (await connection.execute(text("SELECT answers, at FROM draft"))).one_or_none()


async def test_a_script_in_a_text_is_shown_as_text_wherever_it_comes_back(
    world: World, browser: httpx.AsyncClient
) -> None:
    path = await asked(world)
    page = {"step": "more", "shown": "pickup channel wanted found", "channel": "other", "channel.other": SCRIPT}
    refused = await browser.post(path, data=page | {"go": "next"})
    kept = await browser.post(path, data=page | {"go": "later"})
    again = await browser.get(path)
    comment = await browser.post(path, data={"step": "words", "shown": "comment", "comment": SCRIPT, "go": "send"})
    assert (refused.status_code, kept.status_code, comment.status_code) == (422, 303, 422)
    for reply in (refused, again, await browser.get(path, params={"step": "words"})):
        elements = Elements(reply.text)
        assert elements.all("script") == elements.all("img") == []
        assert "&lt;script&gt;" in reply.text


async def test_a_foreign_option_a_hidden_question_and_unknown_fields_do_nothing(
    world: World, browser: httpx.AsyncClient
) -> None:
    path = await asked(world)
    foreign = await browser.post(path, data={"step": "more", "shown": "channel", "channel": "language", "go": "later"})
    assert foreign.status_code == 422
    assert "Please choose from what is shown." in foreign.text
    assert await draft(world) is None
    # `why` is asked of those who would not recommend, `times` of those whom nobody met; `admin` never.
    hidden = WHOLE | {"why": "Because", "times.host": "often", "admin": "1", "found.secret": "7", "state": "delivered"}
    assert (await browser.post(path, data=hidden)).status_code == 303
    (answered,) = await world.room.said(SurveyAnswered)
    assert {given.item for given in answered.perceptions} == {"accommodation", "job"}
    async with world.room.runtime.database.engine.connect() as connection:
        given = (await connection.execute(text("SELECT DISTINCT question FROM given"))).scalars().all()
    assert set(given) == {"nps", "wanted", "found"}


async def test_a_field_that_comes_twice_is_no_answer_and_a_choice_of_several_has_its_most(
    world: World, browser: httpx.AsyncClient
) -> None:
    path = await asked(world)
    twice = await browser.post(path, data=SCORES | {"nps": ["9", "2"]})
    assert twice.status_code == 422
    assert "Please choose one of the numbers shown." in twice.text
    many = {"step": "more", "shown": "wanted", "wanted": ["language", "work", "people"], "go": "later"}
    assert "Please choose at most 2." in (await browser.post(path, data=many)).text
    assert await draft(world) is None


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (json.dumps(SCORES), "application/json", 400),
        ("--x\r\nContent-Disposition: form-data; name=nps\r\n\r\n9\r\n--x--", "multipart/form-data; boundary=x", 400),
        ("&".join(f"f{number}=1" for number in range(2001)), "application/x-www-form-urlencoded", 400),
        ("step=nowhere", "application/x-www-form-urlencoded", 400),
        ("step=..%2F..%2Fetc&go=next", "application/x-www-form-urlencoded", 400),
        ("comment=" + "x" * 1_100_000, "application/x-www-form-urlencoded", 413),
        ("step=words&shown=comment&comment=" + "x" * 30_000, "application/x-www-form-urlencoded", 422),
        ("%00=%00&%ff=%ff&nps=%ff", "application/x-www-form-urlencoded", 422),
    ],
)
async def test_what_no_page_of_ours_sends_is_refused_and_keeps_nothing(
    world: World, browser: httpx.AsyncClient, body: str, kind: str, status: int
) -> None:
    path = await asked(world)
    reply = await browser.post(path, content=body, headers={"Content-Type": kind})
    assert reply.status_code == status
    assert await draft(world) is None
    assert await world.room.said(SurveyAnswered) == []


async def test_nobody_is_led_elsewhere(world: World, browser: httpx.AsyncClient) -> None:
    path = await asked(world)
    bad = {"next": "https://evil.example/", "go": "https://evil.example/", "speak": "//evil.example"}
    for form in ({**SCORES, **bad}, {**SCORES, "next": "//evil.example"}, {**SCORES, "speak": "en&step=x\r\nX-Bad: 1"}):
        reply = await browser.post(path, params={"lang": "//evil.example", "next": "//evil.example"}, data=form)
        assert reply.status_code == 303
        assert reply.headers["location"].startswith(f"./{path.removeprefix('/s/')}?")
        assert "evil" not in reply.headers["location"]
        assert "x-bad" not in reply.headers
    page = await browser.get(path, params={"lang": '"><script>', "step": '"><script>', "new": '"><script>.nps'})
    assert page.status_code == 200
    assert Elements(page.text).all("script") == []


async def test_a_token_that_was_not_made_by_us_opens_nothing(world: World, browser: httpx.AsyncClient) -> None:
    path = await asked(world)
    token = path.removeprefix("/s/")
    guesses = [token[:-1] + ("A" if token[-1] != "A" else "B"), token[::-1], token + "A", token[:40], token.swapcase()]
    guesses += [links.survey_token(new_id()), links.links().sign("case", new_id(), links.LASTING)]
    for guess in guesses:
        for reply in (await browser.get(f"/s/{guess}"), await browser.post(f"/s/{guess}", data=WHOLE)):
            assert reply.status_code == 404
        assert (await browser.get(f"/v1/answers/{guess}")).status_code == 404
    assert await world.room.said(SurveyAnswered) == []


async def test_opening_a_link_in_any_way_marks_nothing(world: World, browser: httpx.AsyncClient) -> None:
    path = await asked(world)
    said = await world.room.said()
    tries = [
        {},
        {"lang": "ar"},
        {"step": "words"},
        {"saved": "1"},
        {"new": "why"},
        WHOLE,
        {"go": "send", "step": "words"},
    ]
    for params in tries:
        assert (await browser.get(path, params=params)).status_code == 200
        assert (await browser.head(path, params=params)).status_code == 200
    assert (await browser.options(path)).status_code in (200, 405)
    assert await draft(world) is None
    assert await world.room.said() == said


async def test_a_form_of_another_site_brings_no_right_that_the_link_does_not_give(
    world: World, browser: httpx.AsyncClient
) -> None:
    """The page sets and reads no cookie: who can send the form knows the link, and who knows it may answer."""
    path = await asked(world)
    foreign = {"Origin": "https://evil.example", "Cookie": "session=stolen"}
    reply = await browser.post(path, data=SCORES, headers=foreign)
    assert reply.status_code == 303
    assert "set-cookie" not in reply.headers
    assert "access-control-allow-origin" not in reply.headers
    assert "set-cookie" not in (await browser.get(path)).headers
