"""What is checked before a start: folders, space, ports, one owner per folder."""

import socket
import subprocess
import sys

import pytest

from shared.embedded.checks import CannotStart, FolderLock, Ports, enough_space, port_is_free, writable_folder


@pytest.fixture
def busy_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_configured_port_in_use_is_refused_by_the_name_of_its_setting(tmp_path, busy_port):
    ports = Ports(tmp_path / "ports.json", {"mail": ("SOJOURN_MAIL_PORT", busy_port)})

    with pytest.raises(CannotStart, match=f"port {busy_port} is already in use; choose another one for SOJOURN_MAIL"):
        ports.take(["mail"])


def test_ports_are_remembered_while_they_are_free(tmp_path):
    file = tmp_path / "ports.json"
    first = Ports(file).take(["kafka", "mail"])

    assert len(set(first.values())) == 2
    assert Ports(file).take(["kafka", "mail"]) == first


def test_a_remembered_port_that_was_taken_since_is_replaced(tmp_path, busy_port):
    file = tmp_path / "ports.json"
    file.write_text(f'{{"mail": {busy_port}}}')

    taken = Ports(file).take(["mail"])

    assert taken["mail"] != busy_port
    assert port_is_free(taken["mail"])


def test_a_broken_memory_of_ports_is_no_obstacle(tmp_path):
    (tmp_path / "ports.json").write_text("{half")

    assert set(Ports(tmp_path / "ports.json").take(["mail"])) == {"mail"}


def test_two_settings_with_the_same_port_are_refused(tmp_path):
    port = Ports(tmp_path / "other.json").take(["any"])["any"]
    ports = Ports(tmp_path / "ports.json", {"mail": ("SOJOURN_MAIL_PORT", port), "smtp": ("SOJOURN_SMTP_PORT", port)})

    with pytest.raises(CannotStart, match="SOJOURN_SMTP_PORT"):
        ports.take(["mail", "smtp"])


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("not a folder")

    with pytest.raises(CannotStart, match=r"the data folder .*file/data is not writable: Not a directory"):
        writable_folder(tmp_path / "file" / "data")


def test_too_little_space_names_the_folder(tmp_path):
    with pytest.raises(CannotStart, match=f"GB free under {tmp_path}"):
        enough_space(tmp_path, least=10**18)


def test_a_folder_has_one_owner_until_that_owner_is_gone(tmp_path):
    script = (
        "import sys, pathlib, time; from shared.embedded.checks import FolderLock; place = pathlib.Path(sys.argv[1]);"
        "lock = FolderLock(place, 'Sojourn'); lock.take(); print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE) as owner:
        assert owner.stdout.readline() == b"held\n"
        with pytest.raises(CannotStart, match=f"Sojourn is already running on {tmp_path} .process {owner.pid}"):
            FolderLock(tmp_path, "Sojourn").take()
        owner.kill()

    lock = FolderLock(tmp_path, "Sojourn")
    lock.take()
    lock.release()
