"""Failpoints: named places between two steps where a drill lets a process die as if by `kill -9`.

`passing(boundary)` stands at each of them. In development mode, with `SOJOURN_FAILPOINTS_DIR`, a file
`<room>.<process>.<boundary>` in that folder arms one while the system runs; the process that gets there first removes
the file and dies, so a file kills once. Without the folder, a failpoint is a call and a comparison.
"""

import os
import signal
from pathlib import Path

BOUNDARIES: dict[str, str] = {
    "command-handled": "A command has done its work and its reply is kept, but nothing is committed.",
    "command-committed": "A command is committed; neither the caller nor the relay has been told.",
    "hint-due": "The relay is about to be told that something was committed.",
    "rows-published": "The brokers have a portion of the outbox; its rows are still there.",
    "rows-forgotten": "A published portion of the outbox is deleted; the next one is not read yet.",
    "batch-handled": "A batch of events is handled and counted in the inbox, but nothing is committed.",
    "batch-committed": "A batch of events is committed; its offset is not.",
    "batch-acknowledged": "A batch's offset is committed as well; the next batch is not begun.",
    "event-parked": "An event that fails is set aside, and that is committed; its batch's offset is not.",
    "timer-handled": "A due row is handled and settled, but nothing is committed.",
    "timer-committed": "A due row is committed as settled; the relay has not been told.",
    "mail-claimed": "E-mails are claimed under a lease; the mail server has not heard of them.",
    "mail-accepted": "The mail server has said 250; the delivery still counts as being sent.",
}
"""Every boundary, and how things stand when a process dies there."""

_prefix: str | None = None


def watch(folder: Path | None, room: str, process: str) -> None:
    """From now on this process looks into the folder whenever it passes a boundary; None ends that."""
    global _prefix
    _prefix = None if folder is None else str(folder / f"{room}.{process}.")


def passing(boundary: str) -> None:
    """Die here if somebody has armed the boundary in this process."""
    if _prefix is not None:
        _die_if_armed(_prefix + boundary)


def _die_if_armed(file: str) -> None:
    try:
        os.unlink(file)
    except FileNotFoundError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


def arm(folder: Path, room: str, process: str, boundary: str) -> Path:
    """Let the process die at its next passing; the file, which is gone when that has happened."""
    if boundary not in BOUNDARIES:
        raise ValueError(f"there is no boundary {boundary!r}; there are {', '.join(BOUNDARIES)}")
    file = folder / f"{room}.{process}.{boundary}"
    file.touch()
    return file
