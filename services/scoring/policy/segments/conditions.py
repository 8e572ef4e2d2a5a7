"""Rules of segments as data: a small condition language that runs no code, checked with pointers before it is kept.

    {"all": [c, …]}   {"any": [c, …]}   {"not": c}   {"field": name, "op": operator, "value": …}

Logic has three values (Kleene, 1952, “Introduction to Metamathematics”, §64): a comparison with something unknown is
unknown, `not` of unknown is unknown, and only who is surely in is in. `known` asks whether a field is known at all.
"""

import math
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from services.scoring.policy.segments.catalogue import FIELDS, OPERATORS, FieldOf, Party, Sort
from shared.errors import FieldError

DEEPEST, MOST_PARTS, MOST_VALUES, LARGEST = 6, 60, 50, 1e9
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,79}")
DAY = re.compile(r"(19|2[01])\d{2}-\d{2}-\d{2}")
Row = Mapping[str, Any]
Condition = Mapping[str, Any]


# --- checking


def condition_errors(condition: Any, party: Party, at: str = "#/condition") -> list[FieldError]:
    """What is wrong with a condition, each with its place; none: it may be kept and evaluated."""
    budget = [MOST_PARTS]
    return list(_errors(condition, party, at, DEEPEST, budget))[:MOST_VALUES]


def _errors(one: Any, party: Party, at: str, depth: int, budget: list[int]) -> Iterator[FieldError]:
    budget[0] -= 1
    if budget[0] < 0 or depth == 0:
        limit = f"at most {MOST_PARTS} parts, {DEEPEST} deep"
        if budget[0] in (-1, 0) or depth == 0:
            yield FieldError(at, f"the condition is too large: {limit}")
        return
    if not isinstance(one, Mapping):
        yield FieldError(at, "a condition is an object: all, any, not, or a field with its op")
    elif set(one) in ({"all"}, {"any"}):
        word = next(iter(one))
        yield from _list_errors(one[word], party, f"{at}/{word}", depth, budget)
    elif set(one) == {"not"}:
        yield from _errors(one["not"], party, f"{at}/not", depth - 1, budget)
    elif "field" in one and set(one) <= {"field", "op", "value"}:
        yield from _leaf_errors(one, party, at)
    else:
        yield FieldError(at, "it has either all, any or not alone, or field, op and value")


def _list_errors(parts: Any, party: Party, at: str, depth: int, budget: list[int]) -> Iterator[FieldError]:
    if not isinstance(parts, list) or not parts:
        yield FieldError(at, "a list of one condition or more")
        return
    for place, part in enumerate(parts[: MOST_PARTS + 1]):
        yield from _errors(part, party, f"{at}/{place}", depth - 1, budget)


def _leaf_errors(leaf: Condition, party: Party, at: str) -> Iterator[FieldError]:
    name, op = leaf["field"], leaf.get("op")
    field = FIELDS[party].get(name) if isinstance(name, str) else None
    if field is None:
        yield FieldError(f"{at}/field", f"there is no such field of {party}s; see the list of fields")
    elif not isinstance(op, str) or op not in OPERATORS[field.sort]:
        yield FieldError(f"{at}/op", f"{field.name} takes {', '.join(OPERATORS[field.sort])}")
    elif wrong := _value_error(field, op, leaf.get("value")):
        yield FieldError(f"{at}/value", wrong)


def _value_error(field: FieldOf, op: str, value: Any) -> str | None:
    if op == "known" or field.sort is Sort.flag:
        return None if isinstance(value, bool) else "true or false"
    if op == "between":
        right = _number if field.sort is Sort.number else _day
        pair = isinstance(value, list) and len(value) == 2 and all(right(one) for one in value)
        return None if pair and value[0] <= value[1] else f"two {field.sort}s, the lower one first"
    if field.sort is Sort.number:
        return None if _number(value) else "a number"
    if field.sort is Sort.day:
        return None if _day(value) else "a day, as 2026-03-01"
    if op == "is":
        return None if _code(value) else "a code"
    many = isinstance(value, list) and 0 < len(value) <= MOST_VALUES and all(_code(one) for one in value)
    return None if many else f"a list of 1 to {MOST_VALUES} codes"


def _number(value: Any) -> bool:
    return not isinstance(value, bool) and isinstance(value, int | float) and abs(value) <= LARGEST


def _code(value: Any) -> bool:
    return isinstance(value, str) and CODE.fullmatch(value) is not None


def _day(value: Any) -> bool:
    if not isinstance(value, str) or not DAY.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


# --- evaluating


def holds(condition: Condition, row: Row) -> bool:
    """Whether the condition surely holds for this row; one that was checked never raises."""
    return judged(condition, row) is True


def judged(condition: Condition, row: Row) -> bool | None:
    """True, false, or None where what is unknown could decide it."""
    if "all" in condition:
        found = {judged(part, row) for part in condition["all"]}
        return False if False in found else None if None in found else True
    if "any" in condition:
        found = {judged(part, row) for part in condition["any"]}
        return True if True in found else None if None in found else False
    if "not" in condition:
        inner = judged(condition["not"], row)
        return None if inner is None else not inner
    return _compared(row.get(condition["field"]), condition["op"], condition.get("value"))


def _compared(held: Any, op: str, value: Any) -> bool | None:
    if op == "known":
        return (held is not None) is value
    if held is None or (isinstance(held, float) and math.isnan(held)):
        return None
    match op:
        case "lt" | "before":
            return bool(held < value)
        case "le":
            return bool(held <= value)
        case "gt":
            return bool(held > value)
        case "ge" | "from":
            return bool(held >= value)
        case "eq" | "is":
            return bool(held == value)
        case "between":
            return bool(value[0] <= held <= value[1])
        case "one_of":
            return held in value
        case "has_any":
            return not set(held).isdisjoint(value)
        case "has_all":
            return set(held).issuperset(value)
        case "has_none":
            return set(held).isdisjoint(value)
    raise ValueError(f"{op} is no operator")


# --- in words

_SAID = {
    "lt": "below", "le": "at most", "gt": "above", "ge": "at least", "eq": "exactly", "before": "before",
    "from": "from", "is": "is", "one_of": "is one of", "has_any": "has one of", "has_all": "has all of",
    "has_none": "has none of", "between": "between",
}  # fmt: skip


def in_words(condition: Condition) -> str:
    """The condition as a person reads it: `wants.products has one of talent and visits.90 at least 5`."""
    for word, between in (("all", " and "), ("any", " or ")):
        if word in condition:
            parts = [in_words(part) for part in condition[word]]
            return parts[0] if len(parts) == 1 else "(" + between.join(parts) + ")"
    if "not" in condition:
        return f"not {in_words(condition['not'])}"
    field, op, value = condition["field"], condition["op"], condition.get("value")
    if op == "known":
        return f"{field} is {'known' if value else 'unknown'}"
    if isinstance(value, bool):
        return field if value else f"not {field}"
    said = (
        " and ".join(map(str, value))
        if op == "between"
        else ", ".join(map(str, value))
        if isinstance(value, list)
        else value
    )
    return f"{field} {_SAID[op]} {said}"
