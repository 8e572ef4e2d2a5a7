"""`sojourn story`, `sojourn up` and `sojourn pictures`: walk it on a running system, start one for it, look at it."""

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
    app.command("pictures")(pictures)


def story(file: Annotated[Path, typer.Argument(help="the data of the story")] = SHIPPED) -> None:
    """Walk the story on the running system, over its public HTTP APIs; exit code 1 if a step is not seen."""
    if not asyncio.run(tell(read_tale(file), kernel(), Console())):
        raise typer.Exit(1)


def pictures(
    to: Annotated[Path, typer.Option("--to", help="the folder that they are written into")] = Path("docs/pictures"),
) -> None:
    """Take the README's pictures of the console on the running system; needs Chromium and the tools for tests."""
    from story.pictures import take

    for file in asyncio.run(take(kernel().journeys_url.rstrip("/"), to)):
        print(file)


def up(
    once: Annotated[
        bool, typer.Option("--once", help="end after the story; exit code 0 only if every step was seen")
    ] = False,
    with_story: Annotated[bool, typer.Option("--story/--no-story", help="walk the story when all is up")] = True,
) -> None:
    """Start everything on this machine: PostgreSQL, Kafka, five rooms, the mail inbox; then walk the story."""
    from story.up import run

    raise typer.Exit(run(once=once, with_story=with_story))
