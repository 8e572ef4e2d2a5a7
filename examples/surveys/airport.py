"""NPS of San Francisco airport in two years: intervals, the change, the survey's weights, areas, satisfaction."""

import csv
import gzip
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from services.surveys.policy import figures
from services.surveys.policy.figures import Against, Histogram, Interval, Reading
from shared.contracts.surveys import Metric

DATA = Path(__file__).with_name("sfo_guest_survey_2017_2018.csv.gz")
YEARS = ("2017", "2018")
Row = dict[str, str]


def rows() -> list[Row]:
    with gzip.open(DATA, "rt", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def histogram(metric: Metric, column: str, chosen: Iterable[Row]) -> Histogram:
    """The answers of a column; blank ones are none."""
    return Histogram.of(metric, Counter(int(row[column]) for row in chosen if row[column]))


def recommended(chosen: Iterable[Row]) -> Histogram:
    return histogram(Metric.nps, "recommend_0_10", chosen)


def weighted(chosen: Iterable[Row]) -> figures.WeightedEstimate:
    groups: dict[str, list[Row]] = {}
    for row in chosen:
        groups.setdefault(row["weight"], []).append(row)
    parts = [(float(weight), recommended(group)) for weight, group in groups.items()]
    return figures.weighted(Metric.nps, Reading.nps, parts)


def span(interval: Interval | None) -> str:
    assert interval
    return f"{interval.low:.2f} … {interval.high:.2f}"


def told() -> list[str]:
    """What the example prints."""
    every = {year: [row for row in rows() if row["year"] == year] for year in YEARS}
    answers = {year: recommended(chosen) for year, chosen in every.items()}
    lines = []
    for year in YEARS:
        found, drawn = figures.scores.nps(answers[year]), figures.bootstrap(Metric.nps, Reading.nps, answers[year])
        lines.append(f"{year}: n {found.n}, NPS {found.value:.2f}")
        lines.append(f"      adjusted Wald {span(found.interval)}, bootstrap {span(drawn)}")
        heavy = weighted(every[year])
        lines.append(
            f"      weighted {heavy.value:.2f}, sandwich {span(heavy.interval)}, effective n {heavy.effective_n:.0f}"
        )
    change = figures.difference(Metric.nps, Reading.nps, *answers.values())
    lines.append(f"change: {change.value:.2f} ({span(change.interval)}), z {change.statistic:.2f}, p {change.p:.1e}")
    return [*lines, "", *_by_area(every["2018"]), "", *_satisfied(every)]


def _by_area(chosen: list[Row]) -> list[str]:
    names = sorted({row["boarding_area"] for row in chosen})
    areas = {name: recommended(row for row in chosen if row["boarding_area"] == name) for name in names}
    found = figures.compare(Metric.nps, Reading.nps, areas, 5, Against.rest)
    lines = ["2018 by boarding area, each against all others:"]
    for group, test in zip(found.groups, found.tests, strict=True):
        assert group.estimate
        assert test.corrected is not None
        lines.append(
            f"  {group.key}  n {group.n:4}  NPS {group.estimate.value:5.1f}  difference {test.difference.value:6.1f}"
            f"  p {test.difference.p:.4f}  by Holm {test.corrected:.4f}{'  *' if test.differs else ''}"
        )
    return lines


def _satisfied(every: dict[str, list[Row]]) -> list[str]:
    lines = []
    for year, chosen in every.items():
        answers = histogram(Metric.csat, "overall_1_5", chosen)
        mean, top = (figures.estimate(Metric.csat, reading, answers) for reading in (Reading.mean, Reading.share))
        lines.append(
            f"{year}: satisfaction n {mean.n}, mean {mean.value:.2f} ({span(mean.interval)}),"
            f" upper two of five {top.value:.3f} ({top.interval.low:.3f} … {top.interval.high:.3f})"  # type: ignore[union-attr]
        )
    return lines


if __name__ == "__main__":
    print("\n".join(told()))
