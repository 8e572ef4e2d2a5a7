"""The scanner port: somebody who looks into a file before others get it; clamd over TCP, or nobody."""

import asyncio
import re
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from shared.errors import Transient

CHUNK = 64 * 1024
CLAMD_PORT = 3310


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a scanner found; `threat` None is nothing."""

    threat: str | None = None


class ScannerAway(Transient):
    """The scanner can't be reached, or did not say anything that makes sense: the file waits."""


class ScannerFault(Exception):
    """The scanner won't look at this file, now or later (too large for it)."""


class Scanner(Protocol):
    """Looks into bytes. `looks` False means that nobody does: files are served without."""

    looks: bool

    def scan(self, content: bytes) -> Awaitable[Verdict]:
        """The verdict; ScannerAway when there is none now, ScannerFault when there will be none."""
        ...


class NoScanner:
    """Nobody looks."""

    looks = False

    async def scan(self, content: bytes) -> Verdict:
        return Verdict()


class Clamd:
    """ClamAV's daemon by its INSTREAM command (docs.clamav.net, "ClamD Protocol"): chunks of a 4-byte length in
    network byte order and so many bytes, one of length 0 to end; the reply is `stream: OK` or `stream: NAME FOUND`.

    The connection is neither encrypted nor authenticated: the daemon stands in a network of its own.
    """

    looks = True

    def __init__(self, host: str, port: int = CLAMD_PORT, timeout: float = 30.0) -> None:
        self.host, self.port, self.timeout = host, port, timeout

    async def scan(self, content: bytes) -> Verdict:
        try:
            async with asyncio.timeout(self.timeout):
                return _verdict(await self._asked(content))
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
            raise ScannerAway(f"The scanner gives no answer: {type(error).__name__}.") from error

    async def _asked(self, content: bytes) -> str:
        reader, writer = await asyncio.open_connection(self.host, self.port)
        try:
            writer.write(b"zINSTREAM\0")
            for at in range(0, len(content), CHUNK):
                part = content[at : at + CHUNK]
                writer.write(len(part).to_bytes(4, "big") + part)
                await writer.drain()
            writer.write(bytes(4))
            await writer.drain()
            return (await reader.readuntil(b"\0"))[:-1].decode("utf-8", "replace").strip()
        finally:
            writer.close()


_FOUND = re.compile(r"stream: (.{1,200}) FOUND")


def _verdict(reply: str) -> Verdict:
    if reply == "stream: OK":
        return Verdict()
    if found := _FOUND.fullmatch(reply):
        return Verdict(found[1])
    if "size limit exceeded" in reply:
        raise ScannerFault(reply[:200])
    raise ScannerAway(f"The scanner said {reply[:200]!r}.")


def scanner_of(address: str) -> Scanner:
    """The scanner of a setting: `none` or `clamd://host:port`."""
    if address == "none":
        return NoScanner()
    parts = urlsplit(address)
    if parts.scheme != "clamd" or not parts.hostname:
        raise ValueError(f"{address!r} is no scanner: none or clamd://host:port")
    return Clamd(parts.hostname, parts.port or CLAMD_PORT)
