"""Prints drawings as PDF: the same bytes for the same drawing, on threads of its own."""

import asyncio
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import typst

from services.journeys.drawing.layout import Drawing
from services.journeys.drawing.svg import draw

LAYOUT = Path(__file__).parent / "sheet.typ"
FONTS = LAYOUT.parent / "fonts"
LIMIT = timedelta(seconds=20)


class Press:
    """Two threads, each with a compiler of its own: one may not be shared. typst lets go of the interpreter lock.

    The drawing travels as data (`sys.inputs`), never as markup; fonts are those in typst and one for Arabic.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(2, "blueprint-press")
        self._own = threading.local()

    async def print(self, drawing: Drawing) -> bytes:
        """The PDF, one page of the drawing's size; TimeoutError when it takes too long."""
        async with asyncio.timeout(LIMIT.total_seconds()):
            return await asyncio.get_running_loop().run_in_executor(self._pool, self.typeset, drawing)

    def typeset(self, drawing: Drawing) -> bytes:
        data = {
            "svg": draw(drawing), "title": drawing.title, "language": drawing.language.partition("-")[0],
            "width": drawing.width, "height": drawing.height,
        }  # fmt: skip
        made = self._compiler().compile(
            format="pdf", sys_inputs={"data": json.dumps(data, ensure_ascii=False, sort_keys=True)}, timestamp=0
        )
        assert isinstance(made, bytes)
        return made

    def _compiler(self) -> typst.Compiler:
        if not hasattr(self._own, "compiler"):
            fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[FONTS])
            self._own.compiler = typst.Compiler(LAYOUT, root=LAYOUT.parent, font_paths=fonts, ignore_system_fonts=True)
        return self._own.compiler  # type: ignore[no-any-return]
