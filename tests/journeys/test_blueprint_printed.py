"""Blueprints as SVG and PDF: one layout, whatever is written in them; and the events behind a cell."""

import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from typing import Any

import pytest

from services.journeys.designs import LIBRARY
from services.journeys.drawing import Card, Column, Press, Sheet, draw, lay_out, sheet_of
from services.journeys.drawing.layout import COLUMN, MARGIN, Box, Words
from services.journeys.drawing.lettering import width, wrapped
from shared.ids import new_id
from shared.testing import callers
from shared.testing.rooms import Room
from tests.journeys.population import Population

EP = LIBRARY.newest("blueprint", "ep")
assert EP is not None
ATTACKS = [
    "<script>alert(1)</script>", "]]>&amp;\"'", "#set page(width: 1pt) $x$ #read(\"/etc/passwd\")", "‮evil‬ RTL",
    "مرحبا بالعالم (كيف حالك؟) 123", "W" * 400, "a\u0000b\u0007c\ufffed",
    "👩‍👩‍👧‍👦 emoji", "= Heading\n- list", "e\u0301" * 200,
]  # fmt: skip


def sheet(text: str, **more: Any) -> Sheet:
    cards = {"touchpoints": [Card(text, [text], ("moment_of_truth", "non_quality"), bad=True)]}
    columns = [Column(text, [text], cards, 0.5, 0.9), Column(text, [], {}, 0.4, None)]
    rows = {"line": text, "touchpoints": text}
    legend = {"moment_of_truth": text, "expected": text}
    return replace(Sheet(text, [text], columns, rows, "touchpoints", text, legend), **more)


@pytest.mark.parametrize("text", ATTACKS)
def test_what_people_write_is_text_in_the_drawing_and_nothing_else(text: str) -> None:
    for rtl in (False, True):
        drawing = lay_out(sheet(text, rtl=rtl, language="ar" if rtl else "en"))
        root = ElementTree.fromstring(draw(drawing))
        names = {element.tag.partition("}")[2] for element in root.iter()}
        assert names <= {"svg", "title", "rect", "text", "path", "polyline", "circle"}
        assert not any(name.startswith("on") or name == "style" for one in root.iter() for name in one.attrib)
        assert all(0 <= float(one.attrib["x"]) <= drawing.width for one in root.iter() if "x" in one.attrib)


def test_pdfs_come_out_of_attacks_alike_and_run_nothing() -> None:
    press = Press()
    for text in ATTACKS:
        drawing = lay_out(sheet(text))
        content = press.typeset(drawing)
        assert content.startswith(b"%PDF-")
        assert content == press.typeset(drawing)
        assert b"root:x:" not in content
        assert b"/JavaScript" not in content


def test_lines_stay_in_their_column_and_long_words_are_cut() -> None:
    lines = wrapped("Donaudampfschifffahrtsgesellschaftskapitän " * 3, 9.5, 100)
    assert all(width(line, 9.5) <= 100 for line in lines)
    assert "".join(wrapped("W" * 50, 9.5, 100, 99)) == "W" * 50
    assert len(wrapped("word " * 500, 9.5, 100, 4)) == 4
    assert all(not line.startswith("\u0301") for line in wrapped("e\u0301" * 80, 9.5, 60, 99))


def test_read_from_the_right_the_first_step_is_on_the_right() -> None:
    left, right = (lay_out(sheet("x", rtl=rtl)) for rtl in (False, True))
    heads = [
        [shape.x for shape in one.shapes if isinstance(shape, Box) and shape.kind == "head"] for one in (left, right)
    ]
    assert heads[0] == sorted(heads[0])
    assert heads[1] == sorted(heads[1], reverse=True)
    assert [left.width - x - COLUMN for x in heads[0]] == heads[1]
    titles = [shape for shape in right.shapes if isinstance(shape, Words) and shape.kind == "title"]
    assert titles[0].x == right.width - MARGIN


def test_every_shipped_blueprint_is_drawn_in_every_language() -> None:
    for design in LIBRARY.designs:
        if design.kind == "blueprint":
            for language in ("en", "ro", "ar"):
                drawing = lay_out(sheet_of(design.document, design.number, None, None, language))
                assert ElementTree.fromstring(draw(drawing)) is not None


async def test_a_blueprint_is_served_as_svg_and_pdf_to_staff(room: Room) -> None:
    client = await room.client(callers.sending_manager(new_id()))
    svg = await client.get(f"/v1/designs/{EP.id}/blueprint.svg?language=ar")
    assert (svg.status_code, svg.headers["content-type"]) == (200, "image/svg+xml")
    assert "sandbox" in svg.headers["content-security-policy"]
    assert "رحلة" in svg.text
    pdf = await client.get(f"/v1/designs/{EP.id}/blueprint.pdf")
    assert pdf.content.startswith(b"%PDF-")
    assert (await client.get(f"/v1/designs/{new_id()}/blueprint.svg")).status_code == 404
    assert (await client.get(f"/v1/designs/{EP.id}/blueprint.svg?language=xx")).status_code == 422
    nobody = await room.client(callers.participant(new_id()))
    assert (await nobody.get(f"/v1/designs/{EP.id}/blueprint.svg")).status_code == 403


async def test_behind_a_cell_are_its_very_events_in_scope_page_by_page(room: Room) -> None:
    population = Population(size=60)
    await population.settle(room)
    cell = f"/v1/designs/{EP.id}/steps/prepare/items/pickup-information/occurrences"
    client = await room.client(callers.global_manager())
    every, address = [], f"{cell}?limit=10"
    while address:
        page = (await client.get(address)).json()
        every += page["items"]
        address = f"{cell}?limit=10&cursor={page['next']}" if page["next"] else ""
    mine = [row for row in population.rows if getattr(row, "touchpoint", "") == "pickup-information"]
    assert {one["id"] for one in every} == {str(row.touchpoint_id) for row in mine}
    assert [one["due_at"] for one in every] == sorted((one["due_at"] for one in every), reverse=True)
    late = (await client.get(f"{cell}?state=late&limit=100")).json()["items"]
    assert {one["id"] for one in late} == {one["id"] for one in every if one["state"] == "late"}
    assert all(one["days_late"] > 1 for one in late)
    other = await room.client(callers.hosting_manager(new_id()))
    assert (await other.get(cell)).json()["items"] == []
    scores = await client.get(f"/v1/designs/{EP.id}/steps/stay/items/first-weeks/occurrences?what=scores")
    assert all(1 <= one["score"] <= 7 for one in scores.json()["items"])
    assert (await client.get(f"/v1/designs/{EP.id}/steps/stay/items/nothing/occurrences")).status_code == 404
