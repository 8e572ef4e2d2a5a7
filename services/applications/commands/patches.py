"""Merge patches (RFC 7396): what is left out stays, `null` takes away what may be missing, lists come whole."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field

from shared.web.schemas import Body, Slug


def _distinct(values: list[Any]) -> list[Any]:
    return list(dict.fromkeys(values))


Distinct = AfterValidator(_distinct)
MANY = Field(max_length=50)
Codes = Annotated[list[Slug], MANY, Distinct]


class Patch(Body):
    """A body of which only what was sent counts. A field without a default of its own takes `absent()`."""

    def changes(self) -> dict[str, Any]:
        """What was sent, by attribute."""
        return self.model_dump(exclude_unset=True)


def absent() -> Any:
    """A field that may be left out and can't be null."""
    return Field(default_factory=lambda: None)


def merged(held: dict[str, Any], patch: dict[str, Any]) -> dict[str, Any]:
    """An object with a merge patch applied, one level deep."""
    return {name: value for name, value in (held | patch).items() if value is not None}
