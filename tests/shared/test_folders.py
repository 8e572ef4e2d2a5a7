"""Folders of processes: what a killed one left goes, what a living one has stays."""

import subprocess
import tempfile
from pathlib import Path

import pytest

from shared.testing import folders


def test_only_the_folders_of_processes_that_are_no_more_are_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    ended = subprocess.Popen(["true"])
    ended.wait()
    left = tmp_path / folders.NAME.format(kind="postgres", process=ended.pid)
    (left / "data").mkdir(parents=True)
    with folders.folder("keys") as mine:
        folders.sweep.__wrapped__()
        assert [str(place) for place in tmp_path.iterdir()] == [mine]
    assert list(tmp_path.iterdir()) == []
