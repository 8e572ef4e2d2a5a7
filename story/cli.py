"""`sojourn story` and `sojourn up`: walk it on a running system, or start one for it."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from shared.settings import kernel
from story.tale import SHIPPED, read_tale
from story.telling import tell


def register(app: typer.Typer) -> None:
    app.command("story")(story)
    app.command("up")(up)


def story(file: Annotated[Path, typer.Argument(help="the data of the story")] = SHIPPED) -> None:
    """Walk the story on the running system, over its public HTTP APIs; exit code 1 if a step is not seen."""
    if not asyncio.run(tell(read_tale(file), kernel(), Console())):
        raise typer.Exit(1)


def up(
    once: Annotated[
        bool, typer.Option("--once", help="end after the story; exit code 0 only if every step was seen")
    ] = False,
    with_story: Annotated[bool, typer.Option("--story/--no-story", help="walk the story when all is up")] = True,
) -> None:
    """Start everything on this machine: PostgreSQL, Kafka, five rooms, the mail inbox; then walk the story."""
    from story.up import run

    raise typer.Exit(run(once=once, with_story=with_story))
