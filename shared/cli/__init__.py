"""The `sojourn` command: run the system, look into it, and mend it."""

from shared.cli.main import app, main

__all__ = ["app", "main"]
