"""The answer page as a browser, a mail scanner and a screen reader meet it."""

from datetime import timedelta

import httpx
import pytest

from services.surveys import pages
from services.surveys.policy.invitations import State
from shared import links
from shared.contracts import surveys as said
from tests.elements import Elements
from tests.surveys.world import World

GOOD = {"nps": "9", "ces2": "6", "comment": "Marta fetched me."}


@pytest.fixture
async def browser(world: World) -> httpx.AsyncClient:
    """A browser without an account."""
    return await world.room.client()


async def asked(world: World, language: str = "ro") -> str:
    """The path of the answer page of somebody who was just invited."""
    return "/s/" + links.survey_token(await world.asked_shortly(language=language))


@pytest.mark.parametrize(
    ("language", "shown", "title"),
    [
        ("ro", "ro", "Cum a fost stagiul tău?"),
        ("sv-FI", "sv", "Hur var din praktik?"),
        ("hu", "en", "How was your internship?"),
    ],
)
async def test_the_page_is_in_the_persons_language(
    world: World, browser: httpx.AsyncClient, language: str, shown: str, title: str
) -> None:
    reply = await browser.get(await asked(world, language))
    page = Elements(reply.text)
    assert reply.status_code == 200
    assert page.all("html", lang=shown, dir="ltr")
    assert title in page.text


async def test_every_field_has_a_label_and_every_scale_a_legend(world: World, browser: httpx.AsyncClient) -> None:
    page = Elements((await browser.get(await asked(world))).text)
    labelled = {label["for"] for label in page.all("label")}
    fields = [at["id"] for tag in ("input", "textarea") for at in page.all(tag) if at.get("type") != "hidden"]
    assert len(fields) == 11 + 7 + 1
    assert set(fields) == labelled
    assert len(page.all("fieldset")) == len(page.all("legend")) == 2
    assert len(page.all("h1")) == 1
    assert page.all("input", checked=None) == []  # nobody is led to an answer


async def test_the_page_runs_nothing_and_is_kept_by_nobody(world: World, browser: httpx.AsyncClient) -> None:
    reply = await browser.get(await asked(world))
    policy = reply.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "'unsafe-inline'" not in policy
    assert "frame-ancestors 'none'" in policy
    assert reply.headers["x-robots-tag"] == "noindex, nofollow"
    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["referrer-policy"] == "no-referrer"
    page = Elements(reply.text)
    assert page.all("script") == page.all("img") == page.all("link") == []
    assert page.all("meta", name="robots", content="noindex, nofollow")


async def test_a_scanner_that_opens_every_link_answers_nothing(world: World, browser: httpx.AsyncClient) -> None:
    path = await asked(world)
    before = await world.room.said()
    for _ in range(3):
        assert (await browser.get(path, params={"nps": "0"})).status_code == 200
        assert (await browser.head(path)).status_code == 200
    assert await world.room.said() == before
    invitation = (await (await world.room.client(world.he)).get("/v1/invitations")).json()["items"][0]
    assert (invitation["state"], invitation["version"]) == (State.invited, 1)


async def test_the_form_leads_to_thanks_and_a_reload_sends_nothing_twice(
    world: World, browser: httpx.AsyncClient
) -> None:
    path = await asked(world)
    reply = await browser.post(path, data=GOOD)
    assert reply.status_code == 303
    for _ in range(2):
        thanks = await browser.get(str(reply.url.join(reply.headers["location"])))
        assert thanks.status_code == 200
        assert "Mulțumim!" in thanks.text
        assert not Elements(thanks.text).all("form")
    (answered,) = await world.room.said(said.SurveyAnswered)
    assert {given.metric: given.score for given in answered.scores} == {"nps": 9, "ces2": 6}
    (comment,) = await world.room.said(said.SurveyComment)
    assert comment.comment == "Marta fetched me."


async def test_an_error_stands_beside_its_question_and_nothing_is_lost(
    world: World, browser: httpx.AsyncClient
) -> None:
    path = await asked(world)
    words = '<b>"Ș" & \r\nmore'
    reply = await browser.post(path, data={"ces2": "5", "comment": words})
    page = Elements(reply.text)
    assert reply.status_code == 422
    assert page.text.strip().startswith("Eroare:")
    assert page.all("fieldset", **{"aria-describedby": "nps-error"})
    assert page.all("p", id="nps-error")
    assert not page.all("p", id="ces2-error")
    assert page.all("a", href="#nps-0")
    assert page.all("div", role="alert")
    assert [at["id"] for at in page.all("input") if "checked" in at] == ["ces2-5"]
    assert "&lt;b&gt;&#34;Ș&#34; &amp;" in reply.text
    assert len(await world.room.said(said.SurveyAnswered)) == 0


@pytest.mark.parametrize(
    "form",
    [
        {"nps": "11", "ces2": "6"},
        {"nps": "nine", "ces2": "6"},
        {"nps": "-1", "ces2": "6"},
        {"nps": "9" * 5000, "ces2": "6"},
        {"nps": "٩", "ces2": "6"},
        {"nps": "9", "ces2": "6", "comment": "x" * 2001},
        {"nps": "", "ces2": " "},
    ],
)
async def test_what_a_form_should_never_send_is_refused_kindly(
    world: World, browser: httpx.AsyncClient, form: dict[str, str]
) -> None:
    reply = await browser.post(await asked(world), data=form)
    assert reply.status_code == 422
    assert Elements(reply.text).all("div", role="alert")


async def test_what_a_form_can_send_beside_the_questions_does_no_harm(world: World, browser: httpx.AsyncClient) -> None:
    path = await asked(world)
    reply = await browser.post(path, data={**GOOD, "comment": "a\x00b\x0bc", "surprise": "1"})
    assert reply.status_code == 303
    (comment,) = await world.room.said(said.SurveyComment)
    assert comment.comment == "abc"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"nps": 9}', "application/json"),
        (b"a=1&" * 2001, "application/x-www-form-urlencoded"),
        (b"step=elsewhere&nps=9", "application/x-www-form-urlencoded"),
        (b"", ""),
    ],
)
async def test_what_is_no_form_is_answered_with_a_page(
    world: World, browser: httpx.AsyncClient, body: bytes, kind: str
) -> None:
    reply = await browser.post(await asked(world), content=body, headers={"Content-Type": kind} if kind else {})
    assert reply.status_code == 400
    assert "Răspunsul nu a ajuns" in reply.text


async def test_a_second_answer_is_refused_with_a_page(world: World, browser: httpx.AsyncClient) -> None:
    path = await asked(world)
    await browser.post(path, data=GOOD)
    reply = await browser.post(path, data=GOOD)
    assert reply.status_code == 409
    assert "Ai răspuns deja" in reply.text


async def test_an_expired_link_says_so(world: World, browser: httpx.AsyncClient) -> None:
    path = await asked(world)
    world.room.clock.advance(timedelta(days=60))
    for reply in (await browser.get(path), await browser.post(path, data=GOOD)):
        assert reply.status_code == 410
        assert "Chestionarul s-a încheiat" in reply.text


@pytest.mark.parametrize(
    ("liked", "title"), [("sv-SE,sv;q=0.9,en;q=0.8", "Länken"), ("hu, ro;q=0.1", "Acest link"), (None, "This link")]
)
async def test_an_unknown_link_is_answered_in_the_browsers_language(
    browser: httpx.AsyncClient, liked: str | None, title: str
) -> None:
    headers = {"Accept-Language": liked} if liked else {}
    for token in ("x", "x" * 72, "%00", "%E2%80%AE" * 9, "a" * 3000):
        reply = await browser.get(f"/s/{token}", headers=headers)
        assert reply.status_code == 404
        if token != "%00":  # the app's front refuses that one before any room sees it
            assert title in reply.text


@pytest.mark.parametrize("header", ["", ";;;", "en;q=9", "*", "ro;q=0", "x" * 5000, "sv;q=abc"])
def test_a_broken_accept_language_means_english(header: str) -> None:
    assert pages.preferred(header) == "en"
