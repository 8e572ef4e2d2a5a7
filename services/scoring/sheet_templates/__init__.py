"""The sheet templates that ship with the room: one readable file a version, checked when the room starts."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from services.scoring.policy.sheets.templates import Fault, Faulty, Template
from shared.strict_yaml import plain

FOLDER = Path(__file__).parent
FIRST_PUBLISHED = 101  # versions below are kept for what ships, so that a release never meets a published one


class TemplateFault(Exception):
    """A template file that can't be used; says which, where in it, and why."""


class Unsound(Exception):
    """A template that can't be used: each fault with the path to it."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(what for _, what in faults))
        self.faults = faults


def parse(content: Any) -> Template:
    """A template from plain values; Unsound with everything that is wrong with it."""
    try:
        return Template.model_validate(content)
    except ValidationError as error:
        raise Unsound([fault for one in error.errors() for fault in _faults(one)]) from None


def _faults(one: Mapping[str, Any]) -> list[Fault]:
    whole = one.get("ctx", {}).get("error")
    if isinstance(whole, Faulty):
        return whole.faults
    return [(one["loc"], one["msg"].removeprefix("Value error, "))]


def load(folder: Path = FOLDER) -> dict[tuple[str, int], Template]:
    """Every `*.yaml` of a folder, which is named `<id>-<version>.yaml`."""
    found: dict[tuple[str, int], Template] = {}
    for file in sorted(folder.glob("*.yaml")):
        template, version = _read(file)
        if version >= FIRST_PUBLISHED:
            raise TemplateFault(f"{file.name}: versions from {FIRST_PUBLISHED} on are for what managers publish")
        found[template.id, version] = template
    return found


def _read(file: Path) -> tuple[Template, int]:
    id_, _, version = file.stem.rpartition("-")
    try:
        template = parse(plain(file.read_text("utf-8")))
    except yaml.YAMLError as error:
        raise TemplateFault(f"{file.name}: {error}") from error
    except Unsound as unsound:
        lines = [f"  {'/'.join(map(str, path)) or 'the whole'}: {what}" for path, what in unsound.faults]
        raise TemplateFault("\n".join([f"{file.name}:", *lines])) from None
    if template.id != id_ or not version.isdigit():
        raise TemplateFault(f"{file.name}: it says {template.id}")
    return template, int(version)


SHIPPED = load()
