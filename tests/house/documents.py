"""The Markdown files of the project, read as their readers do: blocks, links, sections."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
_BLOCK = re.compile(
    r"^(?:<!-- (?P<mark>[^\n]*) -->\n)?```(?P<language>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)
_LINK = re.compile(r"\]\((?!https?:|mailto:|#)(?P<target>[^)\s#]+)(?:#[^)]*)?\)")


@dataclass(frozen=True)
class Block:
    """A fenced block; `mark` is the comment on the line before it."""

    mark: str
    language: str
    text: str


def blocks(file: Path) -> list[Block]:
    found = _BLOCK.finditer(file.read_text(encoding="utf-8"))
    return [Block(block["mark"] or "", block["language"], block["text"]) for block in found]


def links(file: Path) -> list[str]:
    """Targets inside the project, without their anchors; code is not prose."""
    prose = _BLOCK.sub("", file.read_text(encoding="utf-8"))
    return [link["target"] for link in _LINK.finditer(prose)]


def pages() -> list[Path]:
    """Every page that people write."""
    rooms = sorted((ROOT / "services").glob("*/README.md"))
    return [
        ROOT / "README.md",
        ROOT / "CHANGELOG.md",
        ROOT / "deploy/README.md",
        *rooms,
        *sorted((ROOT / "docs").rglob("*.md")),
    ]


def named_paths(file: Path) -> list[str]:
    """Files and folders of the project that a page names in code type, without patterns and placeholders."""
    prose = _BLOCK.sub("", file.read_text(encoding="utf-8"))
    return re.findall(r"`((?:services|shared|tests|docs|deploy|story|requirements)/[\w./-]*)`", prose)
