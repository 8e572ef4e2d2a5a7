"""The worked examples: a real survey gives the figures that are known of it, and the page shows what they print."""

import pytest

from examples.surveys import airport, coverage
from services.surveys.policy import figures
from services.surveys.policy.figures import Reading
from shared.contracts.surveys import Metric
from tests.house.documents import ROOT, blocks

YEARS = {year: [row for row in airport.rows() if row["year"] == year] for year in airport.YEARS}


def ends(interval: figures.Interval) -> tuple[float, float]:
    return round(interval.low, 2), round(interval.high, 2)


@pytest.mark.parametrize(
    ("year", "n", "score", "adjusted"), [("2017", 2746, 39.84, (37.18, 42.41)), ("2018", 2650, 30.98, (28.12, 33.77))]
)
def test_the_nps_of_a_real_survey_is_reproduced(year: str, n: int, score: float, adjusted: tuple[float, float]) -> None:
    found = figures.estimate(Metric.nps, Reading.nps, airport.recommended(YEARS[year]))
    assert (found.n, round(found.value, 2), ends(found.interval)) == (n, score, adjusted)
    assert found.interval.method == "adjusted-wald"


def test_so_is_its_bootstrap_interval() -> None:
    found = figures.bootstrap(Metric.nps, Reading.nps, airport.recommended(YEARS["2017"]))
    assert ends(found) == (37.22, 42.46)


def test_so_is_the_change_between_the_years() -> None:
    found = figures.difference(Metric.nps, Reading.nps, *map(airport.recommended, YEARS.values()))
    assert (round(found.value, 2), ends(found.interval), round(found.statistic, 2)) == (-8.86, (-12.71, -5.01), -4.51)
    assert found.p < 1e-5


def test_so_is_the_figure_by_the_surveys_own_weights() -> None:
    """Taken for frequencies, the weights would make the interval narrower."""
    found = airport.weighted(YEARS["2017"])
    assert (round(found.value, 2), ends(found.interval)) == (40.40, (37.57, 43.23))
    assert found.n == 2746
    assert found.effective_n < 2300


@pytest.mark.parametrize(
    ("method", "known"),
    [("Wald", (79.5, 86.7, 92.3)), ("bootstrap", (80.1, 88.1, 91.8)), ("adjusted Wald", (94.0, 95.4, 94.1))],
)
def test_intervals_from_few_answers_hold_the_truth_as_often_as_simulation_says(
    method: str, known: tuple[float, ...]
) -> None:
    """Simulated by others, counted out here; so many draws leave a percent of noise."""
    found = [coverage.coverage(coverage.METHODS[method], n)[0] for n in coverage.SIZES]
    assert found == pytest.approx(known, abs=1.0)


def test_the_test_between_two_groups_keeps_its_level_from_few_answers() -> None:
    for n in (5, 10):
        assert coverage.alarms(n, coverage.ours) < 5 < coverage.alarms(n, coverage.plain)


@pytest.mark.parametrize("example", [airport, coverage])
def test_the_page_shows_what_an_example_prints(example: object) -> None:
    shown = [block.text for block in blocks(ROOT / "docs/statistics.md")]
    assert "\n".join(example.told()) + "\n" in shown
