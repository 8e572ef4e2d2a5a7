"""What a form becomes: the body of a request, by the kinds of its boxes."""

from typing import Any

import pytest

from services.journeys.console.forms import Form
from services.journeys.console.work.declare import Action, Box
from services.journeys.console.work.reading import body_of, read


@pytest.mark.parametrize(
    ("kind", "said", "value"),
    [
        ("text", "  Ana ", "Ana"),
        ("text", "  ", None),
        ("number", "3", 3),
        ("number", "0,25", 0.25),
        ("number", "many", "many"),
        ("tel", "0046 (70) 123-45 67", "+46701234567"),
        ("lines", " one \n\n two", ["one", "two"]),
        ("yes", "1", True),
        ("yes", "", False),
        ("moment", "2026-07-01T10:00", "2026-07-01T10:00:00+02:00"),
        ("moment", "soon", "soon"),
        ("several", "a", ["a"]),
    ],
)
def test_a_box_is_read_as_its_kind(kind: str, said: str, value: Any) -> None:
    assert read(Box("it", "It", kind), Form({"it": [said]}), {"zone": "Europe/Stockholm"}) == value


def _action(method: str, *boxes: Box, **more: Any) -> Action:
    return Action("do", "Do", method, "/v1/things/{id}", frozenset(), boxes, **more)


NAME, CITY = Box("name", "Name"), Box("about.city", "City")


def test_what_stays_empty_is_left_out_of_a_post_and_emptied_by_a_put() -> None:
    form = Form({"name": ["Ana"], "about.city": [""]})
    assert body_of(_action("POST", NAME, CITY), form, {}) == {"name": "Ana"}
    assert body_of(_action("PUT", NAME, CITY), form, {}) == {"name": "Ana", "about": {"city": None}}


def test_a_patch_holds_what_differs() -> None:
    item = {"name": "Ana", "about": {"city": "Cluj"}}
    form = Form({"name": ["Ana"], "about.city": ["Uppsala"]})
    assert body_of(_action("PATCH", NAME, CITY), form, item) == {"about": {"city": "Uppsala"}}
    assert body_of(_action("PATCH", NAME), form, item) == {}


def test_what_is_fixed_goes_along_and_an_action_may_shape_the_whole() -> None:
    form = Form({"name": ["Ana"]})
    assert body_of(_action("POST", NAME, fixed={"mode": "report"}), form, {}) == {"mode": "report", "name": "Ana"}
    shaped = _action("POST", NAME, body=lambda given, item: {"of": item["id"], **given})
    assert body_of(shaped, form, {"id": "1"}) == {"of": "1", "name": "Ana"}
