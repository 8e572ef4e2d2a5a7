"""Folders that end with the process that made them; what a killed one left goes when the next one begins."""

import os
import shutil
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path

NAME = "sojourn-{kind}-of-{process}-"  # and what the system adds


def folder(kind: str) -> tempfile.TemporaryDirectory[str]:
    """A folder for `with`; it is reachable for PostgreSQL's own user."""
    sweep()
    made = tempfile.TemporaryDirectory(prefix=NAME.format(kind=kind, process=os.getpid()))
    Path(made.name).chmod(0o755)
    return made


@cache
def sweep() -> None:
    """Remove the folders of processes that are no more."""
    for place in Path(tempfile.gettempdir()).glob(NAME.format(kind="*", process="*") + "*"):
        process = place.name.partition("-of-")[2].partition("-")[0]
        if process.isdigit() and not _alive(int(process)):
            shutil.rmtree(place, ignore_errors=True)


def _alive(process: int) -> bool:
    with suppress(PermissionError):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return False
    return True
