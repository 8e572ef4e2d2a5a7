"""Small changes to a blueprint's document, as a form makes them: each takes a document and gives a new one. Pure."""

import re
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from services.journeys.policy.designs import Fault

Document = Mapping[str, Any]


class CannotEdit(Exception):
    """The change has no place in this document; `fault` says where and why."""

    def __init__(self, *path: str | int, why: str) -> None:
        super().__init__(why)
        self.fault: Fault = (path, why)


def add_step(document: Document, title: str, after: str | None, language: str) -> dict[str, Any]:
    """A new, empty step behind another one, or at the beginning."""
    new = _copy(document)
    taken = {step["id"] for step in new["steps"]}
    place = 0 if after is None else _step_place(new, after) + 1
    new["steps"].insert(place, {"id": _id(title, taken), "title": {language: title}, "items": []})
    return new


def change_step(document: Document, step_id: str, values: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Set parts of a step; a title in one language leaves the others as they are, None takes a part away."""
    new = _copy(document)
    _set(new["steps"][_step_place(new, step_id)], values, language)
    return new


def move_step(document: Document, step_id: str, by: int) -> dict[str, Any]:
    new = _copy(document)
    _move(new["steps"], _step_place(new, step_id), by)
    return new


def remove_step(document: Document, step_id: str) -> dict[str, Any]:
    """Without a step and its items; one has to stay."""
    new = _copy(document)
    if len(new["steps"]) == 1:
        raise CannotEdit("steps", why="a blueprint has at least one step")
    del new["steps"][_step_place(new, step_id)]
    return new


def add_item(document: Document, step_id: str, row: str, title: str, language: str) -> dict[str, Any]:
    """A new item at the end of a cell."""
    new = _copy(document)
    taken = {item["id"] for step in new["steps"] for item in step.get("items", [])}
    items = new["steps"][_step_place(new, step_id)].setdefault("items", [])
    items.append({"id": _id(title, taken), "row": row, "title": {language: title}})
    return new


def change_item(document: Document, item_id: str, values: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Set parts of an item; None takes a part away."""
    new = _copy(document)
    step, place = _item_place(new, item_id)
    _set(step["items"][place], values, language)
    return new


def move_item(document: Document, item_id: str, to: str | None = None, by: int = 0) -> dict[str, Any]:
    """An item to another step (`to`, at its end), or so many places down (up: negative) among those of its cell."""
    new = _copy(document)
    step, place = _item_place(new, item_id)
    if to is not None:
        target = new["steps"][_step_place(new, to)]
        target.setdefault("items", []).append(step["items"].pop(place))
        return new
    item = step["items"][place]
    row = [number for number, one in enumerate(step["items"]) if one["row"] == item["row"]]
    other = row[min(max(row.index(place) + by, 0), len(row) - 1)]
    step["items"][place], step["items"][other] = step["items"][other], item
    return new


def remove_item(document: Document, item_id: str) -> dict[str, Any]:
    new = _copy(document)
    step, place = _item_place(new, item_id)
    del step["items"][place]
    return new


def _copy(document: Document) -> dict[str, Any]:
    return deepcopy(dict(document))


def _step_place(document: Document, step_id: str) -> int:
    for place, step in enumerate(document["steps"]):
        if step["id"] == step_id:
            return place
    raise CannotEdit("steps", why=f"there is no step {step_id} any more")


def _item_place(document: Document, item_id: str) -> tuple[dict[str, Any], int]:
    for step in document["steps"]:
        for place, item in enumerate(step.get("items", [])):
            if item["id"] == item_id:
                return step, place
    raise CannotEdit("steps", why=f"there is no item {item_id} any more")


def _move(listed: list[Any], place: int, by: int) -> None:
    listed.insert(min(max(place + by, 0), len(listed) - 1), listed.pop(place))


def _set(part: dict[str, Any], values: Mapping[str, Any], language: str) -> None:
    for name, value in values.items():
        if name in {"title", "description", "due"} and isinstance(value, str):
            known = part.get(name)
            known = {"und": known} if isinstance(known, str) else known or {}
            part[name] = {code: text for code, text in known.items() if code != "und"} | {language: value}
        elif value is None:
            part.pop(name, None)
        else:
            part[name] = value


def _id(title: str, taken: set[str]) -> str:
    """An id out of a title, which no other part has."""
    plain = re.sub(r"[^a-z0-9]+", "-", title.casefold()).strip("-")[:50] or "part"
    number, found = 1, plain
    while found in taken:
        number += 1
        found = f"{plain}-{number}"
    return found
