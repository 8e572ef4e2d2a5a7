"""The drill on the page about drills runs as it stands there."""

from typing import Any

import pytest

from tests.house.documents import ROOT, blocks


@pytest.mark.timeout(240)
async def test_the_drill_on_the_page_holds() -> None:
    (block,) = (block for block in blocks(ROOT / "docs/drills.md") if block.mark == "a drill")
    assert block.language == "python"
    assert len(block.text.splitlines()) <= 30
    names: dict[str, Any] = {"__name__": "drill_of_the_page"}
    exec(block.text, names)
    figures = await names["DRILL"].run(False)
    assert names["DRILL"].falls_short(figures, False) == []
    assert figures["commands"] >= 60
