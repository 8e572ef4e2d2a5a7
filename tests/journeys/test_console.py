"""The console in a browser's place: signing in, what pages show, rooms that are away, and people who mean ill."""

import httpx
import pytest

from services.journeys.console import words
from services.journeys.console.sentences import WRITERS
from services.journeys.console.session import local_path
from services.journeys.consumer import HEARS
from shared.contracts.envelope import CATALOGUE
from shared.ids import new_id
from shared.settings import Mode
from shared.testing import builders
from shared.testing.callers import token
from tests.journeys.others import Others
from tests.journeys.visiting import HERE, browser, others, sign_in
from tests.journeys.world import CLUJ, UPPSALA, World

__all__ = ["browser", "others"]

# --- signing in and out


async def test_who_is_not_signed_in_is_sent_to_do_so_and_comes_back(browser: httpx.AsyncClient, world: World) -> None:
    await world.signs_up()
    wanted = f"/console/people/{world.person_id}?order=oldest"
    reply = await browser.get(wanted, follow_redirects=False)
    assert reply.status_code == 303
    page = await browser.get(reply.headers["location"])
    assert "Sign in" in page.text
    assert wanted in page.text
    back = await browser.post("/console/sign-in", data={"as": f"sending_manager:{CLUJ}", "next": wanted})
    assert str(back.url) == f"{HERE}{wanted}"
    assert "Ioana Șerban" in back.text


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(browser: httpx.AsyncClient) -> None:
    cookie = (await sign_in(browser, "global_manager")).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "path=/console" in cookie
    secure = await browser.post("https://127.0.0.1/console/sign-in", data={"as": "auditor"}, follow_redirects=False)
    assert "secure" in secure.headers["set-cookie"].lower()


async def test_signing_out_forgets_the_cookie(browser: httpx.AsyncClient) -> None:
    await sign_in(browser, "global_manager")
    assert (await browser.get("/console")).status_code == 200
    await browser.post("/console/sign-out")
    assert (await browser.get("/console", follow_redirects=False)).status_code == 303


async def test_parts_to_play_are_those_that_the_rooms_told_of(browser: httpx.AsyncClient, world: World) -> None:
    await world.signs_up()
    page = (await browser.get("/console/sign-in")).text
    for part in (f"sending_manager:{CLUJ}", f"hosting_manager:{UPPSALA}", f"participant:{world.person_id}", "auditor"):
        assert f'value="{part}"' in page


@pytest.mark.parametrize(
    "part", ["", "king", "service", "participant:x", "auditor:1", "sending_manager", "participant:"]
)
async def test_no_other_part_can_be_picked(browser: httpx.AsyncClient, part: str) -> None:
    reply = await sign_in(browser, part)
    assert reply.status_code == 422
    assert "set-cookie" not in reply.headers


async def test_production_says_plainly_that_it_cannot_sign_in(
    browser: httpx.AsyncClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    production = world.room.runtime.kernel.model_copy(update={"mode": Mode.production})
    monkeypatch.setattr(world.room.runtime, "kernel", production)
    page = await browser.get("/console/sign-in")
    assert "OIDC" in page.text
    assert 'name="as"' not in page.text
    assert (await sign_in(browser, "global_manager")).status_code == 403


async def test_a_foreign_name_for_this_machine_signs_nobody_in(browser: httpx.AsyncClient) -> None:
    for host in ("evil.example", "127.0.0.1.evil.example"):
        reply = await browser.post("/console/sign-in", data={"as": "global_manager"}, headers={"Host": host})
        assert reply.status_code == 403
        assert 'name="as"' not in (await browser.get("/console/sign-in", headers={"Host": host})).text


@pytest.mark.parametrize("path", ["/console/sign-in", "/console/sign-out"])
async def test_forms_of_other_sites_are_refused(browser: httpx.AsyncClient, path: str) -> None:
    reply = await browser.post(path, data={"as": "global_manager"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert reply.status_code == 403


@pytest.mark.parametrize(
    ("wanted", "goes_to"),
    [
        ("/console/events", "/console/events"),
        ("https://evil.example", "/console"),
        ("//evil.example", "/console"),
        ("/console/../v1/people", "/console/../v1/people"),
        ("/console\\evil", "/console"),
        ("/console/\r\nSet-Cookie: a=b", "/console"),
        ("/console/sign-in?next=/console/sign-in", "/console"),
        ("/consoleevil", "/console"),
        (None, "/console"),
    ],
)
def test_after_signing_in_one_lands_in_the_console(wanted: str | None, goes_to: str) -> None:
    assert local_path(wanted) == goes_to


async def test_a_garbled_or_foreign_token_is_no_sign_in(browser: httpx.AsyncClient, world: World) -> None:
    good = token(world.se)
    for bad in ("x", "a.b.c", good[:-4] + "AAAA", good + "a", "é", ""):
        reply = await browser.get(
            "/console", headers={"Cookie": f"sojourn_token={bad}".encode()}, follow_redirects=False
        )
        assert reply.status_code == 303


# --- pages


async def test_home_shows_where_everybody_stands(browser: httpx.AsyncClient, world: World) -> None:
    await world.signs_up()
    await world.is_approved()
    await world.gets_touchpoints()
    await sign_in(browser, f"sending_manager:{CLUJ}")
    page = (await browser.get("/console/people")).text
    for text in ("Ioana Șerban", "Approved", "Value delivery", "12%", "Departure document", "10 May 2026, 10:00 EEST"):
        assert text in page
    assert "not enough data for shares" in page
    assert "Nobody found" in (await browser.get("/console/people?search=xyz")).text


async def test_an_empty_system_tells_what_to_do(browser: httpx.AsyncClient) -> None:
    await sign_in(browser, "global_manager")
    page = (await browser.get("/console/people")).text
    assert "No people yet" in page
    assert "make run" in page


async def test_a_persons_page_holds_every_room(browser: httpx.AsyncClient, world: World, others: Others) -> None:
    await world.whole_story()
    await sign_in(browser, f"sending_manager:{CLUJ}")
    page = (await browser.get(f"/console/people/{world.person_id}")).text
    for text in (
        "Departure document sent by e-mail (PDF) – two weeks before the end",
        "Rejected for “Solar lab assistant”",
        "Answered: NPS 4 of 10, Effort (CES) 3 of 7",
        "Nobody met me.",
        "Quality case opened: detractor",
        "Lead score 31% (+19)",
        "Viewed 5 opportunities in the last 14 days",
        "Why 31%",
        "Reminder of the first day of work",
        "Acknowledged by the sending side",
        "Sunday 10 May 2026",
        "Data intern",
    ):
        assert text in page
    tokens = {request.headers["authorization"] for request in others.asked}
    assert tokens == {f"Bearer {browser.cookies['sojourn_token']}"}


async def test_the_timeline_can_be_turned_and_filtered(browser: httpx.AsyncClient, world: World) -> None:
    await world.whole_story()
    await sign_in(browser, "global_manager")
    base = f"/console/people/{world.person_id}"
    newest, oldest = (await browser.get(base)).text, (await browser.get(f"{base}?order=oldest")).text
    assert newest.index("Internship completed") < newest.index("Signed up")
    assert oldest.index("Internship completed") > oldest.index("Signed up")
    only = (await browser.get(f"{base}?room=surveys")).text
    assert "Answered: NPS" in only
    assert "Signed up" not in only


@pytest.mark.parametrize("gone", ["applications", "surveys", "notifications", "scoring"])
async def test_a_room_that_is_away_leaves_a_notice_and_the_rest_works(
    browser: httpx.AsyncClient, world: World, others: Others, gone: str
) -> None:
    await world.whole_story()
    await sign_in(browser, f"sending_manager:{CLUJ}")
    others.away.add(gone)
    page = await browser.get(f"/console/people/{world.person_id}")
    assert page.status_code == 200
    assert f"The {gone} service doesn't answer right now" in " ".join(page.text.split()).replace("&#39;", "'")
    assert "Departure document sent by e-mail" in page.text


async def test_a_slow_room_costs_two_seconds_and_no_more(
    browser: httpx.AsyncClient, world: World, others: Others, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.journeys.console.rooms.PATIENCE", 4)  # our own room is asked, too, on a busy machine
    await world.whole_story()
    await sign_in(browser, "global_manager")
    others.slow |= {"scoring", "surveys"}
    page = await browser.get(f"/console/people/{world.person_id}")
    assert page.elapsed.total_seconds() < 15
    assert page.text.count("answer right now") == 3  # score, answers, cases


@pytest.mark.parametrize(("status", "shown"), [(500, True), (403, False)])
async def test_a_room_that_errs_is_away_and_one_that_forbids_is_left_out(
    browser: httpx.AsyncClient, world: World, others: Others, status: int, shown: bool
) -> None:
    await world.whole_story()
    await sign_in(browser, "global_manager")
    others.refuses["scoring"] = status
    page = (await browser.get(f"/console/people/{world.person_id}")).text
    assert ("The scoring service" in page) is shown
    assert ('id="score"' in page) is shown


async def test_a_token_that_a_room_takes_no_more_leads_to_signing_in(
    browser: httpx.AsyncClient, world: World, others: Others
) -> None:
    await world.whole_story()
    await sign_in(browser, "global_manager")
    others.refuses["surveys"] = 401
    reply = await browser.get(f"/console/people/{world.person_id}", follow_redirects=False)
    assert reply.status_code == 303
    assert "ended=1" in reply.headers["location"]


async def test_the_hosting_side_and_enablers_are_shown_no_score(
    browser: httpx.AsyncClient, world: World, others: Others
) -> None:
    await world.whole_story()
    others.refuses["scoring"] = 403
    for part in (f"hosting_manager:{UPPSALA}", f"enabler:{world.stay['enabler_id']}"):
        await sign_in(browser, part)
        home = (await browser.get("/console/people")).text
        person = (await browser.get(f"/console/people/{world.person_id}")).text
        assert "Ioana" in home
        assert "Data intern" in person
        for page in (home, person):
            assert "31%" not in page
            assert "Lead score" not in page


async def test_a_participant_has_daily_tasks_and_finds_the_own_page(browser: httpx.AsyncClient, world: World) -> None:
    await world.whole_story()
    await sign_in(browser, f"participant:{world.person_id}")
    page = (await browser.get("/console")).text
    assert "/console/my-applications" in page
    assert (await browser.get(f"/console/people/{world.person_id}")).status_code == 200


async def test_the_catalogue_shows_every_event_with_its_fields(browser: httpx.AsyncClient) -> None:
    await sign_in(browser, "auditor")
    page = (await browser.get("/console/events")).text
    for event in CATALOGUE.values():
        if event.__module__.startswith("shared.contracts."):
            assert event.TYPE in page
            assert all(f"<code>{name}</code>" in page for name in event.model_fields)


def test_every_event_of_the_timeline_has_a_sentence() -> None:
    on_timeline = {kind.TYPE for kind in HEARS if "person_id" in kind.model_fields and not kind.PERSONAL}
    assert on_timeline - set(WRITERS) == set()


# --- people who mean ill


async def test_names_and_comments_are_text_whatever_they_hold(browser: httpx.AsyncClient, world: World) -> None:
    evil = "<script>alert(1)</script>"
    await world.whole_story()
    await world.room.hear(
        builders.person_details(world.person_id, given_name=evil, family_name='"><img src=x onerror=a>')
    )
    await world.room.hear(
        builders.opportunity_details(world.stay["opportunity_id"], title="{{ 7 * 7 }}</title><svg/onload=a>")
    )
    await world.room.hear(builders.entity_details(CLUJ, name="<b>Cluj</b>"))
    signing = (await browser.get("/console/sign-in")).text
    await sign_in(browser, f"sending_manager:{CLUJ}")
    home = (await browser.get("/console/people", params={"search": "script"})).text
    person = (await browser.get(f"/console/people/{world.person_id}")).text
    search = (await browser.get("/console/people", params={"search": '"><script>x</script>'})).text
    for page in (signing, home, person, search):
        assert "<script>" not in page
        assert "<img src=x" not in page
        assert "<svg/onload" not in page
        assert "<b>Cluj" not in page
    assert "&lt;script&gt;alert(1)" in person
    assert "{{ 7 * 7 }}" in person


async def test_pages_allow_no_script_no_inline_style_and_nothing_from_elsewhere(
    browser: httpx.AsyncClient, world: World
) -> None:
    await world.whole_story()
    pages_seen = [await browser.get("/console/sign-in")]
    await sign_in(browser, f"sending_manager:{CLUJ}")
    pages_seen += [
        await browser.get(path)
        for path in ("/console", "/console/people", f"/console/people/{world.person_id}", "/console/events")
    ]
    pages_seen.append(await browser.get("/console/nowhere"))
    for page in pages_seen:
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "script-src 'self'; connect-src 'self';" in policy
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["x-content-type-options"] == "nosniff"
        assert '<html lang="en" dir="ltr">' in page.text
        for forbidden in ("<script>", "<style", " style=", " onclick=", "https://", "http://", "javascript:"):
            assert forbidden not in page.text


async def test_somebody_elses_page_is_not_there(browser: httpx.AsyncClient, world: World) -> None:
    await world.whole_story()
    for part in (f"sending_manager:{new_id()}", f"participant:{new_id()}", f"hosting_manager:{CLUJ}"):
        await sign_in(browser, part)
        page = await browser.get(f"/console/people/{world.person_id}")
        assert page.status_code == 404
        assert "Ioana" not in page.text


@pytest.mark.parametrize(
    "path", ["/console/people/x", "/console/people/../../etc/passwd", "/console/nowhere", "/console/static/../pages.py"]
)
async def test_addresses_of_nothing_are_a_page_that_says_so(browser: httpx.AsyncClient, path: str) -> None:
    await sign_in(browser, "global_manager")
    page = await browser.get(path)
    assert page.status_code == 404


async def test_odd_queries_are_no_crash(browser: httpx.AsyncClient, world: World) -> None:
    await world.whole_story()
    await sign_in(browser, "global_manager")
    for query in ("cursor=%FF", "profile=king", "search=" + "x" * 900, "cursor=" + "A" * 999, "search=%F0%9F%92%A9"):
        assert (await browser.get(f"/console/people?{query}")).status_code < 500
    for query in ("room=kitchen", "order=up", "cursor=abc"):
        assert (await browser.get(f"/console/people/{world.person_id}?{query}")).status_code < 500


async def test_files_are_kept_by_browsers_and_the_policy_holds_for_them(browser: httpx.AsyncClient) -> None:
    page = (await browser.get("/console/sign-in")).text
    address = page.split('rel="stylesheet" href="')[1].split('"')[0]
    reply = await browser.get(address)
    assert reply.headers["content-type"].startswith("text/css")
    assert "immutable" in reply.headers["cache-control"]


# --- words


def test_a_day_is_told_against_the_stay() -> None:
    first, last = builders.START, builders.END
    told = {
        day: words.against(words.day_of(day), first, last)
        for day in ("2026-02-27", "2026-03-02", "2026-03-09", "2026-05-10", "2026-05-24", "2026-05-25")
    }
    assert told == {
        "2026-02-27": "three days before the start",
        "2026-03-02": "on the first day",
        "2026-03-09": "one week after the start",
        "2026-05-10": "two weeks before the end",
        "2026-05-24": "on the last day",
        "2026-05-25": "one day after the end",
    }


def test_moments_are_read_in_their_zone() -> None:
    assert words.at("2026-05-10T07:00:00Z", "Europe/Stockholm") == "10 May 2026, 09:00 CEST"
    assert words.at("2026-05-10T07:00:00Z", "Asia/Dubai") == "10 May 2026, 11:00 UTC+4"
    assert words.at("2026-05-10T07:00:00Z", "Asia/Kathmandu") == "10 May 2026, 12:45 UTC+5:45"
    assert words.at("2026-05-10T07:00:00Z", None) == "10 May 2026, 07:00 UTC"
