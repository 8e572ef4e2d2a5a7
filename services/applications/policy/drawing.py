"""The state machine as a page: a diagram, the moves, what holds and what follows; all from the one table."""

import inspect
from collections.abc import Iterator

from services.applications.policy.guards import GUARDS
from services.applications.policy.moves import EFFECTS, MOVES, Move, Status

HEAD = """# The states of an application

Made by `sojourn docs` from the table in `services/applications/policy/moves.py`. A move that isn't possible is refused
with the reason and the moves that are; `GET /v1/applications/{id}/moves` tells a caller beforehand.
"""


def states_page() -> str:
    """The whole page, Markdown."""
    parts = [HEAD, *_diagram(), "", "## Moves", "", *_moves(), "", "## Guards", "", *_guards(), ""]
    return "\n".join([*parts, "## What follows", "", *_effects(), "", "## Reasons", "", *_reasons(), ""])


def _diagram() -> Iterator[str]:
    yield "```mermaid\nstateDiagram-v2\n    [*] --> open: submit"
    arrows: dict[tuple[Status, Status], list[str]] = {}  # one each, or they'd be drawn upon each other
    for move in MOVES.values():
        for source in _in_order(move):
            arrows.setdefault((source, move.target or source), []).append(move.name)
    for (source, target), names in arrows.items():
        yield f"    {source} --> {target}: {', '.join(names)}"
    for status in Status:
        if not any(status in move.sources for move in MOVES.values()):
            yield f"    {status} --> [*]"
    yield "```"


def _in_order(move: Move) -> list[Status]:
    return [status for status in Status if status in move.sources]


def _moves() -> Iterator[str]:
    yield "| move | from | to | who | guard | what follows | reasons | route |\n" + "| --- " * 8 + "|"
    for move in MOVES.values():
        sources = ", ".join(_in_order(move))
        who = ", ".join(sorted(role.replace("_", " ") for role in move.roles))
        reasons = f"`{move.reasons.__name__}`" if move.reasons else ""
        route = f"`POST …/{move.route}`" if move.route else "(the calendar)"
        target = move.target or "(stays)"
        cells = (f"`{move.name}`", sources, target, who, f"`{move.guard}`", f"`{move.effect}`", reasons, route)
        yield "| " + " | ".join(cells) + " |"


def _guards() -> Iterator[str]:
    for name, guard in GUARDS.items():
        yield f"- `{name}`: {inspect.getdoc(guard)}"


def _effects() -> Iterator[str]:
    for name, what in EFFECTS.items():
        yield f"- `{name}`: {what}."


def _reasons() -> Iterator[str]:
    lists = {move.reasons.__name__: move.reasons for move in MOVES.values() if move.reasons}
    for name, reasons in lists.items():
        yield f"- `{name}`: " + ", ".join(f"`{reason}`" for reason in reasons)
