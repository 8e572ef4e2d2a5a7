"""The last figures of drills and measurements, between two marks on the pages that promise them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

LATEST = {"docs/performance.md": "bench/latest.json", "docs/reliability.md": "drills/latest.json"}
BEGIN, END = "<!-- figures: made by the run, don't edit -->\n", "<!-- end of figures -->"
MANY = 24  # figures that one line can hold


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
    """A table with a row per trial; what has many figures has a table of its own. Lists are left to the file."""
    if not found:
        return ""
    lines, apart = ["", "| trial | form | figures |", "| --- | --- | --- |"], list[str]()
    for name, figures in sorted(found.items()):
        told = {label: number(value) for label, value in figures.items() if label != "form" and _plain(value)}
        if len(told) > MANY:
            apart += ["", f"### {name}", "", "| | |", "| --- | --- |", *(f"| {one} | {told[one]} |" for one in told)]
            words = "below"
        else:
            words = ", ".join(f"{label} {value}" for label, value in told.items())
        lines.append(f"| `{name}` | {figures.get('form', '')} | {words} |")
    return "\n".join([*lines, *apart, "", ""])


def number(value: Any) -> str:
    """A figure for a reader."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return f"{value:,.0f}" if isinstance(value, int) or value >= 1000 else f"{value:,.2f}"


def _plain(value: Any) -> bool:
    return isinstance(value, str | int | float)
