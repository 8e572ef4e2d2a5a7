"""Decisions: numbered without gaps, all in the index, each with its five sections."""

import re
from pathlib import Path

import pytest

from tests.house.documents import ROOT

FOLDER = ROOT / "docs" / "decisions"
SECTIONS = ["Context", "Decision", "Consequences", "Alternatives", "Enforced by"]
DECISIONS = sorted(FOLDER.glob("[0-9]*.md"))


def title(file: Path) -> str:
    return file.read_text(encoding="utf-8").splitlines()[0].removeprefix(f"# {file.name[:4]} ")


def test_they_are_numbered_without_gaps() -> None:
    assert [file.name[:4] for file in DECISIONS] == [f"{number:04}" for number in range(1, len(DECISIONS) + 1)]


def test_the_index_is_complete_and_in_order() -> None:
    index = (FOLDER / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| (\d{4}) \| \[(.+)\]\((.+)\) \|$", index, re.MULTILINE)
    assert listed == [(file.name[:4], title(file), file.name) for file in DECISIONS]


@pytest.mark.parametrize("file", DECISIONS, ids=lambda file: file.stem)
def test_each_has_its_five_sections_and_stays_short(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    assert parts[1::2] == SECTIONS
    assert all(len(part.strip()) > 30 for part in parts[2::2])
    assert len(text.splitlines()) <= 60
