"""Files that a guard must see through, made here byte by byte; and a stand-in for the scanner's daemon."""

import asyncio
import io
import struct
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from PIL import Image

# The test file of the European Institute for Computer Antivirus Research, in two halves so that no scanner of a
# developer's machine takes this file away.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
PDF += b"trailer<</Root 1 0 R>>\n%%EOF\n"
ZIP = b"PK\x05\x06" + bytes(18)
SCRIPT = b"<script>alert(1)</script>"


def picture(form: str = "JPEG", size: tuple[int, int] = (64, 48), colour: str = "teal", **more: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, form, **more)
    return out.getvalue()


def located() -> bytes:
    """A JPEG with the place where it was taken, its camera, a comment, and a turn to the right."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "CAMERA-OF-IOANA", 6
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2] = "N", (59.0, 51.0, 30.0)
    return picture(size=(64, 48), exif=exif, comment=b"HIDDEN-COMMENT")


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def bomb(width: int = 30_000, height: int = 30_000) -> bytes:
    """A PNG of a few kilobytes that says, and holds, 900 million grey pixels."""
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compressobj(9)
    line = bytes(1 + width // 8)
    body = b"".join(rows.compress(line) for _ in range(height)) + rows.flush()
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


@asynccontextmanager
async def daemon(*, say: bytes | None = None) -> AsyncIterator[tuple[int, list[bytes]]]:
    """A server that speaks INSTREAM as clamd does and knows one virus; its port, and what it was sent.

    `say` is what it answers instead, whatever comes.
    """
    seen: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.readexactly(10) == b"zINSTREAM\0"
        content = b""
        while length := int.from_bytes(await reader.readexactly(4), "big"):
            content += await reader.readexactly(length)
        seen.append(content)
        found = b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0"
        writer.write(found if say is None else say)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], seen
