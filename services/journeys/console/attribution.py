"""Attribution on a page: rows of channels with every rule beside them, and a chart of one rule and of the data."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.journeys.console import words
from services.journeys.console.tables import Column, Row, Table
from services.journeys.console.texts import N_, _

OUTCOMES = {
    "signed_up": N_("Sign-ups"), "applied": N_("First applications"), "approved": N_("First approvals"),
    "realized": N_("First realizations"),
}  # fmt: skip
RULES = {
    "first": N_("First touch"), "last": N_("Last touch"), "linear": N_("All touches alike"),
    "decay": N_("Fading with time"), "position": N_("By position"),
}  # fmt: skip
LABELS = {
    "class_visit": N_("Class visit"), "booth": N_("Booth"), "flyer": N_("Flyer"), "event": N_("Event"),
    "referral": N_("Recommendation"), "unknown": N_("Unknown: no touch"), "base": N_("Without any touch"),
    "other": N_("Others together"), "unlabelled": N_("Without a campaign"),
}  # fmt: skip
SOURCE = "source:"
WIDTH, ROW, LEFT, RIGHT, TOP = 720, 34, 190, 24, 26
TICKS = 5


def label(code: str, names: Mapping[str, str]) -> str:
    """A channel, a campaign or a source in words."""
    if code.startswith(SOURCE):
        return names.get(code.removeprefix(SOURCE), _("A source"))
    return words.among(LABELS, code) if code in LABELS else words.plain(code)


def source_ids(result: Mapping[str, Any]) -> list[str]:
    """The on-ground sources that any rule or the data name."""
    codes = {code for told in result["rules"].values() for code in told} | set(result["driven"]["channels"])
    return sorted(code.removeprefix(SOURCE) for code in codes if code.startswith(SOURCE))


def rows_of(result: Mapping[str, Any], names: Mapping[str, str], costs: Mapping[str, tuple[float, str]]) -> list[Row]:
    """A row a channel: what each rule and the data give it; the unknown and the base come last."""
    rules, data = result["rules"], result["driven"]["channels"]
    codes = sorted({code for told in rules.values() for code in told} | set(data))
    codes.sort(key=lambda code: (code in ("unknown", "base"), -_value(rules["linear"].get(code)), code))
    return [_row(code, result, names, costs) for code in codes]


def _row(code: str, result: Mapping[str, Any], names: Mapping[str, str], costs: Mapping[str, tuple[float, str]]) -> Row:
    told = {rule: result["rules"][rule].get(code) for rule in RULES}
    data = result["driven"]["channels"].get(code)
    cost = costs.get(code.removeprefix(SOURCE)) if code.startswith(SOURCE) else None
    linear = _value(told["linear"])
    per = f"{words.number(cost[0] / linear, 2)} {cost[1]}" if cost and linear > 0 else None
    met = result["met"].get(code, {})
    return {"code": code, "label": label(code, names), **told, "data": data, "cost": per, "met": met.get("people")}


def _value(told: Mapping[str, float] | None) -> float:
    return told["value"] if told else 0.0


def _said(told: Mapping[str, float] | None) -> str:
    if told is None:
        return ""
    return f"{words.number(told['value'], 1)} ({words.number(told['low'], 1)} – {words.number(told['high'], 1)})"


def table_of(rows: Sequence[Row], with_cost: bool) -> Table:
    """Outcomes by channel and rule, each with its 95 % interval."""
    columns = [
        Column("label", _("Channel"), sortable=False),
        Column("met", _("People who met it"), "number", sortable=False, wide=True),
        *(
            Column(rule, _(name), value=lambda row, rule=rule: _said(row[rule]), sortable=False, wide=rule != "linear")
            for rule, name in RULES.items()
        ),
        Column("data", _("From data"), value=lambda row: _said(row["data"]), sortable=False),
    ]
    if with_cost:
        columns.append(Column("cost", _("Cost of each, all touches alike"), sortable=False))
    note = _(
        "Outcomes with their 95 %% intervals. Rules are conventions; the data compare those who met a channel "
        "with those who did not, which is no experiment."
    )
    return Table("attribution", _("Attribution"), columns, list(rows), whole=False, note=note)


@dataclass(frozen=True, slots=True)
class Mark:
    """A figure with its interval, as places on the line."""

    x: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Bar:
    """A channel's row of the chart."""

    label: str
    y: float
    rule: Mark | None
    data: Mark | None


@dataclass(frozen=True, slots=True)
class Chart:
    """Rows with marks, and the ticks of the axis: (place, number)."""

    bars: list[Bar]
    ticks: list[tuple[float, str]]
    zero: float
    width: int
    height: int
    left: int = LEFT
    top: int = TOP


def chart_of(rows: Sequence[Row], rule: str) -> Chart | None:
    """One rule and the data, a row a channel; None when there is nothing to draw."""
    told = [one for row in rows for one in (row[rule], row["data"]) if one]
    if not told:
        return None
    low, high = min(0.0, *(one["low"] for one in told)), max(1.0, *(one["high"] for one in told))

    def place(value: float) -> float:
        return round(LEFT + (value - low) / (high - low) * (WIDTH - LEFT - RIGHT), 1)

    def mark(one: Mapping[str, float] | None) -> Mark | None:
        return Mark(place(one["value"]), place(one["low"]), place(one["high"])) if one else None

    bars = [
        Bar(row["label"], TOP + (at + 0.5) * ROW, mark(row[rule]), mark(row["data"])) for at, row in enumerate(rows)
    ]
    ticks = [(place(step), words.number(step)) for step in _steps(low, high)]
    return Chart(bars, ticks, place(0.0), WIDTH, TOP + ROW * len(rows) + 8)


def _steps(low: float, high: float) -> list[float]:
    """Round numbers between two, about five of them."""
    rough = (high - low) / TICKS
    size = 10.0 ** math.floor(math.log10(rough))
    step = max(1.0, next(size * times for times in (1, 2, 5, 10) if size * times >= rough))
    return [step * at for at in range(math.ceil(low / step), math.floor(high / step) + 1)]
