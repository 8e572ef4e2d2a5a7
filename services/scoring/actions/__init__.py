"""The actions that ship with the room, read from `shipped.yaml` and checked when the room starts."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml
from pydantic import ValidationError

from services.scoring.policy.actions import Catalogue
from services.scoring.policy.situations import FACTS

SHIPPED = Path(__file__).with_name("shipped.yaml")


class CatalogueFault(Exception):
    """A catalogue that can't be used; says where in it, and why."""


def read(text: str) -> Catalogue:
    """A catalogue from its text; CatalogueFault with every place that is wrong."""
    try:
        found = Catalogue.model_validate(yaml.safe_load(text))
    except yaml.YAMLError as error:
        raise CatalogueFault(str(error)) from error
    except ValidationError as error:
        lines = [
            f"{'/'.join(map(str, fault['loc'])) or 'the whole'}: {fault['msg'].removeprefix('Value error, ')}"
            for fault in error.errors()
        ]
        raise CatalogueFault("\n".join(lines)) from None
    unknown = [
        f"{action.code}: nobody knows {condition.fact} of an {action.side}"
        for action in found.actions
        for condition in action.when
        if condition.fact not in FACTS[action.side]
    ]
    if unknown:
        raise CatalogueFault("\n".join(unknown))
    return found


_SHIPPED = read(SHIPPED.read_text("utf-8"))
_chosen: list[Catalogue] = []


def current() -> Catalogue:
    """The actions in use."""
    return (_chosen or [_SHIPPED])[-1]


@contextmanager
def using(catalogue: Catalogue) -> Iterator[None]:
    """Another catalogue for this process: for tests."""
    _chosen.append(catalogue)
    try:
        yield
    finally:
        _chosen.remove(catalogue)
