"""Examples made from schemas, for bodies whose author wrote none: field examples first, then defaults, then formats."""

from typing import Any

FORMATS = {
    "uuid": "018f6f3e-3c5a-7b1e-9d3a-5f0c2a7e4b11",
    "date": "2026-03-01",
    "date-time": "2026-03-01T09:30:00Z",
    "time": "09:30:00",
    "email": "ioana@example.org",
    "uri": "https://example.org/",
}
DEEPEST = 8


def example_of(schema: dict[str, Any], schemas: dict[str, Any], depth: int = 0) -> Any:
    """A value that fits the schema; None where nothing better is known."""
    schema = _resolved(schema, schemas)
    if (given := _given(schema)) is not None:
        return given
    if depth > DEEPEST:
        return None
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return _of_choice(schema[choice], schemas, depth)
    kind = schema.get("type")
    if kind == "object" or "properties" in schema:
        fields = schema.get("properties", {}).items()
        return {name: example_of(field, schemas, depth + 1) for name, field in fields}
    if kind == "array":
        return [example_of(schema["items"], schemas, depth + 1)] if schema.get("items") else []
    return _scalar(kind, schema)


def _resolved(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        beside = {name: value for name, value in schema.items() if name != "$ref"}
        schema = {**schemas.get(schema["$ref"].rpartition("/")[2], {}), **beside}
    return schema


def _given(schema: dict[str, Any]) -> Any:
    if schema.get("examples"):
        return schema["examples"][0]
    for name in ("example", "const", "default"):
        if schema.get(name) is not None:
            return schema[name]
    return schema["enum"][0] if schema.get("enum") else None


def _of_choice(choices: list[dict[str, Any]], schemas: dict[str, Any], depth: int) -> Any:
    real = [choice for choice in choices if choice.get("type") != "null"]
    return example_of(real[0], schemas, depth + 1) if real else None


def _scalar(kind: Any, schema: dict[str, Any]) -> Any:
    if kind == "string":
        text = FORMATS.get(schema.get("format", ""), "text")
        return text.ljust(schema.get("minLength", 0), "x")[: schema.get("maxLength", len(text) + 200)]
    if kind in ("integer", "number"):
        return schema.get("minimum", 1)
    return True if kind == "boolean" else None
