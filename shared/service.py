"""A service on one page: what it owns, hears, says, and when it wakes."""

import importlib
import importlib.util
import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import MetaData

from shared.contracts.envelope import Envelope, Event
from shared.settings import RoomSettings
from shared.storage.due import Due
from shared.storage.tx import Uow

if TYPE_CHECKING:
    from shared.runtime import Runtime

EventHandler = Callable[[Uow, Envelope], Awaitable[None]]
TimerHandler = Callable[[Uow, Due], Awaitable[None]]
Loop = Callable[["Runtime"], Awaitable[None]]
SERVICES = "services"


@dataclass(frozen=True)
class Service:
    """The declaration of a room.

    `hears` maps event classes to handlers, `timers` due-row kinds; `loops` are the worker's own endless tasks, `mounts`
    are ASGI apps of the api process by path (the console). `read_models` are the tables in which every column of every
    row follows from the events heard: `shared.messaging.replay` makes them again, byte for byte. `rebuilt`: what the
    room hears makes it say nothing, so its read models may be emptied and made again in place. `documents` are pages
    of the room's own in `docs/`, by file name, with what makes each: `sojourn docs` writes them.
    `large_bodies`: paths (a regular expression each) that take more bytes than the kernel's body limit, and how many.
    """

    name: str
    title: str
    summary: str
    tables: MetaData
    settings: type[RoomSettings]
    routers: tuple[Any, ...] = ()
    says: tuple[type[Event], ...] = ()
    hears: Mapping[type[Event], EventHandler] = field(default_factory=dict)
    timers: Mapping[str, TimerHandler] = field(default_factory=dict)
    loops: tuple[Loop, ...] = ()
    mounts: Mapping[str, Any] = field(default_factory=dict)
    read_models: tuple[str, ...] = ()
    rebuilt: bool = False
    documents: Mapping[str, Callable[[], str]] = field(default_factory=dict)
    large_bodies: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        foreign = [event.TYPE for event in self.says if event.TOPIC.partition(".")[0] != self.name]
        if foreign:
            raise ValueError(f"{self.name} may not say {', '.join(foreign)}: another room owns them")

    @property
    def folder(self) -> Path:
        """Where the room's files are."""
        return Path(inspect.getfile(importlib.import_module(f"{SERVICES}.{self.name}"))).parent

    @property
    def migrations(self) -> Path:
        return self.folder / "migrations"

    @property
    def topics_heard(self) -> list[str]:
        return sorted({event.TOPIC for event in self.hears})


def discover() -> list[str]:
    """The rooms that are there: folders of `services/` with a `main.py`."""
    package = importlib.import_module(SERVICES)
    folders = [Path(path) for path in package.__path__]
    return sorted(main.parent.name for folder in folders for main in folder.glob("*/main.py"))


def load(room: str) -> Service:
    """The declaration of a room by its name."""
    return importlib.import_module(f"{SERVICES}.{room}.main").service


def tools() -> list[str]:
    """Modules with command-line tools of the rooms: a `tools.py` beside `main.py`, cheap to import."""
    rooms = (f"{SERVICES}.{room}" for room in discover())
    return [f"{room}.tools" for room in rooms if importlib.util.find_spec(f"{room}.tools")]
