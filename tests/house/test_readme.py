"""What the documents show is true: README's blocks run against a real system, links lead somewhere."""

import asyncio
import contextlib
import json
import os
import re
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from itertools import pairwise
from pathlib import Path

import httpx
import pytest

from shared.embedded.stack import EmbeddedStack
from shared.settings import Kernel
from story.approval import record_needed
from story.steps import committees, opportunities
from story.tale import read_tale
from story.walk import Walk
from story.world import World
from tests.house.documents import ROOT, Block, blocks, links, named_paths, pages

README = ROOT / "README.md"
RUN, LISTEN, NOT_RUN = "run", "run: until an approval is heard", "not run: "
KEEP_ENVIRONMENT = "python -c 'import json, os, sys; json.dump(dict(os.environ), open(sys.argv[1], \"w\"))'"


def shown() -> Iterator[tuple[Block, str]]:
    """The blocks that run one after the other, each with the output that stands below it (or nothing)."""
    found = [*blocks(README), Block("", "", "")]
    for block, below in pairwise(found):
        if block.mark == RUN:
            yield block, below.text if below.language == "text" else ""


def script(block: Block) -> str:
    if block.language == "bash":
        return block.text
    return f"python -W error - <<'END_OF_BLOCK'\n{block.text}END_OF_BLOCK\n"


def test_every_block_of_the_readme_runs_or_says_why_not() -> None:
    for block in blocks(README):
        if block.language in ("bash", "python"):
            assert block.mark in (RUN, LISTEN) or block.mark.startswith(NOT_RUN), block.text
        else:
            assert block.language == "text", block


def test_another_service_reacts_in_fifteen_lines() -> None:
    (listener,) = (block for block in blocks(README) if block.mark == LISTEN)
    assert len([line for line in listener.text.splitlines() if line.strip()]) <= 15


def test_the_readme_is_short() -> None:
    assert len(README.read_text(encoding="utf-8").splitlines()) <= 200


def test_make_knows_the_targets_that_documents_name() -> None:
    known = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for page in pages():
        named = re.findall(r"(?:`|^)make ([a-z]+)", page.read_text(encoding="utf-8"), re.MULTILINE)
        assert set(named) <= known, page


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    lost = [target for target in links(page) if not (page.parent / target).exists()]
    assert lost == []


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_files_that_documents_name_are_there(page: Path) -> None:
    places = (ROOT, page.parent)  # a room's page names files as seen from its own folder
    lost = [name for name in named_paths(page) if not any((place / name).exists() for place in places)]
    assert lost == []


# --- the blocks on a running system


@pytest.fixture
async def stack() -> AsyncIterator[EmbeddedStack]:
    """As `make run ARGS=--no-story` starts it, with the room that the examples call."""
    rooms = sorted(set(re.findall(r"sojourn where (\w+)", README.read_text(encoding="utf-8"))) - {"kafka", "mail"})
    environ = {name: value for name, value in os.environ.items() if not name.startswith("SOJOURN_")}
    environ["PYTHONDONTWRITEBYTECODE"] = "1"
    with tempfile.TemporaryDirectory(prefix="sojourn-readme-") as name:
        Path(name).chmod(0o755)  # PostgreSQL's own user has to reach it
        async with EmbeddedStack(Path(name) / "data", environ=environ, rooms=rooms) as running:
            yield running


@contextlib.asynccontextmanager
async def begun(stack: EmbeddedStack) -> AsyncIterator[Walk]:
    """The first two steps of the story: committees and opportunities are there."""
    settings = {name.removeprefix("SOJOURN_").lower(): value for name, value in stack.environment.items()}
    kernel = Kernel(**{name: value for name, value in settings.items() if name in Kernel.model_fields})
    async with httpx.AsyncClient(timeout=20) as client:
        walk = Walk(read_tale(), World(kernel, client))
        await committees(walk)
        await opportunities(walk)
        yield walk


async def run(text: str, env: dict[str, str]) -> tuple[str, dict[str, str]]:
    """What the block prints, and the environment that it leaves behind."""
    with tempfile.NamedTemporaryFile(suffix=".json") as kept:
        whole = f"set -euo pipefail\n{text}\n{KEEP_ENVIRONMENT} {kept.name}\n"
        pipe = asyncio.subprocess.PIPE
        shell = await asyncio.create_subprocess_exec("bash", "-c", whole, cwd=ROOT, env=env, stdout=pipe, stderr=pipe)
        said, complaint = await shell.communicate()
        assert shell.returncode == 0, f"{text}\n{said.decode()}{complaint.decode()}"
        return said.decode(), json.loads(Path(kept.name).read_text())


async def approve(walk: Walk) -> None:
    """Everything that is left until the application of the examples is approved."""
    host, sender = walk.people["he"], walk.people["se"]
    ((mine),) = (await host.get("applications", "/v1/applications"))["items"]
    path, terms = f"/v1/applications/{mine['id']}", {"terms": mine["terms"]}
    await host.change("applications", f"{path}/acceptance", of=path)
    applicant = walk.world.account("participant", "ana")
    await applicant.change("applications", f"{path}/acceptance-note", terms, of=path)
    await record_needed(sender, path)
    for side in (sender, host):
        await side.change("applications", f"{path}/approval", terms, of=path)


async def first_line(text: str, env: dict[str, str], cause: Walk) -> str:
    """What a program that listens says first, once the cause is there."""
    pipe = asyncio.subprocess.PIPE
    listener = await asyncio.create_subprocess_exec(sys.executable, "-c", text, env=env, stdout=pipe, stderr=pipe)
    try:
        await approve(cause)
        async with asyncio.timeout(60):
            return (await listener.stdout.readline()).decode()
    finally:
        listener.kill()
        await listener.communicate()


@pytest.mark.timeout(300)
async def test_the_blocks_of_the_readme_do_what_they_show(stack: EmbeddedStack) -> None:
    async with begun(stack) as walk:
        env = stack.environment | {"PATH": f"{ROOT / '.venv/bin'}:{os.environ['PATH']}"}
        for block, output in shown():
            said, env = await run(script(block), env)
            assert said == output

        (listener,) = (block for block in blocks(README) if block.mark == LISTEN)
        heard = await first_line(listener.text, env, walk)
        assert re.fullmatch(rf"[0-9a-f-]{{36}} approved: {walk.start} to {walk.end}\n", heard)
