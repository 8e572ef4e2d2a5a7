"""A blueprint's document, and what is observed of it, as the sheet that is drawn."""

from collections.abc import Mapping
from typing import Any

from services.journeys.drawing.layout import Card, Column, Sheet
from services.journeys.drawing.words import RIGHT_TO_LEFT, WORDS
from services.journeys.policy.blueprints import Blueprint, Item, Row, Step, in_language

MARKS = ("moment_of_truth", "differentiator", "non_quality")


def sheet_of(
    document: Mapping[str, Any], number: int, observed: Mapping[str, Any] | None, as_of: str | None, language: str
) -> Sheet:
    """`observed`: the result of the estimate; without it the drawing shows the design alone."""
    say, blueprint = WORDS[language], Blueprint.model_validate(document)
    steps = {step["id"]: step for step in (observed or {}).get("steps", [])}
    columns = [_column(step, steps.get(step.id), say, language) for step in blueprint.steps]
    state = say["as_of"].format(day=as_of) if observed and as_of else say["no_figures"]
    legend = {kind: say[kind] for kind in (*MARKS, "expected", "found")} if observed else {}
    return Sheet(
        in_language(blueprint.title, language), [f"{say['version'].format(number=number)} · {state}"], columns,
        {row: say[row] for row in Row}, Row.frontstage, say["visibility"], legend, language, language in RIGHT_TO_LEFT,
    )  # fmt: skip


def _column(step: Step, seen: Mapping[str, Any] | None, say: Mapping[str, str], language: str) -> Column:
    items: Mapping[str, Any] = seen["items"] if seen else {}
    cells: dict[str, list[Card]] = {}
    for item in step.items:
        cells.setdefault(item.row, []).append(_card(item, items.get(item.id), say, language))
    line = (seen or {}).get("line") or {}
    title = in_language(step.title, language)
    return Column(title, _head(step, seen, say), cells, _height(line.get("expected")), _height(line.get("found")))


def _height(value: float | None) -> float | None:
    """1 to 7 as 0 to 1."""
    return None if value is None else (value - 1) / 6


def _head(step: Step, seen: Mapping[str, Any] | None, say: Mapping[str, str]) -> list[str]:
    lines = []
    if step.passes and step.passes.days is not None:
        lines.append(say["designed"].format(days=_number(step.passes.days)))
    passage = (seen or {}).get("passage")
    if passage and passage["p50"]["days"] is not None:
        lines.append(say["half"].format(days=_number(passage["p50"]["days"])))
    if passage and (found := passage["conversion"]):
        lines.append(_share(found, "on", say))
    return lines


def _card(item: Item, seen: Mapping[str, Any] | None, say: Mapping[str, str], language: str) -> Card:
    lines = [" · ".join(part for part in (item.owner, in_language(item.due, language)) if part)]
    looked = seen or {"touchpoints": (), "scores": (), "standards": ()}
    lines += [_share(one["in_time"], "time", say) for one in looked["touchpoints"] if one["in_time"]]
    for one in looked["scores"]:
        value = _number(one["figure"].get("mean", one["figure"].get("value")))
        lines += [say["mean"].format(metric=one["metric"].upper(), mean=value, n=one["figure"]["n"])]
    lines += [_share(one["said_yes"], "yes", say) for one in looked["standards"] if one["said_yes"]]
    marks = tuple((seen or {}).get("marks", ()))
    return Card(in_language(item.title, language), [line for line in lines if line], marks, "non_quality" in marks)


def _share(found: Mapping[str, Any], words: str, say: Mapping[str, str]) -> str:
    if not found["enough"]:
        return say["few"].format(n=found["n"])
    return say[words].format(share=f"{found['rate']:.0%}", n=found["n"])


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
