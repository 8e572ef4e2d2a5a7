"""The guard in front of a case's files: size, kind by bytes, pictures drawn anew – never on the event loop."""

import asyncio
import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from services.surveys.files.kinds import PICTURES, Kind, NotTaken, Refused, kind_of
from services.surveys.files.names import shown_name
from services.surveys.files.pictures import MOST_PIXELS, redrawn

# Two at a time: a picture of 40 million pixels takes 160 MB while it is drawn.
_HANDS = ThreadPoolExecutor(2, "file-guard")


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes of one file and pixels of one picture."""

    size: int = 10_000_000
    pixels: int = MOST_PIXELS


@dataclass(frozen=True, slots=True)
class Guarded:
    """A file as it is kept; `digest` is the SHA-256 of these bytes, which for a picture are not those that came."""

    name: str
    kind: Kind
    digest: str
    content: bytes = field(repr=False)


def guard(name: str, content: bytes, limits: Limits) -> Guarded:
    """The file as it may be kept; NotTaken says why it may not."""
    if len(content) > limits.size:
        raise NotTaken(Refused.too_large)
    kind = kind_of(content)
    kept = redrawn(content, kind, limits.pixels) if kind in PICTURES else content
    return Guarded(shown_name(name, kind), kind, hashlib.sha256(kept).hexdigest(), kept)


async def guarded(name: str, content: bytes, limits: Limits) -> Guarded:
    """The same on one of two threads of its own."""
    return await asyncio.get_running_loop().run_in_executor(_HANDS, guard, name, content, limits)
