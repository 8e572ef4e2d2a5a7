"""The catalogue of standards that is shipped: read from YAML and checked whole when it is first asked for."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError

from services.notifications.policy.standards import Catalogue, faults

DEFAULT = Path(__file__).with_name("standards.yaml")
_SHAPE = TypeAdapter(Catalogue)


class CatalogueError(ValueError):
    """The catalogue can't be used; `faults` are all of its faults, each with its place."""

    def __init__(self, source: str, found: list[str]) -> None:
        super().__init__(f"{source} is no catalogue of standards: " + "; ".join(found))
        self.faults = found


@cache
def catalogue() -> Catalogue:
    """The catalogue in use: the one that is shipped."""
    return read(DEFAULT.read_text("utf-8"), DEFAULT.name)


def read(text: str, source: str = "catalogue") -> Catalogue:
    """The catalogue of a YAML text; CatalogueError with all of its faults."""
    try:
        found = _SHAPE.validate_python(yaml.safe_load(text))
    except yaml.YAMLError as error:
        raise CatalogueError(source, [" ".join(str(error).split())]) from None
    except ValidationError as error:
        named = [f"{'/'.join(map(str, fault['loc'])) or '/'}: {fault['msg']}" for fault in error.errors()]
        raise CatalogueError(source, named) from None
    if wrong := faults(found):
        raise CatalogueError(source, wrong)
    return found


def shown(found: Catalogue) -> dict[str, Any]:
    """The catalogue as JSON values."""
    return _SHAPE.dump_python(found, mode="json")  # type: ignore[no-any-return]
