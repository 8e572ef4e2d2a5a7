"""The commands of `sojourn`, and how a mistake ends: one line and an exit code."""

import importlib.util
import json
import os
import sys
from pathlib import Path

import typer

from shared.cli import documents, events, rooms, system

app = typer.Typer(
    help="Sojourn: the customer flow of an internship exchange.", no_args_is_help=True, pretty_exceptions_enable=False,
    add_completion=False,
)  # fmt: skip
for module in (system, rooms, events, documents):
    module.register(app)


def main() -> None:
    """Find the running system, add the story where it is installed, and answer mistakes with one line."""
    _find_running_system()
    if importlib.util.find_spec("story"):
        importlib.import_module("story.cli").register(app)
    try:
        app()
    except (ValueError, OSError, RuntimeError) as error:
        if os.environ.get("SOJOURN_DEBUG"):
            raise
        print(f"sojourn: {_line(error)}", file=sys.stderr)
        sys.exit(2)


def _find_running_system() -> None:
    """Where `sojourn up` runs, its settings serve every other command; what the environment says wins."""
    file = Path(os.environ.get("SOJOURN_DATA_DIR", ".sojourn")) / "runtime.json"
    if file.exists():
        for name, value in json.loads(file.read_text()).get("environment", {}).items():
            os.environ.setdefault(name, value)


def _line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
