"""JSON Schemas of all events, as published in `shared/contracts/schemas/`."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from shared.contracts.compat import breaks
from shared.contracts.envelope import CATALOGUE
from shared.service import Service

FOLDER = "shared/contracts/schemas"


def schema_of(type_: str) -> dict[str, Any]:
    """The schema of an event's data."""
    schema = CATALOGUE[type_].model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": f"urn:sojourn:{type_}", **schema}


def pages(_services: Sequence[Service]) -> dict[str, str]:
    return {f"{FOLDER}/{type_}.json": json.dumps(schema_of(type_), indent=2) + "\n" for type_ in sorted(CATALOGUE)}


def refuse_breaks(root: Path) -> None:
    """ValueError when a class no longer keeps its published schema, or a published one has no class."""
    problems = []
    for file in sorted((root / FOLDER).glob("*.json")):
        type_ = file.stem
        if type_ not in CATALOGUE:
            problems.append(f"{type_} is published and has no class any more")
            continue
        problems += [f"{type_}: {what}" for what in breaks(json.loads(file.read_text()), schema_of(type_))]
    if problems:
        raise ValueError("contracts only grow; make a new version beside the old one. " + "; ".join(problems))
