"""The AsyncAPI 3.0 document, `docs/asyncapi.yaml`: topics as channels, events as messages, rooms as operations."""

import inspect
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from shared.contracts.envelope import CATALOGUE, Event
from shared.contracts.topics import TOPICS, Topic
from shared.docs.schemas import schema_of
from shared.service import Service

EXAMPLES = Path(__file__).parent.parent / "contracts" / "examples"
TEXT = {"type": "string"}
HEADERS: dict[str, dict[str, Any]] = {
    "ce_specversion": {"type": "string", "const": "1.0"},
    "ce_id": {"type": "string", "format": "uuid", "description": "once per event"},
    "ce_type": TEXT,
    "ce_source": TEXT,
    "ce_subject": {"type": "string", "format": "uuid", "description": "the aggregate; also the record's key"},
    "ce_time": {"type": "string", "format": "date-time", "description": "when it was recorded (business time)"},
    "ce_effectiveon": {"type": "string", "format": "date", "description": "the day on which it counts"},
    "ce_sequence": {"type": "string", "pattern": "^[1-9][0-9]*$", "description": "1, 2, 3 … per aggregate and topic"},
    "ce_correlationid": {"type": "string", "format": "uuid"},
    "ce_causationid": {"type": "string", "format": "uuid"},
    "ce_traceparent": TEXT,
}
OPTIONAL = {"ce_causationid", "ce_traceparent"}


def document(services: Sequence[Service]) -> dict[str, Any]:
    """The whole document as data."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Sojourn",
            "version": "1.0.0",
            "description": "What the rooms of an internship exchange tell each other. CloudEvents 1.0 in binary mode.",
        },
        "defaultContentType": "application/json",
        "servers": {"kafka": {"host": "127.0.0.1:9092", "protocol": "kafka"}},
        "channels": {_id(topic.name): _channel(topic) for topic in TOPICS.values() if _events(topic)},
        "operations": _operations(services),
        "components": {
            "messages": {_id(type_): _message(event) for type_, event in sorted(CATALOGUE.items())},
            "messageTraits": {"cloudevent": {"headers": _headers()}},
        },
    }


def pages(services: Sequence[Service]) -> dict[str, str]:
    text = yaml.safe_dump(json.loads(json.dumps(document(services))), sort_keys=False, allow_unicode=True, width=110)
    return {"docs/asyncapi.yaml": "# Made by `sojourn docs`.\n" + text}


def _id(name: str) -> str:
    return name.replace(".", "_").replace("-", "_")


def _events(topic: Topic) -> list[str]:
    return sorted(type_ for type_, event in CATALOGUE.items() if topic.name == event.TOPIC)


def _headers() -> dict[str, Any]:
    return {"type": "object", "required": [name for name in HEADERS if name not in OPTIONAL], "properties": HEADERS}


def _channel(topic: Topic) -> dict[str, Any]:
    kept = "the last word per subject; a tombstone erases" if topic.personal else "kept for ever"
    return {
        "address": topic.name,
        "description": f"Owned by {topic.owner}; {kept}.",
        "messages": {_id(type_): {"$ref": f"#/components/messages/{_id(type_)}"} for type_ in _events(topic)},
        "bindings": {"kafka": {"partitions": topic.partitions, "bindingVersion": "0.5.0"}},
    }


def _message(event: type[Event]) -> dict[str, Any]:
    schema = {word: value for word, value in schema_of(event.TYPE).items() if not word.startswith("$s")}
    file = EXAMPLES / f"{event.TYPE}.json"
    examples = json.loads(file.read_text(encoding="utf-8")) if file.exists() else []
    return {
        "name": event.TYPE,
        "title": event.__name__,
        "summary": inspect.cleandoc(event.__doc__ or ""),
        "contentType": "application/json",
        "traits": [{"$ref": "#/components/messageTraits/cloudevent"}],
        "payload": {"schemaFormat": "application/schema+json;version=draft-07", "schema": _inline(schema, schema)},
        "examples": [{"payload": example} for example in examples],
    }


def _inline(part: Any, root: dict[str, Any]) -> Any:
    """References inside a payload schema would point into the document: put what they mean in their place."""
    if isinstance(part, list):
        return [_inline(item, root) for item in part]
    if not isinstance(part, dict):
        return part
    if reference := part.get("$ref"):
        return _inline(root["$defs"][reference.rpartition("/")[2]], root)
    return {word: _inline(value, root) for word, value in part.items() if word not in {"$defs", "$id"}}


def _operations(services: Sequence[Service]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for service in services:
        for action, events in (("send", service.says), ("receive", tuple(service.hears))):
            for topic in sorted({event.TOPIC for event in events}):
                types = sorted(event.TYPE for event in events if topic == event.TOPIC)
                made[f"{service.name}_{action}s_{_id(topic)}"] = _operation(action, service, topic, types)
    return made


def _operation(action: str, service: Service, topic: str, types: Sequence[str]) -> dict[str, Any]:
    return {
        "action": action,
        "title": f"{service.title}: {'says' if action == 'send' else 'hears'} {topic}",
        "channel": {"$ref": f"#/channels/{_id(topic)}"},
        "messages": [{"$ref": f"#/channels/{_id(topic)}/messages/{_id(type_)}"} for type_ in types],
    }
