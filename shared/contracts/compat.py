"""The compatibility gate: a published schema may only gain optional fields; anything else is a `.v2` beside it."""

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]
WORDS = {"title", "description", "examples", "default"}


def breaks(published: Schema, new: Schema) -> list[str]:
    """Why readers or writers of the published schema could stumble over the new one; empty when none can."""
    return list(_object(published, new, published, new, "#"))


def _object(old: Schema, new: Schema, old_root: Schema, new_root: Schema, at: str) -> Iterator[str]:
    before, after = old.get("properties", {}), new.get("properties", {})
    for name, schema in before.items():
        if name not in after:
            yield f"{at}/{name} is gone"
        else:
            yield from _value(schema, after[name], old_root, new_root, f"{at}/{name}")
    needed, needs = set(old.get("required", ())), set(new.get("required", ()))
    for name in sorted(needs - needed):
        yield f"{at}/{name} is required now"
    for name in sorted(needed - needs):
        yield f"{at}/{name} is no longer certain to be there"


def _value(old: Schema, new: Schema, old_root: Schema, new_root: Schema, at: str) -> Iterator[str]:
    old, new = _resolved(old, old_root), _resolved(new, new_root)
    if "properties" in old and "properties" in new:
        yield from _object(old, new, old_root, new_root, at)
        return
    for word in sorted((old.keys() | new.keys()) - WORDS):
        here, there = old.get(word), new.get(word)
        if (
            word in {"items", "additionalProperties", "propertyNames"}
            and isinstance(here, dict)
            and isinstance(there, dict)
        ):
            yield from _value(here, there, old_root, new_root, f"{at}/{word}")
        elif word == "anyOf" and here and there and len(here) == len(there):
            for number, (one, other) in enumerate(zip(here, there, strict=True)):
                yield from _value(one, other, old_root, new_root, f"{at}/anyOf/{number}")
        elif here != there:
            yield f"{at}: {word} was {here!r}, is {there!r}"


def _resolved(schema: Schema, root: Schema) -> Schema:
    reference = schema.get("$ref")
    if reference is None:
        return schema
    found: Any = root
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return {**found, **{word: value for word, value in schema.items() if word != "$ref"}}
