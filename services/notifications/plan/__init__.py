"""The plan as data: read from YAML, checked whole, with every fault named by where it is."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError

from services.notifications import texts
from services.notifications.plan.standards import catalogue
from services.notifications.policy import Entry, Kind, Plan

DEFAULT = Path(__file__).with_name("default.yaml")
STANDARDS = catalogue().codes


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
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")


@cache
def current() -> Plan:
    """The plan in use: the one that is shipped."""
    return parse(DEFAULT.read_text("utf-8"), DEFAULT.name)


def parse(text: str, source: str = "plan") -> Plan:
    """The plan of a YAML text; PlanError with all of its faults."""
    return check(load(text, source), source)


def load(text: str, source: str = "plan") -> Any:
    """The values of a YAML text (JSON is one too); PlanError when it can't be read."""
    if text.count("&") + text.count("*") > MOST_ALIASES:
        raise PlanError(source, ["/: it has too many anchors and aliases"])
    try:
        return yaml.load(text, _Loader)  # noqa: S506 – a SafeLoader of our own
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise PlanError(source, ["/: " + (" ".join(str(error).split()) or "it can't be read")]) from None


def check(data: Any, source: str = "plan") -> Plan:
    """The plan of these values; PlanError with all of its faults."""
    try:
        plan = _SHAPE.validate_python(data)
    except ValidationError as error:
        faults = [f"{'/'.join(map(str, fault['loc'])) or '/'}: {fault['msg']}" for fault in error.errors()]
        raise PlanError(source, faults) from None
    if faults := _faults(plan):
        raise PlanError(source, faults)
    return plan


def shown(plan: Plan) -> dict[str, Any]:
    """The plan as JSON values."""
    return _SHAPE.dump_python(plan, mode="json")  # type: ignore[no-any-return]


def _faults(plan: Plan) -> list[str]:
    codes = [entry.code for entry in plan.touchpoints]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    faults = [f"touchpoints: the code {code} appears twice" for code in twice]
    if plan.version < 1:
        faults.append("version: it starts at 1")
    for position, entry in enumerate(plan.touchpoints):
        faults += [f"touchpoints/{position} ({entry.code}): {fault}" for fault in _entry_faults(entry)]
    return faults


def _place(fault: str) -> tuple[str, str]:
    """`touchpoints/2 (hello): needs: nobody knows …` stands at /touchpoints/2/needs."""
    where, _, detail = fault.partition(": ")
    path = where.partition(" ")[0].strip("/")
    field = re.match(r"[a-z_]+", detail)
    if "(" in where and field and field[0] in Entry.__dataclass_fields__:
        path = f"{path}/{field[0]}"
    return (f"/{path}" if path else ""), detail


def _entry_faults(entry: Entry) -> list[str]:
    trigger = entry.trigger
    faults = [] if _CODE.fullmatch(entry.code) else ["code: it is made of small letters, digits and hyphens"]
    if (trigger.event is None) == (trigger.anchor is None):
        faults.append("trigger needs either an event or an anchor")
    if trigger.event is not None and (trigger.days or trigger.at):
        faults.append("trigger: days and at go with an anchor only")
    if trigger.anchor is not None and trigger.at is None:
        faults.append("trigger: an anchor needs `at`, a local time in quotes")
    if abs(trigger.days) > 366:
        faults.append("trigger: days lies beyond a year")
    if not 0 <= entry.late.after_hours <= 24 * 366:
        faults.append("late: after_hours lies between 0 and a year")
    if unknown := [need for need in entry.needs if need not in texts.FACTS]:
        faults.append(f"needs: nobody knows {', '.join(unknown)}; there are {', '.join(sorted(texts.FACTS))}")
    if entry.proves and entry.proves.standard not in STANDARDS:
        faults.append(f"proves: {entry.proves.standard} is no exchange standard")
    return faults + _text_faults(entry)


def _text_faults(entry: Entry) -> list[str]:
    faults = [] if entry.letter or entry.kind is Kind.task else ["letter: a message needs one"]
    for language in texts.languages():
        if entry.letter and entry.letter not in texts.words(language).letters:
            faults.append(f"letter: {entry.letter} isn't written in {language}")
        if entry.document and entry.document not in texts.words(language).documents:
            faults.append(f"document: {entry.document} isn't written in {language}")
    return faults
