"""What the working pages declare is what the rooms' APIs offer: addresses, roles, parameters, fields, versions."""

import re
from functools import cache
from importlib import import_module
from typing import Any

import pytest

from services.journeys.console.work.declare import Action, Column, Family, Section, View
from services.journeys.console.work.families import FAMILIES
from shared.docs import openapi

PART = re.compile(r"\{\w+\}")
CHANGES = "If-Match"
ALWAYS = ("hidden", "lines", "several")


@cache
def document(room: str) -> dict[str, Any]:
    return dict(openapi.document(import_module(f"services.{room}.main").service))


@cache
def operations(room: str) -> dict[tuple[str, str], dict[str, Any]]:
    paths = document(room)["paths"]
    every = ((verb, path, found) for path, verbs in paths.items() for verb, found in verbs.items())
    return {(verb.upper(), PART.sub("{}", path)): found for verb, path, found in every}


def operation(room: str, method: str, path: str) -> dict[str, Any]:
    key = (method, PART.sub("{}", path))
    assert key in operations(room), f"{room} has no {method} {path}"
    return operations(room)[key]


def resolved(room: str, schema: dict[str, Any]) -> dict[str, Any]:
    """A schema without references; of several the first that is an object."""
    if "$ref" in schema:
        return resolved(room, document(room)["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    if "anyOf" in schema:
        parts = [resolved(room, one) for one in schema["anyOf"]]
        return next((one for one in parts if "properties" in one), parts[0])
    return schema


def parameters(found: dict[str, Any], where: str) -> set[str]:
    return {one["name"] for one in found.get("parameters", ()) if one["in"] == where}


def each(what: str) -> list[Any]:
    return [
        pytest.param(family, one, id=f"{family.code}:{one.code}")
        for family in FAMILIES
        for one in getattr(family, what)
    ]


@pytest.mark.parametrize(("family", "action"), each("actions"))
def test_an_action_is_an_operation_with_these_roles_fields_and_version(family: Family, action: Action) -> None:
    room = action.room or family.room
    found = operation(room, action.method, action.path)
    assert action.roles <= set(found["x-roles"]), "a role that the room refuses is offered the action"
    assert action.matched == (CHANGES in parameters(found, "header"))
    content = found.get("requestBody", {}).get("content", {})
    if action.body or not content:
        assert action.body or not (action.boxes or action.fixed)
        return
    schema = resolved(room, content["application/json"]["schema"])
    given = {box.name for box in action.boxes} | set(action.fixed)
    assert given <= set(schema["properties"])
    always = {box.name for box in action.boxes if box.required or box.kind in ALWAYS}
    assert set(schema.get("required", ())) <= always | set(action.fixed)


@pytest.mark.parametrize(("family", "action"), each("actions"))
def test_what_may_be_chosen_is_what_the_room_takes(family: Family, action: Action) -> None:
    room = action.room or family.room
    content = operation(room, action.method, action.path).get("requestBody", {}).get("content", {})
    properties = resolved(room, content["application/json"]["schema"]).get("properties", {}) if content else {}
    for box in (one for one in action.boxes if isinstance(one.options, tuple) and one.options and not action.body):
        schema = resolved(room, properties[box.name])
        known = resolved(room, schema.get("items", schema)).get("enum")
        if known:
            assert {code for code, _words in box.options} <= set(known), box.name


def reply_of(room: str, found: dict[str, Any]) -> dict[str, Any]:
    (content,) = [reply["content"] for code, reply in found["responses"].items() if code == "200"]
    return resolved(room, content["application/json"]["schema"])


def properties_of(room: str, schema: dict[str, Any]) -> set[str]:
    if schema.get("type") == "array":
        return properties_of(room, resolved(room, schema["items"]))
    found = schema.get("properties", {})
    if "items" in found:
        return properties_of(room, resolved(room, found["items"]))
    return set(found)


def named(columns: tuple[Column, ...]) -> set[str]:
    return {column.name.partition(".")[0] for column in columns if column.value is None}


@pytest.mark.parametrize(("family", "view"), each("views"))
def test_a_list_is_an_operation_with_these_roles_and_parameters(family: Family, view: View) -> None:
    room = view.room or family.room
    found = operation(room, "GET", view.path)
    assert view.roles <= set(found["x-roles"])
    assert {one.name for one in view.filters} | set(view.fixed) <= parameters(found, "query")
    assert {*view.rows, *view.new} <= {action.code for action in family.actions}
    if view.items is View.__dataclass_fields__["items"].default:
        assert named(view.columns) <= properties_of(room, reply_of(room, found))


@pytest.mark.parametrize(("family", "section"), each("sections"))
def test_a_section_is_an_operation_and_shows_what_it_answers(family: Family, section: Section) -> None:
    found = operation(section.room, "GET", section.path)
    assert set(section.params) <= parameters(found, "query")
    assert {*section.rows, *section.actions} <= {action.code for action in family.actions}
    whole = properties_of(section.room, reply_of(section.room, found))
    assert named(section.facts) <= whole
    if section.items is None:
        assert named(section.columns) <= whole


@pytest.mark.parametrize("family", [one for one in FAMILIES if one.path], ids=lambda family: family.code)
def test_a_page_is_an_operation_and_shows_what_it_answers(family: Family) -> None:
    found = operation(family.room, "GET", family.path)
    assert named(family.facts) - {"id"} <= properties_of(family.room, reply_of(family.room, found))


def test_what_takes_an_action_back_is_one_press_of_the_same_people() -> None:
    for family in FAMILIES:
        for action in (one for one in family.actions if one.undo):
            undo = family.action(action.undo or "")
            assert undo is not None, action.code
            assert action.roles <= undo.roles, action.code
            assert not any(box.required for box in undo.boxes), undo.code
            assert action.matched == undo.matched, "the version that the action left is the one that it is undone at"


def test_addresses_and_actions_are_named_once() -> None:
    codes = [view.code for family in FAMILIES for view in family.views]
    assert len(codes) == len(set(codes))
    for family in FAMILIES:
        actions = [action.code for action in family.actions]
        assert len(actions) == len(set(actions)), family.code
