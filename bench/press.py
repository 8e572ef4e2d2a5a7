"""A load generator that costs little: prepared requests on keep-alive connections, one after the other on each."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Pressed:
    """How many requests were answered as wanted, in how many seconds; `others` are answers of another status."""

    answered: int
    seconds: float
    others: int

    @property
    def rate(self) -> float:
        return self.answered / self.seconds


def request(path: str, token: str, body: bytes, **headers: str) -> bytes:
    """A POST as it goes over the wire."""
    more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    head = f"POST {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n{more}"
    return f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


async def press(address: str, requests: Sequence[bytes], *, connections: int = 16, status: int = 201) -> Pressed:
    """Send all requests, `connections` at a time."""
    where = urlsplit(address)
    waiting = iter(requests)
    loop = asyncio.get_running_loop()
    began = time.perf_counter()
    lines = []
    for _ in range(connections):
        _, line = await loop.create_connection(lambda: _Line(waiting, status), where.hostname, where.port)
        lines.append(line)
    await asyncio.gather(*(line.done for line in lines))
    seconds = time.perf_counter() - began
    return Pressed(sum(line.good for line in lines), seconds, sum(line.others for line in lines))


class _Line(asyncio.Protocol):
    """One connection: the next request goes out when the answer to the last is in."""

    def __init__(self, waiting, status: int) -> None:
        self._waiting, self._good = waiting, b" %d " % status
        self.good = self.others = 0
        self._answer = b""
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport) -> None:
        self._transport = transport
        self._next()

    def _next(self) -> None:
        request = next(self._waiting, None)
        if request is None:
            self._transport.close()
        else:
            self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._answer += data
        head, found, body = self._answer.partition(b"\r\n\r\n")
        if not found:
            return
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        if len(body) < length:
            return
        if self._good in head[:16]:
            self.good += 1
        else:
            self.others += 1
        self._answer = b""
        self._next()

    def connection_lost(self, error) -> None:
        if not self.done.done():
            self.done.set_exception(error) if error else self.done.set_result(None)
