"""Documents that people write, as YAML or as plain values: read strictly, and every fault told with its place."""

from collections.abc import Iterable
from importlib import import_module

from shared.errors import FieldError, Invalid
from shared.strict_yaml import plain
from shared.web.problems import pointer

Fault = tuple[tuple[str | int, ...], str]


def content_of(text: str | None, content: object) -> tuple[str, object]:
    """The field of a body that the faults point into, and the plain values; Invalid for what is no YAML."""
    if text is None:
        return "content", content
    try:
        return "yaml", plain(text)
    except (import_module("yaml").YAMLError, RecursionError) as error:
        raise Invalid(errors=[FieldError("#/yaml", " ".join(str(error).split())[:300])]) from None


def refused(field: str, faults: Iterable[Fault]) -> Invalid:
    """Each fault with the pointer to its place."""
    told = [(pointer([field, *path]), what[:1].upper() + what[1:]) for path, what in faults]
    return Invalid(errors=[FieldError(place, f"{what}.") for place, what in told])
