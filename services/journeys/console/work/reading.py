"""What a form says as the body of a request."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from services.journeys.console.forms import Form
from services.journeys.console.work.declare import Action, Box, Json
from services.journeys.console.work.names import value_of


def body_of(action: Action, form: Form, item: Json) -> Any:
    """The body: what is fixed, and each box as its kind says. What stays empty is left out.

    A PATCH holds what differs from the item; there, and in a PUT, an emptied box is null. An action's own `body`
    makes of it what the room wants where that isn't flat.
    """
    given: Json = {}
    for box in action.boxes:
        value = read(box, form, item)
        if action.method == "PATCH" and value == _now(box, item):
            continue
        if value is None and action.method == "POST":
            continue
        _put(given, box.name, value)
    whole = {**action.fixed, **given}
    return action.body(whole, item) if action.body else whole


def read(box: Box, form: Form, item: Json) -> Any:
    """One value. What can't be read as its kind goes to the room as it is, whose answer names the field."""
    if box.kind == "several":
        return [text for text in form.all(box.name) if text]
    text = form.get(box.name)
    if box.kind == "yes":
        return bool(text)
    if box.kind == "lines":
        return [line.strip() for line in text.splitlines() if line.strip()]
    if not text:
        return None
    if box.kind == "number":
        return number_of(text)
    if box.kind == "tel":
        return _phone(text)
    if box.kind == "moment":
        return _moment(text, item.get("zone"))
    return text


def number_of(text: str) -> int | float | str:
    plain = text.replace(",", ".")
    try:
        return int(plain) if plain.lstrip("+-").isdecimal() else float(plain)
    except ValueError:
        return text


def _phone(text: str) -> str:
    """A number as people write it (`0046 70-123 45 67`) in the form that the rooms take (E.164)."""
    plain = "".join(one for one in text if one not in " -./()\u00a0")
    return f"+{plain[2:]}" if plain.startswith("00") else plain


def _moment(text: str, zone: str | None) -> str:
    """A wall time of the item's zone (UTC without one) as a moment with its offset."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    return (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone or "UTC"))).isoformat()


def _now(box: Box, item: Json) -> Any:
    """What the item holds in a box's place, in the shape in which it is read back."""
    found = value_of(box, item)
    return None if found == "" else found


def _put(body: Json, name: str, value: Any) -> None:
    *way, last = name.split(".")
    for part in way:
        body = body.setdefault(part, {})
    body[last] = value
