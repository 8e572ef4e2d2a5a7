"""docker-compose.yml: every room is in it, nothing in it has more rights than it needs."""

import os
import re
import shutil
import subprocess

import pytest

from shared.service import load
from shared.settings import Kernel, Mode
from tests.deploy.files import DEPLOY, ONE_SHOTS, ROOMS, ROOT, compose, env_file, services

NO_SHELL_IN_ITS_IMAGE = {"otel-collector"}
SERVICES = sorted(services())
LASTING = [name for name in SERVICES if name not in ONE_SHOTS]
VARIABLE = re.compile(r"\$\{([A-Z_0-9]+)")


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_has_an_api_a_worker_and_a_migration(room):
    assert services()[f"{room}-api"]["command"] == ["api"]
    assert services()[f"{room}-worker"]["command"] == ["worker"]
    assert services()[f"migrate-{room}"]["command"] == ["migrate"]
    assert {services()[name]["build"]["target"] for name in (f"{room}-api", f"{room}-worker", f"migrate-{room}")} == {
        room
    }


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_starts_after_its_migration_and_the_topics(room):
    done = {"condition": "service_completed_successfully"}
    for process in (f"{room}-api", f"{room}-worker"):
        assert services()[process]["depends_on"] == {f"migrate-{room}": done, "topics": done}
    assert services()[f"migrate-{room}"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert services()["topics"]["depends_on"] == {"kafka": {"condition": "service_healthy"}}


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_sees_its_own_database_and_no_other(room):
    for process in (f"{room}-api", f"{room}-worker", f"migrate-{room}"):
        databases = [secret for secret in services()[process]["secrets"] if secret.endswith("_database_url")]
        assert databases == [f"sojourn_{room}_database_url"]


@pytest.mark.parametrize("name", SERVICES)
def test_an_image_comes_by_variable(name):
    assert re.match(r"\$\{SOJOURN_[A-Z]+(_IMAGE)?:-[^}]+\}", services()[name]["image"])
    if build := services()[name].get("build"):
        assert build["args"]["PYTHON_IMAGE"] == "${SOJOURN_PYTHON_IMAGE:-python:3.12-slim}"


@pytest.mark.parametrize("name", SERVICES)
def test_a_container_has_no_rights_that_it_does_not_need(name):
    service = services()[name]
    assert service["user"].split(":")[0] not in ("", "0", "root")
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["read_only"] is (name != "kafka")
    assert not {"privileged", "cap_add", "devices", "network_mode", "pid", "ipc"} & set(service)


@pytest.mark.parametrize("name", SERVICES)
def test_a_container_has_limits(name):
    assert services()[name].keys() >= {"mem_limit", "pids_limit", "logging"}


@pytest.mark.parametrize("name", LASTING)
def test_what_stays_up_is_watched(name):
    check = services()[name]["healthcheck"]
    assert ("test" in check) is (name not in NO_SHELL_IN_ITS_IMAGE)
    assert services()[name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", [name for name in SERVICES if name in ONE_SHOTS])
def test_what_runs_once_is_not_restarted(name):
    assert services()[name]["restart"] == "no"
    assert services()[name]["healthcheck"] == {"disable": True}


def test_nothing_is_published_outside_loopback():
    ports = [port for service in services().values() for port in service.get("ports", [])]
    assert len(ports) == len(ROOMS) + 2
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []


def test_databases_and_brokers_are_on_a_network_without_a_way_out():
    assert compose()["networks"]["inside"] == {"internal": True}
    assert services()["postgres"]["networks"] == services()["kafka"]["networks"] == ["inside"]


def test_secrets_come_from_files_only():
    assert all(secret.keys() == {"file"} for secret in compose()["secrets"].values())
    named = {key for service in services().values() for key in service.get("environment", {})}
    assert [
        name
        for name in named
        if re.search("PASSWORD|SECRET|LINK_KEY|DATABASE_URL", name) and not name.endswith(("_FILE", "_DIR"))
    ] == []


@pytest.mark.parametrize("name", ["development.env", "production.env.example"])
def test_a_settings_file_names_only_settings_that_exist(name):
    known = {f"SOJOURN_{field.upper()}" for field in Kernel.model_fields} | _variables()
    assert [setting for setting in _mentioned(name) if setting not in known] == []


def _mentioned(name: str) -> list[str]:
    return re.findall(r"^#?(SOJOURN_[A-Z_]+)=", (DEPLOY / name).read_text(), re.MULTILINE)


def _variables() -> set[str]:
    return set(VARIABLE.findall((ROOT / "docker-compose.yml").read_text()))


@pytest.mark.parametrize("room", ROOMS)
def test_a_process_is_given_only_settings_that_exist(room):
    own = {f"SOJOURN_{room.upper()}_{field.upper()}" for field in load(room).settings.model_fields}
    known = (
        {f"SOJOURN_{field.upper()}" for field in Kernel.model_fields}
        | own
        | {"SOJOURN_SECRETS_DIR", "SOJOURN_PROBE_URL"}
    )
    for process in (f"{room}-api", f"{room}-worker"):
        assert set(services()[process]["environment"]) <= known
    assert {secret for secret in services()[f"{room}-api"]["secrets"] if secret != "development_key"} <= {
        name.lower() for name in known
    }


def test_the_production_example_is_accepted_in_production_mode(monkeypatch):
    for name in [name for name in os.environ if name.startswith("SOJOURN_")]:
        monkeypatch.delenv(name)
    for name, value in env_file("production.env.example").items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("SOJOURN_LINK_KEY", "k" * 64)
    assert Kernel(_env_file=None).mode is Mode.production


def test_the_development_settings_are_refused_in_production_mode(monkeypatch):
    for name, value in env_file("development.env").items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("SOJOURN_MODE", "production")
    with pytest.raises(ValueError, match="SOJOURN_CLOCK_CONTROL is on"):
        Kernel(_env_file=None)


def _programs() -> dict[str, list[str]]:
    """Every Compose on this machine: the plugin of docker (v2) and the program of its own (v1)."""
    found = {}
    docker, alone = shutil.which("docker"), shutil.which("docker-compose")
    if docker and subprocess.run([docker, "compose", "version"], capture_output=True).returncode == 0:
        found["v2"] = [docker, "compose"]
    if alone:
        found["v1"] = [alone]
    return found


PROGRAMS = _programs()
each_compose = pytest.mark.parametrize("version", PROGRAMS or ["none"])


def config(version: str, *arguments: str, **environment: str) -> str:
    """What Compose understood; Compose needs no engine for that."""
    if not PROGRAMS:
        pytest.skip("needs Docker Compose: apt-get install docker-compose")
    command = [*PROGRAMS[version], *arguments]
    result = subprocess.run(command, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return result.stdout


@each_compose
@pytest.mark.parametrize("profile", ["", "development", "story", "observability"])
def test_compose_accepts_the_file(version, profile):
    understood = config(version, "--profile", profile or "none", "config", "--services").split()
    asked = {name for name in SERVICES if profile in services()[name].get("profiles", [profile])}
    assert set(understood) >= asked


@each_compose
def test_compose_accepts_the_production_example(version):
    example = "deploy/production.env.example"
    understood = config(version, "--env-file", example, "config", SOJOURN_ENV_FILE=example)
    assert "SOJOURN_MODE: production" in understood
    assert "CLOCK_CONTROL" not in understood


def test_servers_of_ones_own_take_the_place_of_the_stacks():
    override = (DEPLOY / "compose.own-servers.yml").read_text()
    waiting = [name for name in SERVICES if {"kafka", "postgres"} & set(services()[name].get("depends_on", {}))]
    assert [name for name in waiting if f"  {name}: {{depends_on: !reset {{}}}}\n" not in override] == []
    if "v2" in PROGRAMS:  # v1 does not know !reset
        files = ("-f", "docker-compose.yml", "-f", "deploy/compose.own-servers.yml")
        assert {"kafka", "postgres"} & set(config("v2", *files, "config", "--services").split()) == set()
