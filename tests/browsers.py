"""A real browser for tests of pages: Debian's Chromium, one for the run."""

import os
import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, async_playwright

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"]
INSTALL = "apt-get install chromium"


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Debian's Chromium; skipped by name where it is not installed, but not in CI."""
    program = shutil.which("chromium")
    if program is None:
        assert not os.environ.get("SOJOURN_CI"), f"CI needs Chromium: {INSTALL}"
        pytest.skip(f"Chromium is not installed: {INSTALL}")
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield chromium
        await chromium.close()
