"""Typesets documents: words in, PDF bytes out, the same bytes for the same words; never on the event loop."""

import asyncio
import hashlib
import json
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import structlog
import typst

from services.notifications.commands import Paper
from services.notifications.texts import Sheet

log = structlog.get_logger()
LAYOUT = Path(__file__).parent / "templates" / "sheet.typ"
FONTS = LAYOUT.parent / "fonts"
LIMIT = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Order:
    """A document to be typeset for a delivery."""

    delivery_id: UUID
    kind: str
    sheet: Sheet


class Press:
    """As many threads as there are cores, each with a compiler of its own: one may not be shared between threads.

    typst lets go of the interpreter lock while it works, and keeps what it has parsed and set before. Facts travel as
    data (`sys.inputs`), never as markup.
    """

    def __init__(self, threads: int | None = None) -> None:
        self.threads = threads or len(os.sched_getaffinity(0))
        self._pool = ThreadPoolExecutor(self.threads, "press")
        self._own = threading.local()

    async def print(self, order: Order) -> Paper:
        """The document of an order; TimeoutError when it takes too long."""
        async with asyncio.timeout(LIMIT.total_seconds()):
            content = await self.typeset_soon(order.sheet)
        digest = hashlib.sha256(content).hexdigest()
        return Paper(order.delivery_id, order.kind, order.sheet.language, order.sheet.file_name, digest, content)

    async def typeset_soon(self, sheet: Sheet) -> bytes:
        """The same on one of the threads, off the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self.typeset, sheet)

    def typeset(self, sheet: Sheet) -> bytes:
        """The PDF (tagged for screen readers, PDF/UA-1); fonts are ours and those in typst: every machine agrees."""
        data = json.dumps(asdict(sheet), ensure_ascii=False, sort_keys=True)
        try:
            return self._compile(data, ["ua-1"])
        except typst.TypstError as error:
            if "could not be displayed with font" not in error.message:
                raise
            log.warning("document has letters that no font has", document=sheet.file_name, language=sheet.language)
            return self._compile(data, [])

    def _compile(self, data: str, standards: list[str]) -> bytes:
        compiler = getattr(self._own, "compiler", None) or self._begin()
        made = compiler.compile(format="pdf", sys_inputs={"data": data}, pdf_standards=standards, timestamp=0)
        assert isinstance(made, bytes)
        return made

    def _begin(self) -> typst.Compiler:
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[FONTS])
        compiler = typst.Compiler(LAYOUT, root=LAYOUT.parent, font_paths=fonts, ignore_system_fonts=True)
        self._own.compiler = compiler
        return compiler

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
