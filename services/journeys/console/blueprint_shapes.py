"""A blueprint as its page shows it: columns and cells with what is designed and observed, the line as points."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.journeys.console import words
from services.journeys.console.tables import Column, Share, Table
from services.journeys.console.texts import N_, _, ngettext
from services.journeys.policy.blueprints import Blueprint, Item, Row, Step

ROWS = {
    "line": N_("Thinks and feels"), "touchpoints": N_("Touchpoints"), "frontstage": N_("Frontstage"),
    "backstage": N_("Backstage"), "support": N_("Support processes"),
}  # fmt: skip
MARKS = {
    "moment_of_truth": N_("Moment of truth"), "differentiator": N_("Differentiator"),
    "non_quality": N_("Point of non-quality"),
}  # fmt: skip
MEANINGS = {
    "moment_of_truth": N_("surely and stably moves loyalty, or whether people go on"),
    "differentiator": N_("a moment of truth that surely goes well: three times in four or more"),
    "non_quality": N_("surely goes badly half of the time or more, or keeps people from going on"),
}
WHY = {
    "too_few": N_("not enough data"), "too_few_of_one_kind": N_("not enough data: it nearly always goes the same way"),
    "nothing_varies": N_("not enough data: it differs between committees, not within them"),
}  # fmt: skip
OUTCOMES = {"nps": N_("loyalty (NPS points)"), "conversion": N_("going on (points of a hundred)")}
OWNERS = {
    "EP": N_("EP"), "enabler": N_("Enabler"), "SE": N_("Sending entity"), "HE": N_("Hosting entity"),
    "buddy": N_("Buddy"), "team": N_("Team"), "system": N_("System"), "member": N_("Member"),
}  # fmt: skip


said = words.told  # a text of a design


@dataclass(frozen=True, slots=True)
class Cell:
    """An item with what was seen of it, as short lines; `bad` is drawn as such."""

    item: Item
    seen: Mapping[str, Any] | None
    lines: Sequence[str]
    marks: Sequence[str]
    improvements: Sequence[Mapping[str, Any]] = ()

    @property
    def bad(self) -> bool:
        return "non_quality" in self.marks


@dataclass(frozen=True, slots=True)
class Line:
    """The stretch of the line in one step: points at its beginning, middle and end, in a box of 100 by 40."""

    expected: Sequence[tuple[float, float]]
    found: Sequence[tuple[float, float]]
    figures: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Shown:
    """A step with all that stands in its column."""

    step: Step
    passage: Mapping[str, Any] | None
    line: Line | None
    cells: Mapping[str, Sequence[Cell]] = field(default_factory=dict)


def shown(
    blueprint: Blueprint, result: Mapping[str, Any] | None, improvements: Sequence[Mapping[str, Any]] = ()
) -> list[Shown]:
    seen = {step["id"]: step for step in (result or {}).get("steps", [])}
    lines = [(seen.get(step.id) or {}).get("line") for step in blueprint.steps]
    made = []
    for place, step in enumerate(blueprint.steps):
        known = seen.get(step.id) or {}
        cells: dict[str, list[Cell]] = {row: [] for row in Row}
        for item in step.items:
            own = [one for one in improvements if (one["step"], one["item"]) == (step.id, item.id)]
            cells[item.row].append(cell_of(item, known.get("items", {}).get(item.id), own))
        made.append(Shown(step, known.get("passage"), _line(lines, place), cells))
    return made


def cell_of(item: Item, seen: Mapping[str, Any] | None, improvements: Sequence[Mapping[str, Any]] = ()) -> Cell:
    return Cell(item, seen, figures(seen) if seen else [], (seen or {}).get("marks", []), improvements)


def figures(seen: Mapping[str, Any]) -> list[str]:
    """What was seen of an item, one line each."""
    lines = []
    for one in seen["touchpoints"]:
        if one["in_time"]:
            lines.append(_("in time %(share)s", share=rate(one["in_time"])))
        if one["failed"] or one["bounced"]:
            lines.append(_("%(failed)s failed, %(bounced)s bounced", failed=one["failed"], bounced=one["bounced"]))
    lines += [f"{METRICS[one['metric']]} {score(one['figure'])}" for one in seen["scores"]]
    lines += [_("kept %(share)s", share=rate(one["said_yes"])) for one in seen["standards"] if one["said_yes"]]
    if not lines and any(seen["events"].values()):
        n = sum(seen["events"].values())
        lines.append(ngettext("%(count)s event", "%(count)s events", n, count=words.number(n)))
    return lines


METRICS = {"nps": "NPS", "ces1": "CES", "ces2": "CES", "csat": "CSAT"}


def rate(found: Mapping[str, Any]) -> str:
    """A share with its interval and n, or that there is not enough."""
    count = words.number(found["n"])
    if not found["enough"]:
        return _("– not enough data (n = %(n)s)", n=count)
    span = words.between(found["low"], found["high"])
    return _("%(share)s (%(span)s, n = %(n)s)", share=words.percent(found["rate"]), span=span, n=count)


def score(found: Mapping[str, Any]) -> str:
    """A mean or an NPS with its interval and n."""
    value, count = found.get("mean", found.get("value")), words.number(found["n"])
    if not found["enough"] or found["low"] is None:
        return _("– not enough data (n = %(n)s)", n=count)
    low, high = (words.number(found[end], 1) for end in ("low", "high"))
    return _("%(score)s (%(low)s to %(high)s, n = %(n)s)", score=words.number(value, 1), low=low, high=high, n=count)


def _line(lines: Sequence[Mapping[str, Any] | None], place: int) -> Line | None:
    here = lines[place]
    if here is None:
        return None
    before = lines[place - 1] if place else None
    after = lines[place + 1] if place + 1 < len(lines) else None
    return Line(*(_stretch(name, before, here, after) for name in ("expected", "found")), here)


def _stretch(name: str, before: Any, here: Mapping[str, Any], after: Any) -> list[tuple[float, float]]:
    points = [(50.0, _height(here[name]))]
    if before:
        points.insert(0, (0.0, (_height(before[name]) + _height(here[name])) / 2))
    if after:
        points.append((100.0, (_height(after[name]) + _height(here[name])) / 2))
    return points


def _height(value: float) -> float:
    """1 to 7 from below; 4 units of room above and below."""
    return round(36 - (value - 1) / 6 * 32, 2)


def effects_table(blueprint: Blueprint, result: Mapping[str, Any], address: Any) -> Table:
    """Every effect that was looked for, the surest first, with how sure it is."""
    rows = []
    for step in blueprint.steps:
        for item in step.items:
            seen = next((one for one in result["steps"] if one["id"] == step.id), {"items": {}})["items"].get(item.id)
            rows += [{"step": step, "item": item, **one} for one in (seen or {"findings": ()})["findings"]]
    rows.sort(key=lambda row: (not row["enough"], row["p_corrected"] or 0, -abs(row["effect"] or 0)))
    columns = (
        Column("item", _("Touchpoint"), "link", value=lambda row: said(row["item"].title),
               href=lambda row: address(row["step"].id, row["item"].id)),
        Column("by", _("What varies"), value=lambda row: factor(row["factor"])),
        Column("outcome", _("What it may move"), value=outcome_words),
        Column("effect", _("Effect"), value=effect_words, sortable=False),
        Column("n", _("n"), "number"),
        Column("p", _("p, corrected"), value=p_words, sortable=False, wide=True),
        Column("stability", _("Found again"), "share", value=lambda row: row["stability"], wide=True),
        Column("marked", _("Mark"), value=lambda row: _("Moment of truth") if row["marked"] else None),
    )  # fmt: skip
    note = _(
        "Effects are differences between stays with the known facts held fixed (programme, committees, season), not"
        " proofs of a cause. p is corrected for %(looks)s looks; found again: in so many of 400 resamples.",
        looks=result["looks"],
    )
    return Table("effects", _("What moves loyalty and going on"), columns, rows, empty=_("No effects yet"), note=note)


def factor(key: str) -> str:
    """`prepare/pickup/touchpoint:pickup-information` in words."""
    kind, _colon, code = key.split("/", 2)[2].partition(":")
    match kind:
        case "touchpoint":
            return _("%(what)s in time, against late or not at all", what=words.plain(code))
        case "standard":
            return _("standard %(what)s kept, against not", what=words.inside(code))
    metric, _colon, about = code.partition(":")
    return _("%(metric)s of %(what)s, a standard deviation better", metric=METRICS[metric], what=words.inside(about))


def effect_words(row: Mapping[str, Any]) -> str:
    if not row["enough"]:
        why = WHY[row["why"]]
        return _(why)
    effect, low, high = (signed(row[name]) for name in ("effect", "low", "high"))
    return _("%(effect)s (%(low)s to %(high)s)", effect=effect, low=low, high=high)


def outcome_words(row: Mapping[str, Any]) -> str:
    outcome = OUTCOMES[row["outcome"]]
    return _(outcome)


def p_words(row: Mapping[str, Any]) -> str | None:
    """Four digits; what is smaller is said to be so."""
    p = row["p_corrected"]
    return None if p is None else f"< {words.number(0.0001, 4)}" if p < 0.0001 else words.number(p, 4)


def signed(value: float) -> str:
    return f"{'+' if value >= 0 else '−'}{words.number(abs(value), 1)}"


def steps_table(steps: Sequence[Shown]) -> Table:
    """The figures of the steps, as numbers."""
    rows = [{"title": said(one.step.title), **(one.passage or {}), "line": one.line} for one in steps]
    days = (
        Column("designed", _("Days designed"), "number", value=lambda row: row.get("designed_days"), digits=1),
        Column("p50", _("Days, half of all"), "number", value=lambda row: _days(row, "p50"), digits=1),
        Column("p90", _("Days, nine in ten"), "number", value=lambda row: _days(row, "p90"), digits=1),
    )
    columns = (
        Column("title", _("Step")), Column("n", _("Came in"), "number"), Column("went_on", _("Went on"), "number"),
        Column("ended", _("Ended"), "number"), Column("open", _("Still open"), "number"), *days,
        Column("conversion", _("Go on"), "share", value=lambda row: conversion(row.get("conversion"))),
        Column("gap", _("Gap"), "number", value=_gap, digits=2),
    )  # fmt: skip
    return Table("steps", _("Steps in numbers"), columns, rows)


def _gap(row: Mapping[str, Any]) -> float | None:
    return row["line"].figures["gap"] if row["line"] else None


def _days(row: Mapping[str, Any], name: str) -> float | None:
    return (row.get(name) or {}).get("days")


def conversion(found: Mapping[str, Any] | None) -> Share | None:
    if found is None:
        return None
    return Share.of(found) if found["enough"] else Share(None, n=found["n"])
