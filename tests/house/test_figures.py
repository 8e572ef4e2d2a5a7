"""The pages with figures: what a run found stands between the marks, and nothing else changes."""

import json
from pathlib import Path

import pytest

from shared.docs import figures
from tests.house.documents import ROOT

PAGE, LATEST = "docs/reliability.md", "drills/latest.json"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for folder in ("docs", "drills"):
        (tmp_path / folder).mkdir()
    (tmp_path / PAGE).write_text(f"before\n{figures.BEGIN}old\n{figures.END}\nafter\n")
    return tmp_path


def test_figures_stand_between_the_marks(project: Path) -> None:
    found = {"kills": {"kills": 60, "commands": 5000, "drained_s": 1.234, "faults": ["x"], "form": "full"}}
    (project / LATEST).write_text(json.dumps(found))
    figures.refresh(project)
    text = (project / PAGE).read_text()
    assert "\n| `kills` | full | kills 60, commands 5,000, drained_s 1.23 |\n" in text
    assert text.startswith("before\n")
    assert text.endswith(f"{figures.END}\nafter\n")
    assert "old" not in text


def test_what_has_many_figures_has_a_table_of_its_own(project: Path) -> None:
    many = {f"part {number}": number for number in range(figures.MANY + 1)}
    (project / LATEST).write_text(json.dumps({"quality": many | {"form": "full"}, "kills": {"kills": 60}}))
    figures.refresh(project)
    text = (project / PAGE).read_text()
    assert "\n| `kills` |  | kills 60 |\n| `quality` | full | below |\n" in text
    assert "\n### quality\n\n| | |\n| --- | --- |\n| part 0 | 0 |\n" in text


def test_without_figures_there_is_an_empty_block(project: Path) -> None:
    assert figures.pages(project) == {PAGE: f"before\n{figures.BEGIN}{figures.END}\nafter\n"}


def test_a_page_without_a_place_is_refused(project: Path) -> None:
    (project / PAGE).write_text("no marks")
    with pytest.raises(ValueError, match=r"docs/reliability\.md has no place for figures"):
        figures.pages(project)


def test_the_pages_are_there() -> None:
    assert PAGE in figures.pages(ROOT)
