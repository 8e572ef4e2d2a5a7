"""What every form and table of the console keeps: whose form it is, what is said after it, CSV without formulas."""

import csv
import io
import re

import httpx
import pytest
from fastapi.routing import APIRoute
from starlette.requests import Request

from services.journeys.console import flash, problems
from services.journeys.console.here import answering
from services.journeys.console.seals import opened, sealed
from services.journeys.console.tables import Column, Share, Table
from tests.journeys.visiting import HERE, browser, others, sign_in
from tests.journeys.world import CLUJ, World

__all__ = ["browser", "others"]

# --- whose form it is


async def test_no_post_of_the_console_takes_a_form_of_another_site(browser: httpx.AsyncClient, world: World) -> None:
    """Every POST route that there is, signed in, is attacked in every way that a browser would tell."""
    app = await world.room.app()
    posts = sorted(
        {
            re.sub(r"\{[^}]+\}", str(world.person_id), route.path)
            for route in app.router.routes
            if isinstance(route, APIRoute) and route.path.startswith("/console") and "POST" in (route.methods or ())
        }
    )
    assert {"/console/sign-in", "/console/sign-out", "/console/language", "/console/filters"} <= set(posts)
    await sign_in(browser, f"sending_manager:{CLUJ}")
    attacks = (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://other.127.0.0.1:8105"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
    )
    for path in posts:
        for attack in attacks:
            reply = await browser.post(path, data={"as": "auditor"}, headers=attack, follow_redirects=False)
            assert reply.status_code == 403, f"{path} {attack}: {reply.status_code}"
            assert "set-cookie" not in reply.headers


@pytest.mark.parametrize(
    "honest",
    [{}, {"Sec-Fetch-Site": "same-origin", "Origin": "null"}, {"Sec-Fetch-Site": "none"}, {"Origin": HERE}],
)
async def test_ones_own_forms_come_through(browser: httpx.AsyncClient, honest: dict[str, str]) -> None:
    reply = await browser.post("/console/language", data={"language": "ro"}, headers=honest, follow_redirects=False)
    assert reply.status_code == 303
    assert 'lang="ro"' in (await browser.get("/console/sign-in")).text


async def test_the_language_is_chosen_here_or_by_the_browser(browser: httpx.AsyncClient) -> None:
    wish = {"Accept-Language": "ar-EG, ro;q=0.5"}
    page = (await browser.get("/console/sign-in", headers=wish)).text
    assert '<html lang="ar" dir="rtl">' in page
    assert "تسجيل الدخول" in page
    await browser.post("/console/language", data={"language": "ro"})
    assert '<html lang="ro" dir="ltr">' in (await browser.get("/console/sign-in", headers=wish)).text
    assert (await browser.post("/console/language", data={"language": "xx"})).status_code == 422
    away = await browser.post(
        "/console/language", data={"language": "en", "next": "https://evil.example"}, follow_redirects=False
    )
    assert away.headers["location"] == "/console"


# --- what an action says


def test_a_message_is_ours_or_none_and_young() -> None:
    good = sealed("flash", ["text", "good", None, None])
    assert opened("flash", good, 60) == ["text", "good", None, None]
    assert opened("oidc", good, 60) is None
    assert opened("flash", good, -1) is None
    for bad in ("", "x", "x.y", good[:-1] + ("0" if good[-1] != "0" else "1"), "é" + good, good.replace(".", "")):
        assert opened("flash", bad, 60) is None


async def test_a_message_is_shown_once_and_as_text(browser: httpx.AsyncClient, world: World) -> None:
    await sign_in(browser, "global_manager")
    cookie = flash.said("/console", "<b>done</b>").headers["set-cookie"].partition(";")[0]
    page = await browser.get(
        "/console/people", headers={"Cookie": f"{cookie}; sojourn_token={browser.cookies['sojourn_token']}"}
    )
    assert "&lt;b&gt;done&lt;/b&gt;" in page.text
    assert "sojourn_said=" in page.headers["set-cookie"]
    forged = cookie[:-2] + "00"
    page = await browser.get(
        "/console/people", headers={"Cookie": f"{forged}; sojourn_token={browser.cookies['sojourn_token']}"}
    )
    assert "done" not in page.text


def test_a_refusal_is_read_into_fields_and_words() -> None:
    said = {
        "type": "/problems/invalid", "title": "Some values are not acceptable", "status": 422,
        "errors": [{"pointer": "#/slots/0/start_on", "detail": "It is past."}, {"pointer": "#/a~1b", "detail": "No."}],
    }  # fmt: skip
    refused = problems.refusal(422, said)
    assert refused.fields() == {"slots.0.start_on": "It is past.", "a/b": "No."}
    assert problems.refusal(412, {"type": "/problems/stale", "title": "x"}).words().startswith("Somebody changed it")
    assert problems.refusal(
        409, {"type": "/problems/slot-full", "title": "x", "detail": "No opening is left."}
    ).words() == ("No opening is left.")
    assert problems.refusal(500, "<html>").status == 500


# --- tables


ROWS = [
    {"name": "Zoë", "n": 3, "share": Share(0.5, 0.2, 0.8, 6), "on": "2026-03-01"},
    {"name": "=cmd()", "n": -2, "share": Share(None, None, None, 1), "on": None},
    {"name": "Ana", "n": 1200, "share": Share(0.1, 0.05, 0.2, 90), "on": "2026-01-05"},
]


def table() -> Table:
    columns = (
        Column("name", "Name"), Column("n", "Count", "number"), Column("share", "Share", "share"),
        Column("on", "On", "date"),
    )  # fmt: skip
    return Table("people", "People", columns, ROWS)


def asked(query: str) -> Request:
    scope = {"type": "http", "method": "GET", "path": "/console/people", "query_string": query.encode(), "headers": []}
    return Request(scope)


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("people.name", ["=cmd()", "Ana", "Zoë"]),
        ("people.-n", ["Ana", "Zoë", "=cmd()"]),
        ("people.share", ["Ana", "Zoë", "=cmd()"]),
        ("people.-share", ["Zoë", "Ana", "=cmd()"]),
        ("people.on", ["Ana", "Zoë", "=cmd()"]),
        ("other.name", ["Zoë", "=cmd()", "Ana"]),
        ("people.nonsense", ["Zoë", "=cmd()", "Ana"]),
    ],
)
def test_rows_stand_in_the_order_of_the_address(sort: str, names: list[str]) -> None:
    with answering(asked(f"sort={sort}")):
        assert [row["name"] for row in table().lines()] == names


def test_a_header_sorts_and_turns_round_and_keeps_the_rest_of_the_address() -> None:
    with answering(asked("profile=lead&sort=people.name&cursor=x")):
        made = table()
        name, count = made.columns[:2]
        assert made.order_of(name) == "ascending"
        assert made.sort_address(name) == "/console/people?profile=lead&sort=people.-name"
        assert made.sort_address(count) == "/console/people?profile=lead&sort=people.n"
        assert made.csv_address == "/console/people?profile=lead&sort=people.name&cursor=x&format=csv&table=people"


def test_csv_holds_every_figure_and_runs_no_formula() -> None:
    with answering(asked("sort=people.name")):
        reply = table().csv()
    lines = list(csv.reader(io.StringIO(bytes(reply.body).decode("utf-8-sig"))))
    assert lines[0] == ["Name", "Count", "Share", "Share: low", "Share: high", "Share: n", "On"]
    assert lines[1] == ["'=cmd()", "-2", "", "", "", "1", ""]
    assert lines[3] == ["Zoë", "3", "0.5", "0.2", "0.8", "6", "2026-03-01"]
    assert 'filename="people.csv"' in reply.headers["content-disposition"]
