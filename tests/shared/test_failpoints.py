"""Failpoints: each is declared and passed, one armed kills once and for sure, and production has none."""

import ast
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from pydantic import ValidationError

from shared import failpoints
from shared.settings import Kernel

ROOT = Path(__file__).parents[2]
PASSES = textwrap.dedent("""
    import sys
    from pathlib import Path
    from shared import failpoints
    failpoints.watch(Path(sys.argv[1]), "room", "api")
    print("before", flush=True)
    failpoints.passing("command-committed")
    print("after", flush=True)
""")


def run(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", PASSES, folder], cwd=ROOT, capture_output=True, text=True, check=False)


def passed() -> list[str]:
    """The boundary of each call of `failpoints.passing` in the code."""
    files = [*(ROOT / "shared").rglob("*.py"), *(ROOT / "services").rglob("*.py")]
    texts = (text for file in files if "failpoints" in (text := file.read_text(encoding="utf-8")))
    nodes = (node for text in texts for node in ast.walk(ast.parse(text)))
    calls = (node for node in nodes if isinstance(node, ast.Call) and ast.unparse(node.func) == "failpoints.passing")
    return [ast.literal_eval(call.args[0]) for call in calls]


def test_each_declared_boundary_is_passed_at_one_place_and_nothing_else_is() -> None:
    assert sorted(passed()) == sorted(failpoints.BOUNDARIES)


def test_an_armed_process_dies_at_the_boundary_once_without_a_word(tmp_path: Path) -> None:
    file = failpoints.arm(tmp_path, "room", "api", "command-committed")
    first = run(tmp_path)
    assert (first.returncode, first.stdout, first.stderr, file.exists()) == (-9, "before\n", "", False)
    second = run(tmp_path)
    assert (second.returncode, second.stdout) == (0, "before\nafter\n")


@pytest.mark.parametrize(
    ("room", "process", "boundary"),
    [("other", "api", "command-committed"), ("room", "worker", "command-committed"), ("room", "api", "hint-due")],
)
def test_what_is_armed_for_others_stays_armed(tmp_path: Path, room: str, process: str, boundary: str) -> None:
    file = failpoints.arm(tmp_path, room, process, boundary)
    assert (run(tmp_path).stdout, file.exists()) == ("before\nafter\n", True)


def test_a_boundary_that_nobody_declared_can_not_be_armed(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="there is no boundary 'somewhere'"):
        failpoints.arm(tmp_path, "room", "api", "somewhere")
    assert list(tmp_path.iterdir()) == []


def test_production_refuses_the_folder(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="SOJOURN_FAILPOINTS_DIR is set"):
        Kernel(_env_file=None, mode="production", failpoints_dir=tmp_path)
