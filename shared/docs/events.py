"""The events catalogue, `docs/events.md`: what happens, who says it, who listens."""

import inspect
from collections.abc import Iterator, Sequence
from typing import Any

from shared.contracts.envelope import Event
from shared.docs.schemas import schema_of
from shared.service import Service

HEAD = """# Events

Made by `sojourn docs` from `shared/contracts/` and the services' declarations. Every event is a CloudEvents 1.0 message
in Kafka's binary mode: attributes are `ce_…` headers, the record's key is the aggregate's id, the value is JSON.
`<room>.events` topics are kept for ever and hold ids and facts only; `<room>.personal` topics are compacted and hold
names, contact data and words, and a record without a value (a tombstone) means: forget this subject.
"""


def pages(services: Sequence[Service]) -> dict[str, str]:
    lines = [HEAD, *_who_hears_whom(services)]
    for service in services:
        lines += [f"\n## {service.title} (`{service.name}`)\n", service.summary]
        for event in service.says:
            lines += _entry(event, services)
    return {"docs/events.md": "\n".join(lines) + "\n"}


def hearers(event: type[Event], services: Sequence[Service]) -> list[str]:
    """The rooms that handle an event."""
    return [service.name for service in services if event in service.hears]


def _who_hears_whom(services: Sequence[Service]) -> Iterator[str]:
    names = [service.name for service in services]
    yield "| says ↓ heard by → | " + " | ".join(names) + " |"
    yield "| --- |" + " --: |" * len(names)
    for speaker in services:
        counts = [len(set(speaker.says) & set(listener.hears)) for listener in services]
        yield f"| **{speaker.name}** | " + " | ".join(str(count or "–") for count in counts) + " |"


def _entry(event: type[Event], services: Sequence[Service]) -> Iterator[str]:
    yield f"\n### `{event.TYPE}`\n"
    yield inspect.cleandoc(event.__doc__ or "")
    heard = ", ".join(hearers(event, services)) or "nobody yet"
    yield f"\nTopic `{event.TOPIC}`, key `{event.KEY}`; heard by {heard}.\n"
    yield "| field | type | |\n| --- | --- | --- |"
    schema = schema_of(event.TYPE)
    for name, field in schema["properties"].items():
        must = "" if name in schema.get("required", ()) else "optional"
        yield f"| `{name}` | {kind(field, schema)} | {must} |"


def kind(field: dict[str, Any], root: dict[str, Any]) -> str:
    """A field's type in a word or two."""
    if reference := field.get("$ref"):
        found = root["$defs"][reference.rpartition("/")[2]]
        return " · ".join(f"`{value}`" for value in found["enum"]) if "enum" in found else found.get("title", "object")
    if options := field.get("anyOf"):
        return " or ".join(kind(option, root) for option in options)
    if field.get("type") == "array":
        return f"list of {kind(field['items'], root)}"
    if field.get("type") == "object":
        key, value = field.get("propertyNames", {}), field.get("additionalProperties", {})
        return f"{kind(key, root) or 'text'} → {kind(value, root)}"
    return {"null": "nothing"}.get(field.get("type", ""), field.get("format") or field.get("type") or "")
