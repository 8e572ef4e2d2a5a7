"""Documents are typeset the same way every time, whatever the facts contain, and never on the event loop."""

import asyncio
import hashlib
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from services.notifications import texts
from services.notifications.press import FONTS, Order, Press
from shared.ids import new_id
from tests.notifications.test_texts import DOCUMENTS, EVERYTHING, LANGUAGES, NEEDED


@pytest.fixture
def press() -> Iterator[Press]:
    made = Press()
    yield made
    made.close()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", DOCUMENTS)
def test_the_same_facts_give_the_same_bytes(press: Press, code: str, language: str) -> None:
    first = press.typeset(texts.sheet(code, language, EVERYTHING))
    assert first.startswith(b"%PDF-")
    press.typeset(texts.sheet(code, language, NEEDED))
    assert press.typeset(texts.sheet(code, language, EVERYTHING)) == first
    assert Press().typeset(texts.sheet(code, language, EVERYTHING)) == first


def words_of(pdf: bytes, folder: Path) -> str:
    file = folder / "document.pdf"
    file.write_bytes(pdf)
    return subprocess.run(["pdftotext", "-layout", file, "-"], check=True, capture_output=True, text=True).stdout


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs poppler-utils")
def test_a_document_shows_the_facts_and_the_letters_of_its_language(press: Press, tmp_path: Path) -> None:
    shown = words_of(press.typeset(texts.sheet("departure-document", "ro", EVERYTHING)), tmp_path)
    for words in (
        "Document de plecare",
        "Ioana Șerban",
        "Înainte să pleci",
        "duminică, 24 mai 2026",
        "țară",
        "Bus 801",
    ):
        assert words in shown


HOSTILE = [
    "#panic(1) = x $1$ `code` *b* _e_ <label> @ref // no \\ \" ' { } [ ]",
    '"}); #read("/etc/passwd")',
    "\u202eabc\u200b\ufeff\U0001f600",
    "x" * 20_000,
    "line\n" * 400,
    "\\u{1F600} \\n",
    "王小明 محمد महेश",  # no font here has these: the document is made all the same
]


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
def test_facts_are_data_never_markup(press: Press, hostile: str) -> None:
    facts: dict[str, Any] = EVERYTHING | {"departure_route": hostile, "accommodation": hostile, "supervisor": hostile}
    facts |= {
        "person": EVERYTHING["person"] | {"given_name": hostile},
        "opportunity": {"title": hostile, "city": hostile},
    }
    for code in DOCUMENTS:
        assert press.typeset(texts.sheet(code, "en", facts)).startswith(b"%PDF-")


@pytest.fixture
async def ticks() -> AsyncIterator[list[float]]:
    """How far apart the event loop's turns were."""
    gaps: list[float] = []

    async def tick() -> None:
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            await asyncio.sleep(0.002)
            gaps.append(loop.time() - began)

    task = asyncio.create_task(tick())
    yield gaps
    task.cancel()


async def test_typesetting_leaves_the_event_loop_free(press: Press, ticks: list[float]) -> None:
    sheet = texts.sheet("departure-document", "en", EVERYTHING | {"departure_route": "A long way home. " * 1100})
    loop = asyncio.get_running_loop()
    began = loop.time()
    papers = [await press.print(Order(new_id(), "departure-document", sheet)) for _ in range(5)]
    took = loop.time() - began
    assert len({paper.sha256 for paper in papers}) == 1
    assert papers[0].sha256 == hashlib.sha256(papers[0].content).hexdigest()
    assert len(ticks) > took / 0.002 / 10  # the loop kept turning meanwhile


async def test_every_thread_sets_the_same_bytes() -> None:
    """Several at once, each on a compiler of its own, and in any order."""
    press = Press(threads=3)
    try:
        sheets = [texts.sheet(code, language, EVERYTHING) for code in DOCUMENTS[:3] for language in LANGUAGES]
        once = await asyncio.gather(*(press.typeset_soon(sheet) for sheet in sheets))
        again = await asyncio.gather(*(press.typeset_soon(sheet) for sheet in reversed(sheets)))
        assert once == again[::-1]
    finally:
        press.close()


def test_a_font_lies_beside_its_licence() -> None:
    fonts = sorted(file.name for file in FONTS.glob("*.ttf"))
    assert fonts == ["NotoNaskhArabic-Bold.ttf", "NotoNaskhArabic-Regular.ttf"]
    assert "SIL OPEN FONT LICENSE" in (FONTS / "NotoNaskhArabic-OFL.txt").read_text("utf-8")
