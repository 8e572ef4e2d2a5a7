"""The programmes that ship with the room: one readable file each, checked when the room starts."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import yaml
from pydantic import ValidationError

from services.surveys.policy.programmes import About, Programme

FOLDER = Path(__file__).parent


class ProgrammeFault(Exception):
    """A programme's file that can't be used; says which, where in it, and why."""


def read(text: str, name: str) -> Programme:
    """A programme from the text of its file; ProgrammeFault with the file's name and every place in it."""
    try:
        return Programme.model_validate(yaml.safe_load(text))
    except yaml.YAMLError as error:
        raise ProgrammeFault(f"{name}: {error}") from error
    except ValidationError as error:
        lines = [
            f"  {'/'.join(map(str, fault['loc'])) or 'the whole'}: {fault['msg'].removeprefix('Value error, ')}"
            for fault in error.errors()
        ]
        raise ProgrammeFault("\n".join([f"{name}:", *lines])) from None


def load(folder: Path = FOLDER) -> Mapping[str, Programme]:
    """Every `*.yaml` of a folder, which is named `<code>.yaml`, in the order of the names."""
    found = {}
    for file in sorted(folder.glob("*.yaml")):
        programme = read(file.read_text("utf-8"), file.name)
        if file.stem != programme.code:
            raise ProgrammeFault(f"{file.name}: it says {programme.code}")
        found[programme.code] = programme
    return found


_SHIPPED = load()
_chosen: list[Mapping[str, Programme]] = []


def current() -> Mapping[str, Programme]:
    """The programmes in use, by code."""
    return (_chosen or [_SHIPPED])[-1]


def asking_about(about: About) -> list[Programme]:
    return [one for one in current().values() if one.about is about]


@contextmanager
def using(*programmes: Programme) -> Iterator[None]:
    """Other programmes for this process: for tests."""
    chosen = {one.code: one for one in programmes}
    _chosen.append(chosen)
    try:
        yield
    finally:
        _chosen.remove(chosen)
