"""`sojourn story`: walk it on a running system."""

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


def story(file: Annotated[Path, typer.Argument(help="the data of the story")] = SHIPPED) -> None:
    """Walk the story on the running system, over its public HTTP APIs; exit code 1 if a step is not seen."""
    if not asyncio.run(tell(read_tale(file), kernel(), Console())):
        raise typer.Exit(1)
