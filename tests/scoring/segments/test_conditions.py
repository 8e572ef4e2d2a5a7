"""Rules of segments: what is refused and where, and what they say of somebody."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.scoring.policy.segments.catalogue import FIELDS, OPERATORS, Party, Sort
from services.scoring.policy.segments.conditions import condition_errors, holds, in_words, judged

ROW = {"wants.products": ["talent"], "visits.90": 6, "nps": None, "stage": "applied", "wants.from": "2026-03-01"}


def leaf(field: str, op: str, value: Any) -> dict[str, Any]:
    return {"field": field, "op": op, "value": value}


TALENT, MANY, LOYAL = (
    leaf("wants.products", "has_any", ["talent"]),
    leaf("visits.90", "ge", 5),
    leaf("nps", "ge", 9),
)


@pytest.mark.parametrize(
    ("condition", "pointer"),
    [
        ([], "#/condition"),
        ({}, "#/condition"),
        ({"all": []}, "#/condition/all"),
        ({"all": {"a": 1}}, "#/condition/all"),
        ({"all": [TALENT], "any": [TALENT]}, "#/condition"),
        ({"not": [TALENT]}, "#/condition/not"),
        ({"any": [TALENT, {"all": [MANY, leaf("age", "ge", 5)]}]}, "#/condition/any/1/all/1/field"),
        (leaf("visits.90", "has_any", ["a"]), "#/condition/op"),
        (leaf("visits.90", "ge", "5"), "#/condition/value"),
        (leaf("visits.90", "ge", True), "#/condition/value"),
        (leaf("visits.90", "ge", 1e300), "#/condition/value"),
        (leaf("visits.90", "between", [5, 1]), "#/condition/value"),
        (leaf("wants.products", "has_any", []), "#/condition/value"),
        (leaf("wants.products", "has_any", ["a b"]), "#/condition/value"),
        (leaf("wants.from", "from", "2026-02-30"), "#/condition/value"),
        (leaf("looking", "is", "yes"), "#/condition/value"),
        ({"field": ["visits.90"], "op": "ge", "value": 1}, "#/condition/field"),
        ({"field": "visits.90", "op": ["ge"], "value": 1}, "#/condition/op"),
        (TALENT | {"code": "import os"}, "#/condition"),
    ],
)
def test_a_wrong_rule_is_refused_with_its_place(condition: Any, pointer: str) -> None:
    (error,) = condition_errors(condition, Party.ep)
    assert error.pointer == pointer


def test_a_rule_is_bounded_in_depth_and_in_parts() -> None:
    deep: Any = TALENT
    for _ in range(7):
        deep = {"not": deep}
    assert condition_errors(deep, Party.ep)
    assert condition_errors({"any": [TALENT] * 60}, Party.ep)
    assert condition_errors({"any": [{"any": [TALENT] * 59}, {"any": [TALENT] * 59}]}, Party.ep)
    assert not condition_errors({"any": [TALENT] * 59}, Party.ep)


def test_fields_of_the_other_party_are_unknown() -> None:
    assert condition_errors(TALENT, Party.enabler)
    assert not condition_errors(leaf("offers", "ge", 1), Party.enabler)


def test_nothing_of_who_somebody_is_can_be_asked() -> None:
    names = " ".join(name for fields in FIELDS.values() for name in fields)
    assert not [word for word in ("gender", "age", "birth", "nationality", "religion", "name") if word in names.split()]


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        (TALENT, True),
        ({"all": [TALENT, MANY]}, True),
        ({"not": TALENT}, False),
        (LOYAL, None),
        ({"not": LOYAL}, None),
        ({"all": [TALENT, LOYAL]}, None),
        ({"all": [{"not": TALENT}, LOYAL]}, False),
        ({"any": [TALENT, LOYAL]}, True),
        ({"any": [{"not": TALENT}, LOYAL]}, None),
        (leaf("nps", "known", False), True),
        (leaf("nps", "known", True), False),
        (leaf("wants.from", "before", "2026-03-02"), True),
        (leaf("wants.from", "between", ["2026-03-01", "2026-03-01"]), True),
        (leaf("stage", "one_of", ["approved", "applied"]), True),
        (leaf("wants.products", "has_none", ["teacher"]), True),
        (leaf("wants.products", "has_all", ["talent", "teacher"]), False),
    ],
)
def test_what_is_unknown_is_neither_yes_nor_no(condition: dict[str, Any], said: bool | None) -> None:
    assert judged(condition, ROW) is said
    assert holds(condition, ROW) is (said is True)


def test_a_rule_reads_as_a_sentence() -> None:
    rule = {"all": [TALENT, {"not": leaf("stage", "is", "approved")}]}
    assert in_words(rule) == "(wants.products has one of talent and not stage is approved)"


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["all", "any", "not", "field", "op", "value", "x"]), inner, max_size=3
    ),
    max_leaves=12,
)  # fmt: skip


@given(JSON)
def test_whatever_is_sent_is_judged_without_a_crash(sent: Any) -> None:
    if not condition_errors(sent, Party.ep):
        judged(sent, ROW)
        in_words(sent)


VALUES = {
    Sort.number: st.integers(-50, 500),
    Sort.code: st.sampled_from(["applied", "none", "a"]),
    Sort.codes: st.lists(st.sampled_from(["talent", "teacher", "SE"]), unique=True),
    Sort.flag: st.booleans(),
    Sort.day: st.dates(date(2020, 1, 1), date(2030, 1, 1)).map(date.isoformat),
}


@st.composite
def leaves(draw: st.DrawFn) -> dict[str, Any]:
    field = FIELDS[Party.ep][draw(st.sampled_from(sorted(FIELDS[Party.ep])))]
    op = draw(st.sampled_from(OPERATORS[field.sort]))
    one = VALUES[field.sort]
    if op == "known":
        value: Any = draw(st.booleans())
    elif op == "between":
        value = sorted([draw(one), draw(one)])
    elif op.startswith("has_") or op == "one_of":
        value = draw(st.lists(st.sampled_from(["talent", "teacher", "SE"]), min_size=1))
    else:
        value = draw(one)
    return leaf(field.name, op, value)


@st.composite
def rows(draw: st.DrawFn) -> dict[str, Any]:
    return {name: draw(st.none() | VALUES[field.sort]) for name, field in FIELDS[Party.ep].items()}


CONDITIONS = st.recursive(
    leaves(),
    lambda inner: (
        st.builds(lambda parts: {"all": parts}, st.lists(inner, min_size=1, max_size=3))
        | st.builds(lambda parts: {"any": parts}, st.lists(inner, min_size=1, max_size=3))
        | st.builds(lambda one: {"not": one}, inner)
    ),
    max_leaves=6,
)


@settings(max_examples=50)
@given(CONDITIONS, rows())
def test_what_is_let_in_can_always_be_evaluated_and_keeps_to_de_morgan(condition: Any, row: dict[str, Any]) -> None:
    if condition_errors(condition, Party.ep):
        return
    said = judged(condition, row)
    assert judged({"not": {"not": condition}}, row) is said
    assert judged({"not": {"all": [condition, condition]}}, row) is judged({"any": [{"not": condition}]}, row)
