"""Questionnaires, the team pulse, letters and experiments: what their pages say, and what they tell a room."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from playwright.async_api import Browser

from services.journeys.console.forms import Form
from services.journeys.console.work.inquiries import EXPERIMENTS
from services.journeys.console.work.letters import FAMILY as LETTERS
from services.journeys.console.work.reading import body_of
from tests.browsers import browser as chromium
from tests.browsers import served
from tests.journeys.others import Others, example
from tests.journeys.test_frame_pages import look, tab
from tests.journeys.visiting import browser, others, sign_in
from tests.journeys.world import CLUJ, WORLD, World

__all__ = ["browser", "chromium", "others"]
SHIPPED = Path(__file__).parents[2] / "services" / "surveys" / "questionnaires"
API = "/v1/questionnaires/after-completion"
HERE = "/console/questionnaires/after-completion/versions/2"


@pytest.fixture
def told(world: World, others: Others) -> Others:
    """A questionnaire as it ships, an experiment that was looked at, a result of the pulse."""
    others.examples = True
    content = yaml.safe_load((SHIPPED / "after-completion-2.yaml").read_text("utf-8"))
    one = example("surveys", "GET", f"{API}/versions/2") | {"content": content, "notes": [], "title": "How was it?"}
    reach = {"conditional": False, "answered": 40, "left": 2}
    others.answers |= {
        "/v1/questionnaires": {"items": [one]}, API: {"items": [one | {"version_number": 1, "newest": False}, one]},
        f"{API}/versions/2": one,
        f"{API}/versions/2/drop-off": example("surveys", "GET", f"{API}/versions/2/drop-off") | {
            "invited": 60, "started": 50, "finished": 40, "enough": True,
            "questions": [{"question": "nps", "reached": 50, **reach}, {"question": "visa", "reached": 42, **reach}],
        },
        f"/v1/experiments/{world.person_id}": experiment(str(world.person_id)),
        "/v1/plan": {"plan": "ep", "version": 1, "languages": ["en", "ro"], "touchpoints": [
            {"code": "first-day-reminder", "kind": "message", "letter": "first-day-reminder"}]},
    }  # fmt: skip
    return others


def experiment(id_: str) -> dict[str, Any]:
    looked = [
        {"name": "as-now", "people": 200, "successes": 80, "rate": 0.4, "interval": [0.33, 0.47]},
        {"name": "other-way", "people": 198, "successes": 99, "rate": 0.5, "interval": [0.43, 0.57]},
    ]
    apart = {"name": "other-way", "difference": 0.1, "z": 2.0, "interval": [-0.034, 0.234], "decides": False}
    return example("notifications", "GET", f"/v1/experiments/{id_}") | {
        "id": id_, "title": "A shorter subject", "state": "running", "verdict": None, "people": [210, 205],
        "variants": [{"name": "as-now"}, {"name": "other-way", "letter": "short-reminder", "days": -5, "at": None}],
        "looks": [{"share": 0.51, "at": "2026-03-01T09:00:00Z", "variants": looked, "compared": [apart]}],
        "baseline": 0.4, "effect": 0.1,
    }  # fmt: skip


async def test_a_version_says_what_it_asks_and_where_people_stop(
    browser: httpx.AsyncClient, world: World, told: Others
) -> None:
    await sign_in(browser, f"sending_manager:{CLUJ}")
    assert HERE in (await browser.get("/console/questionnaires")).text
    text = (await browser.get(HERE)).text
    for words in (
        "How likely are you to recommend this experience to a friend?", "60 were asked, 50 started, 40 finished",
        "42 of 50", "?lang=ar", "/versions/1",
    ):  # fmt: skip
        assert words in text, words
    for nothing in ("after-completion%3Fa=b/versions/2", "after-completion/versions/two"):
        assert (await browser.get(f"/console/questionnaires/{nothing}")).status_code == 404
    assert "Write the next version" not in text, "who may not publish is not asked to write"
    assert (await browser.get(f"{HERE}/next")).status_code == 403
    told.answers[f"{API}/versions/2/drop-off"] |= {"enough": False, "started": 3, "minimum_n": 10, "questions": []}
    assert "Not enough data: 3 of at least 10" in (await browser.get(HERE)).text


async def test_the_next_version_is_written_as_a_text_and_what_is_wrong_is_said_with_its_place(
    browser: httpx.AsyncClient, world: World, told: Others
) -> None:
    await sign_in(browser, f"national_manager:{WORLD}")
    form = (await browser.get(f"{HERE}/next")).text
    assert "version: 3" in form
    assert "Cât de probabil" in form
    wrong = {"pointer": "#/yaml/questions/0/text/ro", "detail": "is missing"}
    told.refuses["surveys"] = {"type": "/problems/invalid", "status": 422, "title": "Invalid", "errors": [wrong]}
    sent = {"yaml": "id: after-completion\nversion: 3", "form-key": "once-and-no-more"}
    said = await browser.post(f"{HERE}/next", data=sent)
    assert said.status_code == 422
    assert all(words in said.text for words in ("yaml.questions.0.text.ro", "is missing", "version: 3"))
    told.refuses.clear()
    told.answers["/v1/questionnaires"] = {"questionnaire": "after-completion", "version_number": 2}
    said = await browser.post(f"{HERE}/next", data=sent)
    assert "Published: from now on" in said.text
    post = [one for one in told.asked if one.method == "POST"][-1]
    assert json.loads(post.read()) == {"yaml": sent["yaml"]}
    assert post.headers["idempotency-key"] == "once-and-no-more"


async def test_an_experiment_shows_rates_by_its_looks_alone_and_asks_before_it_ends(
    browser: httpx.AsyncClient, world: World, told: Others
) -> None:
    await sign_in(browser, f"sending_manager:{CLUJ}")
    at = f"/console/experiments/{world.person_id}"
    text = (await browser.get(at)).text
    for words in ("Under way", "Short reminder", "50%", "n = 198", "+10.0 (−3.4 – +23.4) points", "End it"):
        assert words in text, words
    assert "can&#39;t be started again" in (await browser.get(f"{at}/do/stop")).text
    assert not any(one.method == "POST" for one in told.asked)
    told.answers[f"/v1/experiments/{world.person_id}"]["looks"] = []
    text = (await browser.get(at)).text
    assert "Nobody has looked yet" in text
    assert "n = 198" not in text


def test_an_experiment_is_what_is_now_against_whatever_differs() -> None:
    draft = EXPERIMENTS.action("draft")
    assert draft is not None
    form = Form({"title": ["Earlier"], "variants.1.days": ["-5"], "baseline": ["0,4"], "effect": ["0.1"]})
    assert body_of(draft, form, {}) == {
        "title": "Earlier", "baseline": 0.4, "effect": 0.1,
        "variants": [{"name": "as-now"}, {"name": "other-way", "days": -5}],
    }  # fmt: skip


def test_a_line_of_a_letter_that_stays_keeps_its_conditions_and_what_is_emptied_is_as_it_ships() -> None:
    lines = [{"text": "At {{ pickup_place }}\n you are met.", "when": ["pickup_place"]}, {"text": "Welcome!"}]
    kept = {"subject": "Soon", "preview": "Here", "greeting": "Dear,", "body": lines, "from": "sending", "facts": []}
    item = {"letter": "first-day-reminder", "language": "en", "entity_id": None, "content": kept}
    said = {"content.subject": ["Now"], "content.preview": ["Here"], "content.greeting": [""]}
    form = Form(said | {"content.body": ["At {{ pickup_place }} you are met.\nCome in!"], "content.closing": [""]})
    content = {
        "subject": "Now", "preview": "Here", "body": [lines[0], {"text": "Come in!"}], "closing": [],
        "from": "sending", "facts": [],
    }  # fmt: skip
    change, rewrite = LETTERS.action("change"), LETTERS.action("rewrite")
    assert change is not None
    assert rewrite is not None
    assert body_of(change, form, item) == {"content": content}
    assert body_of(rewrite, form, item) == {"letter": "first-day-reminder", "language": "en", "content": content}


async def test_a_letter_is_read_with_a_real_stay_before_it_is_published(
    browser: httpx.AsyncClient, world: World, told: Others
) -> None:
    await sign_in(browser, f"sending_manager:{CLUJ}")
    id_, stay = world.person_id, str(world.stay["application_id"])
    told.answers[f"/v1/letters/{id_}"] = example("notifications", "GET", f"/v1/letters/{id_}") | {
        "id": str(id_), "language": "ro"
    }  # fmt: skip
    read = {"language": "ro", "subject": "Prima zi", "text": "Vino la 9.", "missing": [], "faults": []}
    told.answers["/v1/plan/preview"] = read | {"document": None, "document_name": None}
    at = f"/console/letters/{id_}"
    assert f"{at}/preview" in (await browser.get(at)).text
    assert "First-day reminder" in (await browser.get(f"{at}/preview")).text
    said = await browser.post(f"{at}/preview", data={"touchpoint": "first-day-reminder", "application_id": stay})
    assert "Vino la 9." in said.text
    asked = next(one for one in told.asked if one.url.path == "/v1/plan/preview")
    wish = {"touchpoint": "first-day-reminder", "application_id": stay, "language": "ro", "letter_id": str(id_)}
    assert json.loads(asked.read()) == wish


async def test_results_of_the_pulse_come_with_interval_and_change_or_not_at_all(
    browser: httpx.AsyncClient, world: World, told: Others
) -> None:
    await sign_in(browser, f"sending_manager:{CLUJ}")
    wide = {"low": 10.0, "high": 42.0}
    score = {"question": "enps", "metric": "nps", "n": 12, "score": 25.0, "interval": wide, "change": -8.0,
             "change_interval": {"low": -30.0, "high": 14.0}}  # fmt: skip
    result = {"round": "2026-11", "closed_on": "2026-11-15", "entity_id": str(CLUJ), "asked": 20, "answered": 12}
    told.answers["/v1/pulse/results"] = {"floor": 5, "items": [result | {"scores": [score]}]}
    text = (await browser.get("/console/pulse-results")).text
    assert all(words in text for words in ("12 of 20", "25.0", "42.0", "−8.0 (−30.0 – +14.0)"))
    told.answers["/v1/pulse/results"] = {"floor": 5, "items": []}
    assert "No result yet" in (await browser.get("/console/pulse-results")).text
    assert "Open a round now" not in (await browser.get("/console/pulse-rounds")).text
    await sign_in(browser, "global_manager")
    assert "Open a round now" in (await browser.get("/console/pulse-rounds")).text
    assert "can&#39;t be called off" in (await browser.get("/console/pulse/new/open")).text


async def test_the_pages_fit_phone_and_desk(world: World, told: Others, chromium: Browser) -> None:
    async with served(world.room) as address, tab(chromium) as here:
        for at, name, way in (
            (HERE, "questionnaire", ("en", 1280, "light")), (HERE, "questionnaire", ("ar", 390, "dark")),
            (f"/console/experiments/{world.person_id}", "experiment", ("en", 390, "light")),
        ):  # fmt: skip
            await look(here, world.se, address + at, "-".join(map(str, (name, *way))), way)
