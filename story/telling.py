"""How the story is told on a terminal: a line per step with its business time, and a progress bar."""

import time
from datetime import datetime

import httpx
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from shared.settings import Kernel
from story.steps import STEPS, Step
from story.tale import Tale
from story.walk import Walk
from story.world import NotSeen, World

COLOURS = {
    "applications": "cyan",
    "scoring": "magenta",
    "notifications": "yellow",
    "surveys": "green",
    "journeys": "blue",
}


async def tell(tale: Tale, kernel: Kernel, console: Console) -> bool:
    """Walk all steps; False (and a line that says why) at the first that was not seen."""
    began = time.monotonic()
    async with httpx.AsyncClient(timeout=20) as client:
        walk = Walk(tale, World(kernel, client))
        with _progress(console) as progress:
            task = progress.add_task("the story", total=len(STEPS))
            for step in STEPS:
                progress.update(task, description=step.title)
                if not await _told(step, walk, progress.console):
                    return False
                progress.advance(task)
    seconds = time.monotonic() - began
    console.print(f"[bold green]The story was seen to the end[/]: {len(STEPS)} steps in {seconds:.0f} s.")
    return True


async def _told(step: Step, walk: Walk, console: Console) -> bool:
    try:
        seen = await step.act(walk)
        _line(console, await walk.world.now(), step, seen, "✓", "green")
    except (NotSeen, httpx.HTTPError) as error:
        _line(console, None, step, str(error) or type(error).__name__, "✗", "red")
        return False
    return True


def _line(console: Console, now: datetime | None, step: Step, text: str, mark: str, colour: str) -> None:
    day = f"{now:%Y-%m-%d %H:%M}" if now else " " * 16
    line = Text.assemble(
        (f"{mark} ", colour),
        (f"{day}  ", "dim"),
        (f"{step.room:<14}", COLOURS.get(step.room, "")),
        (step.title, "bold"),
    )
    console.print(line, soft_wrap=True)
    for part in text.splitlines():
        console.print(Text(" " * 34 + part, style="red" if colour == "red" else "dim"), soft_wrap=True)


def _progress(console: Console) -> Progress:
    return Progress(
        BarColumn(20), MofNCompleteColumn(), TextColumn("{task.description}"), TimeElapsedColumn(),
        console=console, transient=True,
    )  # fmt: skip
