"""Typesets documents: words in, PDF bytes out, the same bytes for the same words; never on the event loop."""

import asyncio
import hashlib
import json
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
    """One thread with one compiler: it keeps what it has parsed, and may not be shared between threads.

    typst lets go of the interpreter lock while it works. Facts travel as data (`sys.inputs`), never as markup.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "press")
        self._compiler: typst.Compiler | None = None

    async def print(self, order: Order) -> Paper:
        """The document of an order; TimeoutError when it takes too long."""
        async with asyncio.timeout(LIMIT.total_seconds()):
            content = await asyncio.get_running_loop().run_in_executor(self._thread, self.typeset, order.sheet)
        digest = hashlib.sha256(content).hexdigest()
        return Paper(order.delivery_id, order.kind, order.sheet.language, order.sheet.file_name, digest, content)

    def typeset(self, sheet: Sheet) -> bytes:
        """The PDF (tagged for screen readers, PDF/UA-1); fonts are ours and those inside typst, so that every machine agrees."""
        if self._compiler is None:
            fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[FONTS])
            self._compiler = typst.Compiler(LAYOUT, root=LAYOUT.parent, font_paths=fonts, ignore_system_fonts=True)
        data = json.dumps(asdict(sheet), ensure_ascii=False, sort_keys=True)
        try:
            return self._compile(data, ["ua-1"])
        except typst.TypstError as error:
            if "could not be displayed with font" not in error.message:
                raise
            log.warning("document has letters that no font has", document=sheet.file_name, language=sheet.language)
            return self._compile(data, [])

    def _compile(self, data: str, standards: list[str]) -> bytes:
        assert self._compiler is not None
        made = self._compiler.compile(format="pdf", sys_inputs={"data": data}, pdf_standards=standards, timestamp=0)
        assert isinstance(made, bytes)
        return made

    def close(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)
