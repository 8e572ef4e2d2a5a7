"""Plans over plans: a committee's plan says only what differs from the wider ones; the nearest one wins."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.notifications import plan as reading
from services.notifications.policy import INTERNAL, Entry, Plan
from shared.ids import derived_id

Source = tuple[str, int]


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """One version of one plan: touchpoints that it adds or replaces by code, and codes that it leaves out.

    Each process holds one of each version: they are told apart by identity.
    """

    id: UUID
    plan: str
    number: int
    touchpoints: tuple[Entry, ...]
    without: tuple[str, ...] = ()

    def entry(self, code: str) -> Entry | None:
        return next((entry for entry in self.touchpoints if entry.code == code), None)


@dataclass(frozen=True, slots=True, eq=False)
class Composed:
    """What an application follows: one plan, and for each code the version that its entry came from."""

    plan: Plan
    sources: Mapping[str, Source]
    versions: tuple[UUID, ...]
    entries: Mapping[str, Entry]
    for_applications: tuple[Entry, ...]
    internal: frozenset[str]

    def source(self, code: str) -> Source:
        return self.sources.get(code, (self.plan.plan, self.plan.version))


def compose(layers: Sequence[Layer]) -> Composed:
    """From the widest to the nearest: a later one replaces, adds and leaves out. The order of codes stays."""
    entries: dict[str, Entry] = {}
    sources: dict[str, Source] = {}
    for layer in layers:
        for code in layer.without:
            entries.pop(code, None)
            sources.pop(code, None)
        for entry in layer.touchpoints:
            entries[entry.code] = entry
            sources[entry.code] = (layer.plan, layer.number)
    last = layers[-1]
    plan = Plan(last.plan, last.number, tuple(entries.values()))
    internal = frozenset(entry.code for entry in plan.touchpoints if entry.trigger.event in INTERNAL)
    ids = tuple(layer.id for layer in layers)
    return Composed(plan, sources, ids, entries, plan.for_applications(), internal)


def read_layer(content: Any, plan: str, number: int, id_: UUID) -> Layer:
    """A version from its content `{touchpoints, without}`; PlanError with all of its faults."""
    if not isinstance(content, dict):
        raise reading.PlanError(plan, ["/: a plan is an object with touchpoints"])
    rest = {name: value for name, value in content.items() if name not in ("without", "plan", "version")}
    without = content.get("without") or []
    faults: list[str] = []
    if not isinstance(without, list | tuple) or not all(isinstance(code, str) for code in without):
        faults, without = ["without: it is a list of codes"], []
    try:
        checked = reading.check({"touchpoints": [], **rest, "plan": plan, "version": number}, plan)
    except reading.PlanError as error:
        raise reading.PlanError(plan, [*faults, *error.faults]) from None
    both = sorted({entry.code for entry in checked.touchpoints} & set(without))
    faults += [f"without: {code} is a touchpoint of this plan as well" for code in both]
    if faults:
        raise reading.PlanError(plan, faults)
    return Layer(id_, plan, number, checked.touchpoints, tuple(without))


def content_of(layer: Layer) -> dict[str, Any]:
    """A version as JSON values."""
    shown = reading.shown(Plan(layer.plan, layer.number, layer.touchpoints))
    return {"touchpoints": shown["touchpoints"], "without": list(layer.without)}


def digest_of(value: Any) -> str:
    """The SHA-256 of a JSON value, whatever the order of its names."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


_widest: list[tuple[Plan, Layer]] = []


def shipped() -> Layer:
    """The plan of this release as the widest layer."""
    current = reading.current()
    if not _widest or _widest[0][0] is not current:
        id_ = version_id(current.plan, current.version)
        _widest[:] = [(current, Layer(id_, current.plan, current.version, current.touchpoints))]
    return _widest[0][1]


def version_id(plan: str, number: int) -> UUID:
    return derived_id("plan-version", plan, number)


def differences(before: Mapping[str, Entry], after: Mapping[str, Entry]) -> list[dict[str, Any]]:
    """Per code what is added, removed, or changed field by field."""
    found: list[dict[str, Any]] = []
    for code in dict.fromkeys((*before, *after)):
        one, two = before.get(code), after.get(code)
        if one == two:
            continue
        old, new = (_fields(one), _fields(two))
        changed = {
            name: {"before": old.get(name), "after": new.get(name)}
            for name in dict.fromkeys((*old, *new))
            if old.get(name) != new.get(name)
        }
        what = "added" if one is None else "removed" if two is None else "changed"
        found.append({"touchpoint": code, "what": what, "fields": changed if what == "changed" else {}})
    return found


def _fields(entry: Entry | None) -> dict[str, Any]:
    if entry is None:
        return {}
    shown: dict[str, Any] = reading.shown(Plan("-", 1, (entry,)))["touchpoints"][0]
    return shown
