"""The commands of `sojourn`, and how a mistake ends: one line and an exit code."""

import importlib.util
import json
import os
import sys
from pathlib import Path

import httpx
import typer

from shared.cli import documents, events, rooms, system
from shared.service import tools

app = typer.Typer(
    help="Sojourn: the customer flow of an internship exchange.", no_args_is_help=True, pretty_exceptions_enable=False,
    add_completion=False,
)  # fmt: skip
STORY = "story.cli"  # beside the kernel, which knows no room; an image of one room doesn't carry it
for module in (system, rooms, events, documents):
    module.register(app)


def main() -> None:
    """Find the running system, add the story and the rooms' tools, and answer mistakes with one line."""
    _find_running_system()
    if importlib.util.find_spec(STORY.partition(".")[0]):
        importlib.import_module(STORY).register(app)
    for module in tools():
        importlib.import_module(module).register(app)
    try:
        app()
    except (ValueError, OSError, RuntimeError, httpx.HTTPError) as error:
        if os.environ.get("SOJOURN_DEBUG"):
            raise
        print(f"sojourn: {_line(error)}", file=sys.stderr)
        sys.exit(2)


def _find_running_system() -> None:
    """Where `sojourn up` runs, its settings serve every other command; what the environment says wins."""
    file = Path(os.environ.get("SOJOURN_DATA_DIR", ".sojourn")) / "runtime.json"
    if file.exists():
        use_settings(json.loads(file.read_text()).get("environment", {}))


def use_settings(settings: dict[str, str]) -> None:
    """Take settings for this process; what the environment says already wins."""
    for name, value in settings.items():
        if name.startswith("SOJOURN_"):
            os.environ.setdefault(name, value)


def _line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
