"""`sojourn docs`: write what is generated."""

from pathlib import Path
from typing import Annotated

import typer

from shared.docs import write


def register(app: typer.Typer) -> None:
    app.command("docs")(docs)


def docs(
    check: Annotated[bool, typer.Option("--check", help="only say what is out of date; exit code 1 if any")] = False,
) -> None:
    """Schemas, events catalogue, AsyncAPI, OpenAPI and settings table, made from the code."""
    stale = write(Path.cwd(), check=check)
    for path in stale:
        print(f"{'out of date' if check else 'written'}: {path}")
    if stale and check:
        raise typer.Exit(1)
