"""Documents that are made from the code: `sojourn docs` writes them, a test fails when one is out of date."""

import importlib
from collections.abc import Sequence
from pathlib import Path

from shared.contracts.topics import ROOMS
from shared.service import Service, discover, load

Pages = dict[str, str]


def services() -> list[Service]:
    """All rooms that are there, with every contract loaded."""
    for room in ROOMS:
        importlib.import_module(f"shared.contracts.{room}")
    return [load(room) for room in discover()]


def pages(rooms: Sequence[Service]) -> Pages:
    """Every generated file by its path from the project's root."""
    from shared.docs import asyncapi, events, openapi, rules, schemas, settings

    made: Pages = {}
    for part in (schemas, events, asyncapi, openapi, settings, rules):
        made |= part.pages(rooms)
    return made | {f"docs/{name}": make() for room in rooms for name, make in room.documents.items()}


def write(root: Path, *, check: bool = False) -> list[str]:
    """Write what differs (or, with `check`, only say it); the paths that did. A broken contract is a ValueError."""
    from shared.docs import figures
    from shared.docs.schemas import refuse_breaks

    rooms = services()
    refuse_breaks(root)
    stale = []
    for path, text in (pages(rooms) | figures.pages(root)).items():
        file = root / path
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            stale.append(path)
            if not check:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8")
    return stale
