"""The model card: what a version learned from, how good it was, and what it must not be used for. No scripts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from starlette.responses import Response

from services.scoring.policy.transitions import WAYS
from services.scoring.schemas import CalibrationOut, FairnessOut, FigureOut, ModelOut, ReliabilityOut, ReportOut
from shared.web.drawing import Pages

PAGES = Pages(Path(__file__).parent)
SIZE, EDGE = 320, 40  # of the picture and of what stands round it, in its own units
TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
KINDS = (("model", "This model"), ("rules", "Rules"), ("base_rate", "Base rate"), ("naive_bayes", "Naive Bayes"))
FIGURES = (
    ("auc", "AUC"), ("log_loss", "Log loss"), ("brier", "Brier score"), ("ece", "Calibration error"),
    ("lift", "Lift at 10 %"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Card:
    """All that is shown of one version."""

    model: ModelOut
    calibration: CalibrationOut
    fairness: FairnessOut


@dataclass(frozen=True, slots=True)
class Dot:
    """A bin in the picture: where it is, how far its interval goes, and how large it is drawn."""

    x: float
    y: float
    low: float
    high: float
    size: float


def model_card(card: Card) -> Response:
    """The page."""
    model, way = card.model, WAYS[card.model.transition]
    bins = card.calibration.live or card.calibration.slice
    values: dict[str, Any] = {
        "model": model, "way": way, "calibration": card.calibration, "fairness": card.fairness,
        "rate": model.reached / model.labels, "table": _table(model), "bins": bins, "dots": _dots(bins),
        "live": bool(card.calibration.live), "size": SIZE, "edge": EDGE,
        "ticks": [(one, _x(one), _y(one)) for one in TICKS],
        "groups": (("Country", card.fairness.by_country), ("Entity", card.fairness.by_entity)),
    }  # fmt: skip
    return PAGES.draw("card.html", 200, "en", "ltr", **values)


def _table(model: ModelOut) -> list[tuple[str, list[str]]]:
    """A row per figure, a column per kind of model."""
    reports: list[ReportOut | None] = [getattr(model.metrics, kind) for kind, _ in KINDS]
    if not any(reports):
        return []
    return [(name, [_figure(report, figure) for report in reports]) for figure, name in FIGURES]


def _figure(report: ReportOut | None, name: str) -> str:
    if report is None:
        return "–"
    found: FigureOut = getattr(report, name)
    if found.value is None:
        return "–"
    span = f" ({found.low:.3f}–{found.high:.3f})" if found.low is not None and found.high is not None else ""
    return f"{found.value:.3f}{span}"


def _x(share: float) -> float:
    return round(EDGE + share * SIZE, 1)


def _y(share: float) -> float:
    return round(EDGE / 2 + (1 - share) * SIZE, 1)


def _dots(bins: Sequence[ReliabilityOut]) -> list[Dot]:
    most = max((one.n for one in bins), default=1)
    return [
        Dot(_x(one.mean_probability), _y(one.rate), _y(one.low), _y(one.high), round(3 + 4 * (one.n / most) ** 0.5, 1))
        for one in bins
    ]


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f} %"


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d}"


PAGES.filters["percent"] = _percent
PAGES.filters["day"] = _day
