"""The last figures of drills and measurements, between two marks on the pages that promise them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

LATEST = {"docs/performance.md": "bench/latest.json", "docs/reliability.md": "drills/latest.json"}
BEGIN, END = "<!-- figures: made by the run, don't edit -->\n", "<!-- end of figures -->"


def pages(root: Path) -> dict[str, str]:
    """The pages that are there, with the figures that are there; ValueError for a page without a place for them."""
    made = {}
    for page, latest in LATEST.items():
        if (root / page).exists():
            file = root / latest
            found = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
            made[page] = _filled(page, (root / page).read_text(encoding="utf-8"), found)
    return made


def refresh(root: Path) -> None:
    """After a run: the pages say what it found."""
    for page, text in pages(root).items():
        (root / page).write_text(text, encoding="utf-8")


def _filled(page: str, text: str, found: Mapping[str, Mapping[str, Any]]) -> str:
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{page} has no place for figures: {BEGIN.strip()} … {END}")
    return before + BEGIN + block(found) + END + after


def block(found: Mapping[str, Mapping[str, Any]]) -> str:
    """A table with a row per trial; empty without any. Lists are left to the file."""
    if not found:
        return ""
    lines = ["", "| trial | form | figures |", "| --- | --- | --- |"]
    for name, figures in sorted(found.items()):
        told = (f"{label} {number(value)}" for label, value in figures.items() if label != "form" and _plain(value))
        lines.append(f"| `{name}` | {figures.get('form', '')} | {', '.join(told)} |")
    return "\n".join([*lines, "", ""])


def number(value: Any) -> str:
    """A figure for a reader."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return f"{value:,.0f}" if isinstance(value, int) or value >= 1000 else f"{value:,.2f}"


def _plain(value: Any) -> bool:
    return isinstance(value, str | int | float)
