"""The plan as data: read from YAML, checked whole, with every fault named by where it is."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError

from services.notifications.plan.checks import STANDARDS as STANDARDS
from services.notifications.plan.checks import faults, uncarried
from services.notifications.policy import Entry, Plan

DEFAULT = Path(__file__).with_name("default.yaml")


class PlanError(ValueError):
    """The plan can't be used; `faults` are all of its faults, each as `touchpoints/2/trigger: what is wrong`."""

    def __init__(self, source: str, faults: list[str]) -> None:
        super().__init__(f"{source} is no plan: " + "; ".join(faults))
        self.faults = faults

    @property
    def places(self) -> list[tuple[str, str]]:
        """The faults as JSON pointer (without `#`) and detail."""
        return [_place(fault) for fault in self.faults]


class _Loader(yaml.SafeLoader):
    """YAML without its surprises: `10:00` is no number, `no` is the language, a key appears once."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value]
        if twice := sorted({key for key in keys if keys.count(key) > 1}):
            raise yaml.constructor.ConstructorError(None, None, f"{', '.join(twice)} appears twice", node.start_mark)
        return super().construct_mapping(node, deep)


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("tag:yaml.org,2002:int", r"^[-+]?[0-9]+$", "-+0123456789"),
    ("tag:yaml.org,2002:bool", r"^(true|false)$", "tf"),
    ("tag:yaml.org,2002:null", r"^(null|~|)$", "n~\0"),
):
    _Loader.add_implicit_resolver(_tag, re.compile(_pattern), list(_first))

_SHAPE = TypeAdapter(Plan)
MOST_ALIASES = 500  # an alias may stand for a thousand others
_chosen: list[Plan] = []


def current() -> Plan:
    """The plan in use, as far as no other one was published."""
    return _chosen[-1] if _chosen else shipped()


@contextmanager
def using(plan: Plan) -> Iterator[None]:
    """Another plan for this process: for tests and simulations."""
    _chosen.append(plan)
    try:
        yield
    finally:
        _chosen.remove(plan)


@cache
def shipped() -> Plan:
    """The plan that comes with the room."""
    return parse(DEFAULT.read_text("utf-8"), DEFAULT.name)


def parse(text: str, source: str = "plan") -> Plan:
    """The whole plan of a YAML text; PlanError with all of its faults."""
    plan = check(load(text, source), source)
    if found := uncarried(plan):
        raise PlanError(source, found)
    return plan


def load(text: str, source: str = "plan") -> Any:
    """The values of a YAML text (JSON is one too); PlanError when it can't be read."""
    if text.count("&") + text.count("*") > MOST_ALIASES:
        raise PlanError(source, ["/: it has too many anchors and aliases"])
    try:
        return yaml.load(text, _Loader)  # noqa: S506 – a SafeLoader of our own
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise PlanError(source, ["/: " + (" ".join(str(error).split()) or "it can't be read")]) from None


def check(data: Any, source: str = "plan") -> Plan:
    """The plan, or a part of one, of these values; PlanError with all of its faults."""
    try:
        plan = _SHAPE.validate_python(data)
    except ValidationError as error:
        found = [f"{'/'.join(map(str, fault['loc'])) or '/'}: {fault['msg']}" for fault in error.errors()]
        raise PlanError(source, found) from None
    if found := faults(plan):
        raise PlanError(source, found)
    return plan


def shown(plan: Plan) -> dict[str, Any]:
    """The plan as JSON values."""
    return _SHAPE.dump_python(plan, mode="json")  # type: ignore[no-any-return]


def _place(fault: str) -> tuple[str, str]:
    """`touchpoints/2 (hello): needs: nobody knows …` stands at /touchpoints/2/needs."""
    where, _, detail = fault.partition(": ")
    path = where.partition(" ")[0].strip("/")
    field = re.match(r"[a-z_]+", detail)
    if "(" in where and field and field[0] in Entry.__dataclass_fields__:
        path = f"{path}/{field[0]}"
    return (f"/{path}" if path else ""), detail
