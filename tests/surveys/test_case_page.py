"""The customer's page of a quality case as a browser and a mail scanner meet it."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from services.surveys import commands, handlers, views
from services.surveys.pages.case import STANDARDS, WORDS
from services.surveys.policy.cases import Outcome
from shared import links
from shared.contracts import cases as told
from shared.contracts.applications import ExperienceRealized
from shared.ids import new_id
from shared.testing import builders, callers
from tests.elements import Elements
from tests.surveys.hostile import PDF, located, picture
from tests.surveys.world import World

LANGUAGES = ["en", "ro", "sv", "ar"]


@pytest.fixture
async def browser(world: World) -> httpx.AsyncClient:
    """A browser without an account."""
    return await world.room.client()


async def opened(world: World, language: str = "ro") -> UUID:
    await world.room.hear(builders.person(world.stay["person_id"], language=language))
    await world.room.hear(builders.approved(world.stay))
    await world.room.hear(ExperienceRealized(**world.stay))
    report = {"report": "The room has <b>no</b> heating.", "standard": "accommodation"}
    command = commands.ReportCase(application_id=world.stay["application_id"], **report)
    return (await world.room.do(handlers.report_case, command, world.ep)).id


def path(case: UUID) -> str:
    return f"/c/{links.case_token(case)}"


async def solved(world: World, case: UUID) -> None:
    await world.room.do(handlers.solve_case, commands.SolveCase(case, "You move on Friday."), world.he)


def keys(tree: Any, at: str = "") -> set[str]:
    if not isinstance(tree, dict):
        return {at}
    return {key for name, inner in tree.items() for key in keys(inner, f"{at}/{name}")}


def test_the_page_has_all_its_words_in_every_language() -> None:
    assert set(WORDS) == set(STANDARDS) == set(LANGUAGES)
    for language in LANGUAGES:
        assert keys(WORDS[language]) == keys(WORDS["en"])
        assert STANDARDS[language].keys() == STANDARDS["en"].keys()
        assert len(WORDS[language]["months"]) == 12
    assert len(STANDARDS["en"]) == 16


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("ro", "ltr"), ("sv-FI", "ltr"), ("ar", "rtl")])
async def test_the_page_tells_in_the_persons_language_what_happens_and_by_when(
    world: World, browser: httpx.AsyncClient, language: str, direction: str
) -> None:
    case = await opened(world, language)
    reply = await browser.get(path(case))
    page, short = Elements(reply.text), language.split("-")[0]
    assert reply.status_code == 200
    assert page.all("html", lang=short, dir=direction)
    assert WORDS[short]["title"] in page.text
    assert STANDARDS[short]["accommodation"] in page.text
    assert "Europe/Stockholm" in page.text
    assert "&lt;b&gt;no&lt;/b&gt;" in reply.text
    assert len(page.all("li", **{"aria-current": "step"})) == 1
    labelled = {label["for"] for label in page.all("label")}
    fields = {at["id"] for tag in ("input", "textarea") for at in page.all(tag) if at.get("type") != "hidden"}
    assert fields == labelled == {"text", "files"}


async def test_the_page_runs_nothing_and_is_kept_by_nobody(world: World, browser: httpx.AsyncClient) -> None:
    reply = await browser.get(path(await opened(world)))
    assert "default-src 'none'" in reply.headers["content-security-policy"]
    assert "script" not in reply.headers["content-security-policy"]
    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["x-robots-tag"] == "noindex, nofollow"
    assert Elements(reply.text).all("script") == []


async def test_a_scanner_that_opens_every_link_changes_nothing(world: World, browser: httpx.AsyncClient) -> None:
    case = await opened(world)
    before = await world.room.said()
    for _ in range(2):
        assert (await browser.get(path(case), params={"do": "contest", "text": "x"})).status_code == 200
        assert (await browser.head(path(case))).status_code == 200
    assert await world.room.said() == before


async def test_the_customer_writes_and_attaches_and_reads_it_again(world: World, browser: httpx.AsyncClient) -> None:
    case = await opened(world)
    sent = [("files", ("../cold.svg", located(), "image/svg+xml")), ("files", ("contract.pdf", PDF, "text/html"))]
    reply = await browser.post(path(case), data={"do": "write", "text": "Este\r\nfrig."}, files=sent)
    assert reply.status_code == 303
    again = await browser.get(str(reply.url.join(reply.headers["location"])))
    page = Elements(again.text)
    assert "Este\nfrig." in again.text
    hrefs = [link["href"] for link in page.all("a")]
    assert len(hrefs) == 2
    for href, kind in zip(hrefs, ("image/jpeg", "application/pdf"), strict=True):
        file = await browser.get(str(httpx.URL(f"http://room{path(case)}").join(href)))
        assert (file.status_code, file.headers["content-type"]) == (200, kind)
        assert file.headers["content-disposition"].startswith("attachment;")
        assert file.headers["content-security-policy"] == "default-src 'none'; sandbox"
    manager = await world.room.client(world.he)
    shown = (await manager.get(f"/v1/cases/{case}")).json()
    assert [(m["author"], m["text"]) for m in shown["messages"]] == [("ep", "Este\nfrig.")]
    assert [file["name"] for file in shown["files"]] == ["cold.jpg", "contract.pdf"]


@pytest.mark.parametrize(
    ("data", "files", "status", "field", "words"),
    [
        ({"do": "write", "text": " "}, [("files", ("", b"", ""))], 422, "text", "Te rugăm să scrii ceva"),
        ({"do": "write", "text": "x" * 10_001}, None, 422, "text", "prea lung"),
        (
            {"do": "write", "text": "Vezi"},
            [("files", ("a.jpg", b"<svg/>", "image/jpeg"))],
            422,
            "files",
            "nu este primit",
        ),
        ({"do": "contest", "text": "Nu"}, None, 409, "contest", "mai au timp"),
        ({"do": "reopen", "text": "Nu"}, None, 409, "reopen", "Cazul este deschis"),
        ({"do": "contest", "text": ""}, None, 422, "contest", "spui de ce"),
        ({"do": "close", "text": "x"}, None, 400, "text", "Nu s-a putut citi"),
        ({"text": "x"}, None, 400, "text", "Nu s-a putut citi"),
        ({"do": "write"}, [("files", (f"{n}.txt", b"x", "text/plain")) for n in range(4)], 400, "text", "Nu s-a putut"),
    ],
)
async def test_what_a_form_gets_wrong_is_told_and_leaves_nothing(
    world: World, browser: httpx.AsyncClient, data: dict[str, str], files: Any, status: int, field: str, words: str
) -> None:
    case = await opened(world)
    before = await world.room.said()
    reply = await browser.post(path(case), data=data, files=files or {"none": b""})
    page = Elements(reply.text)
    assert reply.status_code == status
    assert words in page.text
    assert page.all("div", role="alert")
    assert page.all("a", href=f"#{field}")
    assert await world.room.said() == before
    shown = await world.room.read(views.get_case, case)
    assert (shown.messages, shown.files, shown.version) == ([], [], 1)


async def test_what_is_no_form_is_answered_with_the_page(world: World, browser: httpx.AsyncClient) -> None:
    case = await opened(world)
    for body, kind in (
        (b'{"do": "write"}', "application/json"),
        (b"do=write&text=x", "application/x-www-form-urlencoded"),
        (b"--x", "multipart/form-data; boundary=y"),
        (b"", "multipart/form-data"),
    ):
        reply = await browser.post(path(case), content=body, headers={"Content-Type": kind})
        assert reply.status_code == 400
        assert "Nu s-a putut citi" in reply.text


async def test_the_customer_takes_a_case_higher_and_opens_it_again(world: World, browser: httpx.AsyncClient) -> None:
    case = await opened(world)
    await solved(world, case)
    page = Elements((await browser.get(path(case))).text)
    assert page.all("textarea", id="contest")
    assert "You move on Friday." in page.text
    gone = await browser.post(path(case), data={"do": "contest", "text": "Tot frig."}, files={"none": b""})
    assert gone.status_code == 303
    (rose,) = await world.room.said(told.QualityCaseEscalated)
    assert (rose.level, rose.why) == ("national", "contested")
    closing = commands.CloseCase(case, Outcome.solved, "Mutată.")
    await world.room.do(handlers.close_case, closing, world.mc)
    page = Elements((await browser.get(path(case))).text)
    assert "A fost rezolvat." in page.text
    assert not page.all("textarea", id="text")
    assert page.all("textarea", id="reopen")
    again = await browser.post(path(case), data={"do": "reopen", "text": "Iar frig."}, files={"none": b""})
    assert again.status_code == 303
    assert len(await world.room.said(told.QualityCaseReopened)) == 1


async def test_internal_notes_and_others_files_are_not_on_the_page(world: World, browser: httpx.AsyncClient) -> None:
    case = await opened(world)
    note = commands.WriteMessage(case, "The landlord owes us money.", internal=True)
    await world.room.do(handlers.write_message, note, world.he)
    manager = await world.room.client(world.he)
    inside = await manager.post(f"/v1/cases/{case}/attachments", params={"internal": True}, content=picture())
    assert "landlord" not in (await browser.get(path(case))).text
    assert (await browser.get(f"{path(case)}/files/{inside.json()['id']}")).status_code == 404
    assert (await browser.get(f"{path(case)}/files/{new_id()}")).status_code == 404


@pytest.mark.parametrize(("liked", "title"), [("sv-SE", "Länken fungerar inte"), (None, "This link does not work")])
async def test_a_link_that_opens_nothing_is_answered_kindly(
    world: World, browser: httpx.AsyncClient, liked: str | None, title: str
) -> None:
    case = await opened(world)
    headers = {"Accept-Language": liked} if liked else {}
    survey = links.links().sign(links.SURVEY, case, links.LASTING)
    for token in ("x", "y" * 72, survey, links.case_token(new_id())):
        for reply in (
            await browser.get(f"/c/{token}", headers=headers),
            await browser.post(f"/c/{token}", headers=headers),
        ):
            assert reply.status_code == 404
            assert title in reply.text


async def test_an_erased_persons_link_opens_nothing(world: World, browser: httpx.AsyncClient) -> None:
    case = await opened(world)
    await world.room.hear_erased(type(builders.person_details(new_id())), world.stay["person_id"])
    assert (await browser.get(path(case))).status_code == 404


async def test_an_enablers_case_has_its_page_too(world: World, browser: httpx.AsyncClient) -> None:
    await opened(world)
    company = callers.enabler(world.stay["enabler_id"])
    command = commands.ReportCase(application_id=world.stay["application_id"], report="He never came.")
    case = (await world.room.do(handlers.report_case, command, company)).id
    reply = await browser.get(path(case), headers={"Accept-Language": "sv"})
    assert 'lang="sv"' in reply.text
    await browser.post(path(case), data={"do": "write", "text": "Hej"}, files={"none": b""})
    shown = await world.room.read(views.get_case, case)
    assert [message.author for message in shown.messages] == ["enabler"]
