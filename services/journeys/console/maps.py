"""Persona maps as pages show them: texts in the reader's language, cells with their items, figures in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.journeys.console import words
from services.journeys.console.texts import N_, _, pgettext
from services.journeys.console.words import told
from services.journeys.policy.persona_maps import STEPS

Json = Mapping[str, Any]
STEP_NAMES = {
    "previous-experience": N_("Previous experience"), "awareness": N_("Awareness"), "choose": N_("Choose"),
    "act": N_("Act"), "experience": N_("Experience"),
}  # fmt: skip
STEP_HINTS = {
    "previous-experience": N_("What was said and lived before they met us"),
    "awareness": N_("How they become aware of us"),
    "choose": N_("Why they choose us"),
    "act": N_("How they act: sign up, apply, begin"),
    "experience": N_("How they experience us"),
    "share": N_("How they share it afterwards"),
}
ROW_NAMES = {
    "thinks": N_("Thinks"), "does": N_("Does"), "touchpoints": N_("Touchpoints"), "experiences": N_("Experiences"),
    "feels": N_("Feels"),
}  # fmt: skip
CUSTOMERS = {
    "ep": N_("Exchange participants"), "enabler": N_("Enablers"), "member": N_("Members"), "other": N_("Another field"),
}  # fmt: skip
STATES = {"draft": N_("draft"), "published": N_("in use"), "retired": N_("replaced")}
ABOUT = {
    "score": N_("Score: %(name)s"), "touchpoint": N_("In time: %(name)s"), "channel": N_("Share of contacts: %(name)s"),
    "step": N_("Went on to: %(name)s"), "pulse": N_("Team pulse: %(name)s"),
}  # fmt: skip
FAIR = 30


def usual_name(step_id: str) -> str:
    """What a step is called everywhere."""
    usual = STEP_NAMES.get(step_id)
    return pgettext("step of a map", "Share") if usual is None else _(usual)


def step_name(step: Json) -> str:
    """The own title of a step, or its usual one."""
    return told(step.get("title")) or usual_name(step["id"])


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure beside an item. `share` is of 0 to 1, `score` on its own scale; neither where n is too small."""

    label: str
    n: int
    share: float | None = None
    score: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def known(self) -> bool:
        return self.share is not None or self.score is not None

    @property
    def shown(self) -> str:
        """The value with its interval."""
        if self.share is not None:
            return words.percent(self.share)
        return words.number(self.score, 0 if self.score is not None and abs(self.score) > 10 else 1)

    @property
    def interval(self) -> str | None:
        if self.low is None or self.high is None:
            return None
        if self.share is not None:
            return words.between(self.low, self.high)
        digits = 0 if max(abs(self.low), abs(self.high)) > 10 else 1
        return f"{words.number(self.low, digits)} … {words.number(self.high, digits)}"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing in a cell."""

    id: str
    row: str
    text: str
    quote: bool
    evidence: Json
    figures: Sequence[Figure] = ()

    @property
    def wants_words(self) -> bool:
        return any(self.evidence.get(name) for name in ("topic", "mood", "group"))

    @property
    def backed(self) -> bool:
        """Whether anything was counted for it."""
        return any(one.n for one in self.figures)


@dataclass(frozen=True, slots=True)
class Cell:
    """The items of one row of a step."""

    row: str
    name: str
    items: Sequence[Item]


@dataclass(frozen=True, slots=True)
class Step:
    """One of the six columns."""

    id: str
    name: str
    hint: str
    cells: Sequence[Cell] = field(default_factory=list)


def figure_of(one: Json) -> Figure:
    """A figure that the room counted, in words; shares from thirty on, scores from five on."""
    kind, name, n, value = one["kind"], one["name"], one["n"], one["value"]
    label = _(ABOUT[kind], name=_name(kind, name))
    enough = n >= (5 if kind in ("score", "pulse") else FAIR)
    if value is None or not enough:
        return Figure(label, n)
    which = "score" if kind in ("score", "pulse") else "share"
    return Figure(label, n, low=one["low"], high=one["high"], **{which: value})


def _name(kind: str, name: str) -> str:
    if kind == "score":
        metric, __, about = name.partition(":")
        return f"{words.inside(metric)} · {words.inside(about)}"
    return words.inside(name)


def pulse_figures(evidence: Json, rounds: Sequence[Json]) -> list[Figure]:
    """The newest round of the team pulse, where an item asks for it; never fewer than the floor are in one."""
    metric, __, question = (evidence.get("measure") or "").partition(":")
    if metric != "pulse":
        return []
    for found in rounds:
        for score in found["scores"]:
            if score["question"] == question:
                interval = score["interval"] or {}
                said = {"low": interval.get("low"), "high": interval.get("high"), "value": score["score"]}
                return [figure_of({"kind": "pulse", "name": question, "n": score["n"], **said})]
    label = ABOUT["pulse"]
    return [Figure(_(label, name=words.inside(question)), 0)]


def steps_of(document: Json, evidence: Json | None, rounds: Sequence[Json] = ()) -> list[Step]:
    """The whole map with what is known of its items."""
    known = {one["item"]: one["figures"] for one in (evidence or {}).get("items", [])}
    return [_step(step, known, rounds) for step in document["steps"]]


def _step(step: Json, known: Json, rounds: Sequence[Json]) -> Step:
    items = [_item(item, known, rounds) for item in step.get("items", [])]
    cells = [Cell(row, _(name), [one for one in items if one.row == row]) for row, name in ROW_NAMES.items()]
    hint = STEP_HINTS[step["id"]]
    return Step(step["id"], step_name(step), _(hint), cells)


def _item(item: Json, known: Json, rounds: Sequence[Json]) -> Item:
    asked = item.get("evidence", {})
    pulse = pulse_figures(asked, rounds)
    figures = pulse or [figure_of(one) for one in known.get(item["id"], [])]
    return Item(item["id"], item["row"], told(item["title"]), bool(item.get("quote")), asked, figures)


def item_of(document: Json, item_id: str) -> tuple[Json, Json] | None:
    """An item of the document and its step."""
    for step in document["steps"]:
        for item in step.get("items", []):
            if item["id"] == item_id:
                return step, item
    return None


def place_of(pointer: str) -> str:
    """Where two versions differ, in words: `/steps/act/items/applies/title/en` → Act · applies · title · en."""
    parts = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/") if part]
    if parts[:1] == ["steps"] and len(parts) > 1 and parts[1] in STEPS:
        parts = [usual_name(parts[1]), *[part for part in parts[2:] if part != "items"]]
    return " · ".join(parts) or "–"


def in_words(value: Any) -> str:
    """A part of a document, short."""
    if isinstance(value, dict):
        return told(value["title"]) if "title" in value else told(value) if _is_text(value) else ", ".join(value)
    if isinstance(value, list):
        return " → ".join(str(one) for one in value)
    return "" if value is None else str(value)


def _is_text(value: Json) -> bool:
    return bool(value) and all(isinstance(one, str) for one in value.values())
