"""The model card in a real browser: nothing for axe to find, nothing that sticks out, no script that runs."""

from dataclasses import asdict
from datetime import UTC, datetime
from random import Random
from uuid import UUID

import pytest
from playwright.async_api import Browser

from services.scoring.pages.card import Card, model_card
from services.scoring.policy.learning.evaluation import report
from services.scoring.schemas import CalibrationOut, FairnessOut, GroupOut, ModelOut
from tests.browsers import checked

AT = datetime(2026, 2, 2, tzinfo=UTC)
ID = UUID(int=7)


def card(count: int = 300, live: int = 0) -> Card:
    random = Random(1)
    said = [random.random() for _ in range(count)]
    reached = [random.random() < one for one in said]
    figures = {"model": said, "rules": [0.8] * count, "base_rate": [0.5] * count, "naive_bayes": said[::-1]}
    judged = {name: asdict(report(given, reached)) for name, given in figures.items()} if count else {}
    model = ModelOut.model_validate({
        "id": ID, "name": "applied-3", "transition": "applied", "side": "ep", "what": "somebody who signed up applies",
        "horizon_days": 90, "state": "champion", "trained_at": AT, "window_from": AT, "window_to": AT, "labels": 1000,
        "reached": 480, "features": ["visits", "contacts_weight", "silent_days"], "code_version": "0123456789ab",
        "seed": 1, "digest": "ab" * 32, "metrics": {"late": count, "split_at": AT, "early": 700, **judged},
        "retired_at": None, "retired_why": None, "version": 1,
    })  # fmt: skip
    bins = judged["model"]["bins"] if count else ()
    bins = [asdict(one) if not isinstance(one, dict) else one for one in bins]
    calibration = CalibrationOut.model_validate({
        "model_id": ID, "slice": bins, "slice_n": count, "live": bins if live else [], "live_n": live,
        "live_report": None,
    })  # fmt: skip
    romania = GroupOut(
        group="RO", n=120, selected=40, selection_rate=1 / 3, selection_low=0.26, selection_high=0.42, settled=80,
        foretold=0.5, happened=0.48, happened_low=0.37, happened_high=0.59, calibrated=True,
    )  # fmt: skip
    blank = dict.fromkeys(set(GroupOut.model_fields) - {"group", "n", "selected", "settled"})
    few = GroupOut(group=str(ID), n=3, selected=1, settled=0, **blank)
    fair = FairnessOut(
        model_id=ID, features=model.features, limit=0.35, least=20, by_country=[romania], by_entity=[few],
        by_gender="not known here",
    )  # fmt: skip
    return Card(model, calibration, fair)


def page_of(shown: Card) -> str:
    return bytes(model_card(shown).body).decode()


def test_the_picture_has_a_dot_and_a_row_for_each_bin_and_the_figures_stand_beside_rules() -> None:
    html = page_of(card())
    assert html.count('class="dot"') == html.count('class="bar"') == 10
    assert html.count("<td>30</td>") == 10
    for words in ("Naive Bayes", "Base rate", "On the later slice: 300 cases", "too few", "Not known here"):
        assert words in html
    assert "What this version said, of 80 cases" in page_of(card(live=80))


def test_without_outcomes_the_card_says_so() -> None:
    html = page_of(card(0))
    assert "too few outcomes yet" in html
    assert "No case whose horizon is over yet." in html
    assert "<svg" not in html


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (320, "dark")])
async def test_axe_finds_nothing_wide_and_narrow_light_and_dark(browser: Browser, width: int, scheme: str) -> None:
    page = await browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    drawn = model_card(card())
    headers = {name: value for name, value in drawn.headers.items() if name != "content-length"}
    await page.route("**/card", lambda route: route.fulfill(status=200, headers=headers, body=bytes(drawn.body)))
    await page.goto("http://room.invalid/card")
    assert await page.locator("main").evaluate("main => getComputedStyle(main).maxWidth") == "992px"
    await checked(page, f"model-card-{scheme}")
    await page.close()
