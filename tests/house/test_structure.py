"""How the code is laid out: layers, files of a room, sizes, names, one place that commits, one clock."""

import ast
import importlib.util
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from shared.service import discover, load

ROOT = Path(__file__).parents[2]
ROOMS = discover()
LONGEST_FILE, LONGEST_FUNCTION, LONG_SHARE = 350, 50, 0.05
BANNED = {"utils", "util", "helpers", "helper", "manager", "base", "common", "misc"}
ALWAYS = {
    "__init__",
    "__main__",
    "main",
    "api",
    "consumer",
    "handlers",
    "views",
    "policy",
    "model",
    "schemas",
    "settings",
}


def modules(*folders: str) -> list[Path]:
    return [file for folder in folders for file in sorted((ROOT / folder).rglob("*.py"))]


def sources(*folders: str, holding: str = "") -> Iterator[tuple[Path, ast.Module]]:
    """Each module that holds what this pattern finds."""
    for file in modules(*folders):
        if re.search(holding, text := file.read_text(encoding="utf-8")):
            yield file.relative_to(ROOT), ast.parse(text)


def calls(tree: ast.Module, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == name:
            yield node


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def tool(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


def test_imports_go_down_and_rooms_know_no_room() -> None:
    done = run(tool("lint-imports"))
    assert done.returncode == 0, done.stdout[-3000:]


def test_the_code_is_formatted_and_has_no_known_smell() -> None:
    for arguments in (["check"], ["format", "--check"]):
        done = run(tool("ruff"), *arguments, ".")
        assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_has_the_files_that_every_room_has(room: str) -> None:
    folder = ROOT / "services" / room
    there = {path.stem for path in folder.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert there >= ALWAYS
    assert (folder / "README.md").exists()
    assert list((folder / "migrations" / "versions").glob("0001_*.py"))


@pytest.mark.parametrize("room", ROOMS)
def test_a_service_fits_on_one_page(room: str) -> None:
    assert len((ROOT / "services" / room / "main.py").read_text().splitlines()) <= 60


def test_only_the_storage_commits_a_transaction() -> None:
    places = set()
    for path, tree in sources("shared", "services", "story", holding="(?i)commit"):
        for call in () if "testing" in path.parts else calls(tree, "commit"):
            owner = ast.unparse(call.func.value)  # type: ignore[attr-defined]
            if not owner.endswith(("subscription", "client", "consumer", "_client")):
                places.add(f"{path}: {owner}.commit()")
        words = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
        places |= {str(path) for word in words if isinstance(word, str) and word.upper().strip("; ") == "COMMIT"}
    assert places == {"shared/storage/engine.py"}


def test_rooms_have_no_clock_of_their_own() -> None:
    found = []
    for path, tree in sources("services", holding=r"\b(now|today|utcnow)\("):
        for name in ("now", "today", "utcnow"):
            for call in calls(tree, name):
                owner = ast.unparse(call.func.value)  # type: ignore[attr-defined]
                if owner in {"datetime", "date", "time"}:
                    found.append(f"{path}:{call.lineno}")
    assert found == []


def test_every_module_says_what_it_owns() -> None:
    begins = re.compile(r'(#.*\n|\s)*"""\S')
    every = modules("shared", "services", "story", "drills", "bench", "tests")
    silent = [str(file.relative_to(ROOT)) for file in every if not begins.match(file.read_text(encoding="utf-8"))]
    assert [path for path in silent if not (path.startswith("tests/") and path.endswith("__init__.py"))] == []


def test_names_say_what_a_thing_is() -> None:
    every = modules("shared", "services", "story", "drills", "bench", "tests")
    assert [str(file) for file in every if file.stem in BANNED] == []


def test_files_and_functions_stay_short() -> None:
    long_files, long_functions, count = [], [], 0
    for path, tree in sources("shared", "services", "story", "drills", "bench"):
        lines = len((ROOT / path).read_text(encoding="utf-8").splitlines())
        if lines > LONGEST_FILE and not {"migrations", "testing"} & set(path.parts):
            long_files.append(f"{path} ({lines})")
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and "migrations" not in path.parts:
                count += 1
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                long_functions += [f"{path}:{node.lineno} ({length})"] if length > LONGEST_FUNCTION else []
    assert long_files == []
    assert len(long_functions) <= count * LONG_SHARE, long_functions


@pytest.mark.parametrize("room", ROOMS)
def test_a_rooms_pins_hold_all_that_it_imports(room: str) -> None:
    pinned = _pins(room)
    kernel = [path for path in ("shared",) for path in (ROOT / path).rglob("*.py")]
    parts = {"embedded", "testing", "docs", "cli"}
    files = [file for file in kernel if not parts & set(file.relative_to(ROOT).parts)]
    files += (ROOT / "services" / room).rglob("*.py")
    owners = packages_distributions()
    missing = {}
    for file in files:
        for package in _third_party(ast.parse(file.read_text(encoding="utf-8"))):
            names = {_normal(name) for name in owners.get(package, [package])}
            if not names & pinned:
                missing.setdefault(package, file.name)
    assert missing == {}


def _pins(room: str) -> set[str]:
    text = (ROOT / "requirements" / f"{room}.txt").read_text()
    return {_normal(match) for match in re.findall(r"^([A-Za-z0-9_.-]+)(?:\[[^]]*\])?==", text, re.MULTILINE)}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _third_party(tree: ast.Module) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    ours = {"shared", "services", "story"}
    return {name for name in found if name not in sys.stdlib_module_names and name not in ours}


def test_pins_have_hashes_and_name_no_registry() -> None:
    for file in (ROOT / "requirements").glob("*.txt"):
        text = file.read_text()
        assert "--hash=sha256:" in text, file.name
        assert "://" not in text, file.name


def test_nothing_names_a_path_of_somebodys_machine() -> None:
    homes = "/(wo" + "rk/(main|shared)|ro" + "ot/|home/[a-z]+/)"
    listed = run("git", "grep", "-nIE", homes)
    assert [line for line in listed.stdout.splitlines() if "/home/sojourn" not in line] == []


def test_the_kernel_finds_the_rooms_by_looking() -> None:
    assert len(ROOMS) == 5
    assert [load(room).name for room in ROOMS] == ROOMS
    assert importlib.util.find_spec("services.nowhere") is None
