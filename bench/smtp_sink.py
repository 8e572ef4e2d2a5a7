"""A mail server that keeps nothing and says yes to every command: `python -m bench.smtp_sink PORT`."""

import asyncio
import sys

from shared.embedded.checks import LOOPBACK

END = b"\r\n.\r\n"
REPLIES = {b"EHLO": b"250-sink\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n", b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n"}


class Sink(asyncio.Protocol):
    """One session."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._to, self._held, self._content = transport, b"", False
        self._to.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self._held += data
        while self._step():
            pass

    def _step(self) -> bool:
        """Take one command, or the whole content of a message, if it is there."""
        part, found, rest = self._held.partition(END if self._content else b"\r\n")
        if not found:
            return False
        self._held = rest
        if self._content:
            self._content = False
            self._to.write(b"250 kept nowhere\r\n")
            return True
        verb = part[:4].upper()
        self._content = verb == b"DATA"
        self._to.write(REPLIES.get(verb, b"250 ok\r\n"))
        return True


async def serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Sink, LOOPBACK, port)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
