"""Reading and writing files: CSV and JSON of many makes, row by row, whatever is in them."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.applications.exchange.exporting import cell
from services.applications.exchange.given import Given, slug
from services.applications.exchange.importing import KINDS, read_row
from services.applications.exchange.reading import LONGEST, Row, Source, Unreadable, fields_of, plain_cell, read_json

PAGE = {"data": {"allOpportunityApplication": {"data": [{"id": 1}, {"id": 2}], "paging": {"total_items": 2}}}}


def read(path: Path, text: str | bytes) -> list[tuple[int, Any, str]]:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return [(row.line, row.values, row.problem) for row in Source(path)]


def test_csv_with_a_mark_of_byte_order_quotes_and_lines_inside_cells(tmp_path: Path) -> None:
    text = '\ufeffid;Name;slots\r\n1;"Pop; ""Ana""\r\nMaria";"[{""id"": 4}]"\r\n\r\n2;\'=SUM(A1);\r\n'
    assert read(tmp_path / "a.csv", text) == [
        (2, {"id": "1", "name": 'Pop; "Ana"\r\nMaria', "slots": [{"id": 4}]}, ""),
        (5, {"id": "2", "name": "=SUM(A1)", "slots": None}, ""),
    ]


def test_a_line_of_ten_megabytes_is_refused_and_the_next_one_read(tmp_path: Path) -> None:
    long = "x" * 10_000_000
    assert read(tmp_path / "a.csv", f"id,name\n1,{long}\n2,Ana\n") == [
        (2, None, f"longer than {LONGEST:,} characters"),
        (3, {"id": "2", "name": "Ana"}, ""),
    ]
    assert read(tmp_path / "a.jsonl", f'{{"id": 1, "name": "{long}"}}\n{{"id": 2}}\n') == [
        (1, None, f"longer than {LONGEST:,} characters"),
        (2, {"id": 2}, ""),
    ]


def test_rows_that_do_not_fit_are_told_by_their_line(tmp_path: Path) -> None:
    assert read(tmp_path / "a.csv", "id,name\n1\n2,Ana,Pop\n3,Ana\n") == [
        (2, None, "1 cells, but 2 columns"),
        (3, None, "3 cells, but 2 columns"),
        (4, {"id": "3", "name": "Ana"}, ""),
    ]
    assert read(tmp_path / "empty.csv", "") == []


def test_letters_of_another_encoding_are_told_and_stop_nothing(tmp_path: Path) -> None:
    (broken, good) = read(tmp_path / "a.csv", b"id,name\n1,\xe4\n2,Ana\n")
    values = Given(broken[1])
    values.text("name")
    assert values.errors == [("name", "holds control characters or broken letters")]
    assert good[1] == {"id": "2", "name": "Ana"}
    assert read(tmp_path / "a.jsonl", b'{"id": "\xe4"}\n{"id": 2}\n') == [
        (1, None, "no JSON, or no UTF-8"),
        (2, {"id": 2}, ""),
    ]


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(PAGE),
        json.dumps(PAGE, indent=2),
        json.dumps([{"id": 1}, {"id": 2}]),
        '{"id": 1}\n{"id": 2}',
        json.dumps({"data": {"people": {"paging": {"data": [9]}, "data": [{"id": 1}, {"id": 2}]}}, "extensions": {}}),
        json.dumps({"data": [{"id": 1}]}) + json.dumps({"data": [{"id": 2}]}),
    ],
)
def test_pages_lists_and_objects_give_the_same_rows(tmp_path: Path, text: str) -> None:
    assert read(tmp_path / "a.json", text) == [(1, {"id": 1}, ""), (2, {"id": 2}, "")]


def test_a_line_may_be_a_page(tmp_path: Path) -> None:
    assert [row[1] for row in read(tmp_path / "a.jsonl", json.dumps(PAGE) + '\n{"id": 3}\n')] == [
        {"id": 1}, {"id": 2}, {"id": 3},
    ]  # fmt: skip


def test_a_large_document_is_read_in_pieces() -> None:
    """Only a small part of the text is in memory when the first row is there."""
    rows = [{"id": number, "text": 'é\\"]}' * 50} for number in range(4000)]
    file = io.StringIO(json.dumps({"data": {"people": {"data": rows}}}))
    found = read_json(file)
    assert next(found).values == rows[0]
    assert file.tell() < len(file.getvalue()) / 2
    assert [row.values for row in found] == rows[1:]


def test_what_is_no_json_is_said() -> None:
    for text in ('{"data": [', '{"data": {"people": {"data": [{"id": 1}', "nonsense", '{"data": [{"id": 1} {'):
        with pytest.raises(Unreadable):
            list(read_json(io.StringIO(text)))


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_a_cell_is_never_a_formula_and_comes_back_as_it_was(text: str) -> None:
    written = cell(text)
    assert not written.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert plain_cell(written) == text


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]))))
def test_a_list_in_a_cell_comes_back_as_it_was(items: list[str]) -> None:
    assert plain_cell(cell(items)) == items


@given(st.text())
def test_a_word_becomes_a_code_or_nothing(text: str) -> None:
    code = slug(text)
    assert slug(code) == code
    assert all(letter in "abcdefghijklmnopqrstuvwxyz0123456789_.:-" for letter in code)
    assert code[:1] not in ("_", ".", ":", "-")


def test_nested_names_are_joined() -> None:
    assert fields_of({"id": 1, "person": {"id": 7}, "slots": [{"id": 2}]}) == {
        "id": 1, "person_id": 7, "slots": [{"id": 2}],
    }  # fmt: skip


WRONG = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=30), st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)  # fmt: skip


@given(WRONG)
def test_no_value_breaks_the_reading_of_a_row(value: Any) -> None:
    row = Given({"x": value})
    for take in (row.text, row.day, row.moment, row.email, row.phone, row.country, row.language, row.zone, row.codes):
        take("x")
    row.listed("x"), row.flag("x", True), row.number("x", 0, 9), row.key("x")


FIELDS = "id tag kind parent_id name email phone country time_zone host_lc_id host_lc home_lc_id first_name created_at"
FIELDS += " languages skills programmes wanted_countries looking about status programme slots working_hours openings"
FIELDS += " start_date end_date person_id opportunity_id rejection_reason date_ended an_signed_at approved_ep_manager"
ITEMS = st.lists(st.dictionaries(st.sampled_from(["name", "level", "id", "start_date", "openings"]), WRONG), max_size=2)


@given(st.sampled_from(list(KINDS)), st.dictionaries(st.sampled_from(FIELDS.split()), WRONG | ITEMS, max_size=8))
def test_no_row_breaks_the_import(kind: str, values: dict[str, Any]) -> None:
    read = read_row(KINDS[kind], Row(1, values))
    assert (read.item is None) == bool(read.errors)
    assert all(reason.isprintable() for _, reason in (*read.errors, *read.warnings))
    assert read.external.isprintable()


def test_addresses_are_judged_as_the_api_judges_them() -> None:
    good = ["ana@sojourn.example", "ana.pop+1@mail.uni.com", "Ana@Sojourn.example", "ană@sojourn.example"]
    bad = ["ana", "ana@", "@x.com", "a..b@x.com", ".a@x.com", "a@-x.com", "a@x", "a b@x.com"]
    for address in good:
        row = Given({"email": address})
        assert row.email("email")
        assert not row.errors
    for address in bad:
        row = Given({"email": address})
        row.email("email")
        assert row.errors == [("email", "is no e-mail address")], address
