"""A network of one's own, in which packets can be swallowed: a namespace by `unshare`, black holes by nftables."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PROGRAMS = {"nft": "nftables", "ip": "iproute2", "unshare": "util-linux"}  # and the Debian packages that bring them
AS_ROOT = ("unshare", "--net")
AS_ANYBODY = ("unshare", "--user", "--map-current-user", "--keep-caps", "--net")
HOLE = """
table inet hole {{
    chain arriving {{
        type filter hook input priority 0
        tcp dport {{ {ports} }} drop
        tcp sport {{ {ports} }} drop
    }}
}}
"""


def why_not() -> str | None:
    """Why this machine can't do it, and what would help; None when it can."""
    if packages := sorted(package for program, package in PROGRAMS.items() if _program(program) is None):
        return f"black holes need apt-get install {' '.join(packages)}"
    tried = subprocess.run([*_alone(), _program("nft"), "add", "table", "inet", "hole"], capture_output=True, text=True)
    if tried.returncode:
        said = (tried.stderr.strip().splitlines() or ["it said nothing"])[-1]
        return f"this kernel gives no network of our own, even after apt-get install nftables: {said}"
    return None


async def alone(module: str, *arguments: str) -> dict[str, Any]:
    """Run `python -m module FILE arguments…` in a network of its own; what it wrote into the file, as JSON."""
    if reason := why_not():
        raise RuntimeError(reason)
    with tempfile.TemporaryDirectory(prefix="sojourn-network-") as folder:
        file = Path(folder) / "told.json"
        command = [*_alone(), sys.executable, "-m", module, str(file), *arguments]
        process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
        try:
            _, said = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
        if process.returncode:
            raise AssertionError(f"{module} ended with {process.returncode}:\n{said.decode()[-3000:]}")
        return dict(json.loads(file.read_text()))


def lift_loopback() -> None:
    """A new network has nothing but a loopback that is down."""
    subprocess.run([_program("ip"), "link", "set", "lo", "up"], check=True)


@contextmanager
def black_hole(ports: Sequence[int]) -> Iterator[None]:
    """Inside the block no packet from or to these TCP ports arrives, and nobody is told."""
    _nft(HOLE.format(ports=", ".join(map(str, ports))))
    try:
        yield
    finally:
        _nft("delete table inet hole")


def _nft(text: str) -> None:
    subprocess.run([_program("nft"), "-f", "-"], input=text, text=True, check=True)


def _alone() -> Sequence[str]:
    return AS_ROOT if os.geteuid() == 0 else AS_ANYBODY


def _program(name: str) -> str | None:
    """Administrators' programs aren't on everybody's path."""
    return shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"]))
