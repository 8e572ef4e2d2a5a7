"""Trials: things that are measured or drilled, told as a table, kept as JSON, and failed when they fall short."""

import argparse
import asyncio
import json
import sys
import time
import traceback
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from shared.docs.figures import number, refresh

Figures = dict[str, Any]


@dataclass(frozen=True)
class Trial:
    """One thing to try. `run(full)` gives its figures; `falls_short(figures, strict)` says what is not good enough.

    The short form (`full` False) is for every change, the full one for a release; both are judged alike. Absolute
    floors, which depend on the machine, count when `strict` only.
    """

    name: str
    what: str
    run: Callable[[bool], Awaitable[Figures]]
    falls_short: Callable[[Figures, bool], list[str]]


def main(title: str, trials: Sequence[Trial], file: Path, arguments: Sequence[str] | None = None) -> None:
    """The command line of a collection of trials: names, `--full`, `--strict`; exits 1 when one falls short."""
    names = [trial.name for trial in trials]
    parser = argparse.ArgumentParser(description=f"{title}: {', '.join(names)}. Figures go to {file}.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these (default: all)")
    parser.add_argument("--full", action="store_true", help="the long form")
    parser.add_argument("--strict", action="store_true", help="absolute floors count too")
    given = parser.parse_args(arguments)
    if unknown := sorted(set(given.names) - set(names)):
        parser.error(f"no such trial: {', '.join(unknown)}; there are {', '.join(names)}")
    chosen = [trial for trial in trials if not given.names or trial.name in given.names]
    console = Console()
    table, short = Table("trial", "figures", "verdict", title=title), 0
    for trial in chosen:
        console.print(f"[bold]{trial.name}[/bold]: {trial.what}", highlight=False)
        figures, reasons = attempt(trial, full=given.full, strict=given.strict)
        keep(file, {trial.name: figures})
        refresh(file.parents[1])
        short += bool(reasons)
        table.add_row(trial.name, told(figures), "\n".join(reasons) or "holds", style="red" if reasons else "")
    console.print(table)
    sys.exit(1 if short else 0)


def attempt(trial: Trial, *, full: bool, strict: bool) -> tuple[Figures, list[str]]:
    """Run one trial; its figures and why it falls short. One that breaks off falls short of everything."""
    began = time.monotonic()
    try:
        figures = asyncio.run(trial.run(full))
    except Exception as error:
        traceback.print_exc()
        return {"broke_off": f"{type(error).__name__}: {error}"[:500]}, ["it broke off"]
    figures |= {"form": "full" if full else "short", "took_s": round(time.monotonic() - began, 1)}
    return figures, trial.falls_short(figures, strict)


def told(figures: Figures) -> str:
    """Figures for a table's cell, one a line."""
    return "\n".join(f"{name} {number(value)}" for name, value in figures.items())


def keep(file: Path, found: dict[str, Figures]) -> None:
    """Write the figures; those of trials that were not run this time stay."""
    before = json.loads(file.read_text()) if file.exists() else {}
    file.write_text(json.dumps(dict(sorted((before | found).items())), indent=2) + "\n")
