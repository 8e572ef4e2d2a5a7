"""The supervisor's rows for a person: a live table on a terminal, a line per change elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from shared.embedded.supervisor import Row, State, Supervisor

COLOURS = {State.ready: "green", State.unready: "yellow", State.pausing: "red", State.stopped: "dim"}


def table(supervisor: Supervisor) -> Table:
    """Name, pid, state, restarts and address of each process, as it is now."""
    grid = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for column in ("process", "pid", "state", "restarts", "address"):
        grid.add_column(column, justify="right" if column in ("pid", "restarts") else "left")
    for row in supervisor.rows.values():
        state = Text(row.state, style=COLOURS.get(row.state, ""))
        grid.add_row(row.name, str(row.pid or ""), state, str(row.restarts or ""), row.program.address)
    return grid


def line(row: Row) -> str:
    """The same for one process as plain text."""
    pid = f"pid {row.pid}" if row.pid else ""
    restarts = f"restarts {row.restarts}" if row.restarts else ""
    words = (f"{row.name:<22}", f"{row.state:<10}", pid, restarts, row.program.address)
    return "  ".join(word for word in words if word).rstrip()


class _Now:
    """Draws the table anew at each refresh."""

    def __init__(self, supervisor: Supervisor) -> None:
        self._supervisor = supervisor

    def __rich__(self) -> Table:
        return table(self._supervisor)


@contextmanager
def watching(supervisor: Supervisor, console: Console) -> Iterator[None]:
    """Show the rows until the end of the block; what is printed on the console meanwhile appears above them."""
    if console.is_terminal:
        with Live(_Now(supervisor), console=console, refresh_per_second=4, transient=True):
            yield
        return
    before, seen = supervisor.on_change, {}

    def say(row: Row) -> None:
        before(row)
        now = (row.state, row.restarts)
        if seen.get(row.name) != now and row.state is not State.starting:
            seen[row.name] = now
            console.print(line(row), highlight=False, markup=False, soft_wrap=True)

    supervisor.on_change = say
    try:
        yield
    finally:
        supervisor.on_change = before
