"""Where the deployment's files are, read as the tests need them."""

import re
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
ROOMS = sorted(package.parent.name for package in ROOT.glob("services/*/__init__.py"))
ONE_SHOTS = ["topics", "story", *(f"migrate-{room}" for room in ROOMS)]


@cache
def compose() -> dict[str, Any]:
    """docker-compose.yml with its anchors merged."""
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def services() -> dict[str, dict[str, Any]]:
    return compose()["services"]


def env_file(name: str) -> dict[str, str]:
    """The lines NAME=value of a file in deploy/."""
    lines = (DEPLOY / name).read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


@cache
def stages() -> dict[str, list[tuple[str, str]]]:
    """Each stage of the Dockerfile: its instructions as (word, rest), the first being its FROM."""
    text = re.sub(r"\\\n", " ", (DEPLOY / "Dockerfile").read_text())
    found: dict[str, list[tuple[str, str]]] = {}
    current: list[tuple[str, str]] = []
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        word, _, rest = line.strip().partition(" ")
        if word == "FROM":
            current = found.setdefault(rest.split(" AS ")[1], [])
        current.append((word, rest.strip()))
    return found


def instructions(stage: str, word: str) -> list[str]:
    return [rest for name, rest in stages()[stage] if name == word]


def tracked(pattern: str) -> list[str]:
    """Files under version control that match."""
    listed = subprocess.run(["git", "ls-files", pattern], cwd=ROOT, capture_output=True, text=True, check=True)
    return listed.stdout.split()
