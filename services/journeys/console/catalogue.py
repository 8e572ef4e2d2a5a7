"""The event catalogue for readers: every type with its owner, key, story and fields, from the contracts themselves."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from shared.contracts.envelope import CATALOGUE, Event

OURS = "shared.contracts."


@dataclass(frozen=True, slots=True)
class Line:
    """One field."""

    name: str
    kind: str
    optional: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """One event type. `first` is the summary of its story."""

    type: str
    key: str
    topic: str
    personal: bool
    story: str
    fields: tuple[Line, ...]

    @property
    def anchor(self) -> str:
        return self.type.replace(".", "-")

    @property
    def name(self) -> str:
        return self.type.split(".")[1].replace("-", " ").capitalize()


@cache
def by_room() -> dict[str, list[Shown]]:
    """Event types by the room that owns them, in the order of the contracts."""
    found: dict[str, list[Shown]] = {}
    for event in CATALOGUE.values():
        if event.__module__.startswith(OURS):
            found.setdefault(event.TYPE.partition(".")[0], []).append(_shown(event))
    return found


def _shown(event: type[Event]) -> Shown:
    schema = event.model_json_schema()
    required, parts = set(schema.get("required", ())), schema.get("$defs", {})
    fields = tuple(
        Line(name, _kind(field, parts), name not in required) for name, field in schema["properties"].items()
    )
    story = " ".join((event.__doc__ or "").split())
    return Shown(event.TYPE, event.KEY, event.TOPIC, event.PERSONAL, story, fields)


def _kind(field: dict[str, Any], parts: dict[str, Any]) -> str:
    """What a field holds, in a few words."""
    if "$ref" in field:
        return _kind(parts[field["$ref"].rpartition("/")[2]], parts)
    if "anyOf" in field:
        kinds = [_kind(one, parts) for one in field["anyOf"] if one.get("type") != "null"]
        return " or ".join(kinds) + (" or null" if len(kinds) < len(field["anyOf"]) else "")
    if "enum" in field:
        return " | ".join(map(str, field["enum"]))
    if field.get("type") == "array":
        return f"list of {_kind(field.get('items', {}), parts)}"
    if "properties" in field:
        return "{" + ", ".join(field["properties"]) + "}"
    if field.get("type") == "object":
        return f"map to {_kind(field.get('additionalProperties', {}), parts)}"
    if "pattern" in field:
        return "code"
    return str(field.get("format") or field.get("type") or "value")
