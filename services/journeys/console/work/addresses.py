"""Where the working pages are: a list, an item, an action, a form for something new."""

from typing import Any
from urllib.parse import urlencode

from services.journeys.console.session import HOME, local_path
from services.journeys.console.work.declare import Action, Family, Section, View


def list_address(view: View) -> str:
    return f"{HOME}/{view.code}"


def item_address(family: Family, id_: Any) -> str:
    return f"{HOME}/{family.code}/{id_}"


def action_address(family: Family, action: Action, id_: Any, row: Any = None, back: str | None = None) -> str:
    """Where an action's form is and where it is sent to; `row` is the row of a section that it is about."""
    query = {name: text for name, text in (("on", row), ("next", back)) if text}
    if action.fresh:
        address = f"{HOME}/{family.code}/new/{action.code}"
    else:
        address = f"{item_address(family, id_)}/do/{action.code}"
    return f"{address}?{urlencode(query)}" if query else address


def section_of(family: Family, action: Action) -> Section | None:
    """The section whose rows, or whose whole, an action is about; None: the item itself."""
    return next((one for one in family.sections if action.code in (*one.rows, *one.actions)), None)


def back_to(family: Family, id_: str | None, asked: str | None) -> str:
    """Where the way goes on after an action: where it was begun, else the item, else the list."""
    if asked and (found := local_path(asked)) != HOME:
        return found
    if id_:
        return item_address(family, id_)
    return list_address(family.views[0]) if family.views else HOME
