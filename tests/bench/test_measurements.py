"""The short forms run, give the figures that are promised, and really measured the bare drivers beside the system."""

from pathlib import Path
from typing import Any

import pytest

from bench import consume, imports, latency, pages, projecting, relay, reports, score_latency, search, slices
from shared.testing.trials import Trial

pytestmark = pytest.mark.timeout(360)
PROMISED = {"value", "unit", "limit", "ratio"}


async def figures_of(trial: Trial) -> dict[str, Any]:
    figures = await trial.run(False)
    assert figures.keys() >= PROMISED
    assert figures["value"] > 0
    assert figures["limit"] > 0
    assert trial.falls_short({**figures, "value": 1e9, "p99": 1e9, "ratio": 0.0}, True)
    return figures


async def test_the_relay_and_bare_drivers_empty_the_same_outbox() -> None:
    figures = await figures_of(relay.MEASUREMENT)
    assert figures["unit"] == "1/s"
    assert figures["rows"] >= relay.SHORT[0]
    assert figures["records"] == 2 * figures["rows"]


async def test_the_room_and_the_bare_reader_write_the_same_entries() -> None:
    figures = await figures_of(consume.MEASUREMENT)
    assert figures["unit"] == "1/s"
    assert figures["entries"] == figures["bare_entries"] > 0


async def test_every_application_is_timed_from_the_request_to_the_row() -> None:
    figures = await figures_of(latency.MEASUREMENT)
    assert figures["unit"] == "ms"
    ((rate, seconds),) = latency.SHORT
    assert figures["events"] == rate * seconds
    assert figures["value"] <= figures["p99"] <= figures["max"]


async def test_every_step_is_timed_until_its_score_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(score_latency, "SHORT", 2)
    figures = await figures_of(score_latency.MEASUREMENT)
    assert figures["unit"] == "ms"
    assert figures["events"] == 2 * score_latency.RATE
    assert figures["p50"] <= figures["value"] <= figures["max"]


@pytest.mark.parametrize("trial", [search.OPPORTUNITIES, search.PEOPLE], ids=lambda trial: trial.name)
async def test_the_mix_of_searches_is_timed_beside_bare_statements(trial: Trial) -> None:
    figures = await figures_of(trial)
    assert figures["unit"] == "ms"
    assert figures["queries"] > 50
    assert figures["median"] <= figures["value"]
    assert figures["http"] > 0


async def test_a_years_report_counts_the_whole_year() -> None:
    figures = await figures_of(reports.MEASUREMENT)
    assert figures["unit"] == "ms"
    assert figures["applications"] == reports.SHORT[0]
    assert figures["states"] > figures["applications"] > figures["submitted"] > figures["accepted"] > 0


async def test_a_made_up_year_is_imported_and_copied_bare() -> None:
    figures = await figures_of(imports.MEASUREMENT)
    assert figures["unit"] == "1/s"
    assert figures["refused"] == 0
    assert figures["rows"] > imports.SHORT
    assert figures["events"] > figures["rows"]


async def test_slices_and_their_rebuild_are_timed_and_tell_the_same_as_the_rows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(slices, "SHORT", 400)
    monkeypatch.setattr(slices, "QUESTIONS_SHORT", 25)
    found = await slices.run_slices(False)
    assert (found["unequal"], found["questions"]) == (0, 25)
    assert (await slices.run_rebuild(False))["wrong"] == 0


async def test_events_through_the_handlers_are_timed_beside_a_copy_of_their_rows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(projecting, "SHORT", 1_500)
    figures = await figures_of(projecting.PROJECTING)
    assert figures["rows"] > figures["events"] > 1_000


async def test_a_room_is_made_again_and_a_stopped_run_finds_its_topics_filled(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(projecting, "REBUILT_SHORT", 1_500)
    monkeypatch.setenv("SOJOURN_BENCH_FOLDER", str(tmp_path))
    tmp_path.parent.chmod(0o755)
    told: list[str] = []
    monkeypatch.setattr(projecting, "tell", told.append)
    await projecting.REBUILD.run(False)
    figures = await projecting.REBUILD.run(False)
    assert told == ["the topics were filled before"]
    assert figures["events"] >= figures["asked_for"] == 1_500
    assert not projecting.REBUILD.falls_short(figures, False)
    assert projecting.REBUILD.falls_short({**figures, "events": 3}, False)


async def test_every_page_of_the_console_is_timed_and_none_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "SHORT", 400)
    monkeypatch.setattr(pages, "ROUNDS_SHORT", 1)
    figures = await pages.MEASUREMENT.run(False)
    assert (figures["failed"], figures["unit"]) == ([], "ms")
    assert {"/", "/funnel", "/people"} <= figures["pages"].keys()
    assert pages.MEASUREMENT.falls_short({**figures, "value": 1e9}, True)
