"""Forms as templates draw them: boxes with their options loaded, a form filled with what is there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from services.journeys.console.forms import Form
from services.journeys.console.rooms import together
from services.journeys.console.texts import _
from services.journeys.console.work.declare import Action, Asked, Box, Filter, Json, Options, Pair
from services.journeys.console.work.names import value_of

TYPES = {
    "long": "textarea", "lines": "textarea", "choice": "select", "several": "checks", "yes": "checkbox",
    "moment": "datetime-local",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Drawn:
    """A box ready to be drawn."""

    name: str
    label: str
    type: str
    options: list[Pair]
    required: bool
    hint: str


async def boxes_of(boxes: Sequence[Box | Filter], asked: Asked) -> list[Drawn]:
    """The boxes in the reader's language; what may be chosen is asked for at once for all of them."""
    fitting = [box for box in boxes if isinstance(box, Filter) or box.when(asked.item)]
    chosen = await together(*(_options(box.options, asked) for box in fitting))
    return [_drawn(box, found) for box, found in zip(fitting, chosen, strict=True)]


def _drawn(box: Box | Filter, found: list[Pair]) -> Drawn:
    required, hint = (box.required, box.hint) if isinstance(box, Box) else (False, "")
    return Drawn(
        box.name, _(box.label) if box.label else "", TYPES.get(box.kind, box.kind), found, required,
        _(hint) if hint else "",
    )  # fmt: skip


async def _options(options: Options, asked: Asked) -> list[Pair]:
    if callable(options):
        return await options(asked)
    return [(code, _first_up(_(label))) for code, label in options]


def _first_up(text: str) -> str:
    return text[:1].upper() + text[1:]


def filled(action: Action, item: Json, given: dict[str, str], now: datetime) -> Form:
    """The form with what the item holds; `given` (of the address) goes before, and a moment that is needed is now."""
    values = {box.name: _written(box, item) for box in action.boxes}
    here = now.astimezone(ZoneInfo(item.get("zone") or "UTC")).isoformat(timespec="minutes")[:16]
    values |= {box.name: here for box in action.boxes if box.kind == "moment" and box.required}
    form = Form.of(**{**values, **{name: text for name, text in given.items() if name in values}})
    form.version = action.version(item) if action.matched else None
    return form


def _written(box: Box, item: Json) -> object:
    found = value_of(box, item)
    if box.kind == "lines" and isinstance(found, list):
        return "\n".join(str(one) for one in found)
    if box.kind == "yes":
        return "1" if found else None
    if box.kind == "time" and isinstance(found, str):
        return found[:5]
    return found
