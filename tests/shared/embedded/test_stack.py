"""The whole system on one machine: found again after a stop, refused in one line, gone when its owner is."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import asyncpg
import httpx
import psutil
import pytest

from shared.embedded.checks import CannotStart, free_ports
from shared.embedded.kafka import brokers_listed
from shared.embedded.stack import EmbeddedStack, find_running
from shared.embedded.wiring import configured_ports, given_settings, in_database

pytestmark = pytest.mark.timeout(240)
RUN = [sys.executable, "-m", "shared.embedded.stack", "--servers-only"]


@pytest.fixture
def data():
    """Reachable for PostgreSQL's own user, which pytest's folders are not."""
    with tempfile.TemporaryDirectory(prefix="sojourn-") as name:
        Path(name).chmod(0o755)
        yield Path(name) / "data"


def bare(**settings: str) -> dict[str, str]:
    """An environment without any of this machine's settings."""
    return {name: value for name, value in os.environ.items() if not name.startswith("SOJOURN_")} | settings


async def ask(url: str, query: str):
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def test_servers_and_mail_start_stop_and_come_back_with_their_data(data):
    stack = EmbeddedStack(data, environ=bare(), rooms=[])
    async with stack:
        found = find_running(data)
        assert found["addresses"] == stack.addresses
        assert set(found["processes"]) == {"kafka", "postgres", "mail"}
        assert found["processes"]["mail"]["pid"] == stack.supervisor.rows["mail"].pid
        await ask(stack.server_url, "CREATE TABLE kept AS SELECT 7 AS n")
        async with httpx.AsyncClient(base_url=stack.addresses["mail"], timeout=60) as web:
            assert (await web.get("/messages")).status_code == 200
        pids = [row.pid for row in stack.supervisor.rows.values()]
        began = time.monotonic()
    assert time.monotonic() - began < 5
    assert not any(map(psutil.pid_exists, pids))
    assert find_running(data) is None

    async with EmbeddedStack(data, environ=bare(), rooms=[]) as again:
        assert again.addresses == stack.addresses
        assert await ask(again.server_url, "SELECT n FROM kept") == 7


async def test_killed_servers_come_back_by_themselves(data):
    async with EmbeddedStack(data, environ=bare(), rooms=[]) as stack:
        for name in ("kafka", "postgres", "mail"):
            stack.supervisor.kill(name)
        async with asyncio.timeout(60):
            while any(row.restarts == 0 for row in stack.supervisor.rows.values()):
                await asyncio.sleep(0.05)
        await stack.supervisor.until_ready()

        assert await ask(stack.server_url, "SELECT 1") == 1
        assert await brokers_listed(*stack.kafka.address()) == 1
        assert {row.restarts for row in stack.supervisor.rows.values()} == {1}
        assert find_running(data)["processes"]["mail"]["pid"] == stack.supervisor.rows["mail"].pid


async def test_secrets_are_made_once_and_for_their_owner_only(data):
    async with EmbeddedStack(data, environ=bare(), rooms=[]) as stack:
        first = stack.environment["SOJOURN_LINK_KEY"]
        modes = {file.name: file.stat().st_mode & 0o777 for file in (data / "keys").iterdir()}
        assert modes == {"development-issuer.json": 0o600, "link-key": 0o600}
        assert (data / "runtime.json").stat().st_mode & 0o777 == 0o600
    again = EmbeddedStack(data, environ=bare(), rooms=[])
    async with again:
        assert again.environment["SOJOURN_LINK_KEY"] == first


async def test_servers_given_by_url_are_used(data, cluster, postgres):
    given = bare(SOJOURN_KAFKA_BOOTSTRAP=cluster.bootstrap, SOJOURN_DATABASE_URL=postgres.url())
    async with EmbeddedStack(data, environ=given, rooms=[]) as stack:
        assert set(stack.supervisor.rows) == {"mail"}
        assert stack.environment["SOJOURN_KAFKA_BOOTSTRAP"] == cluster.bootstrap
    assert cluster.running()
    assert postgres.running


@pytest.mark.parametrize("setting", ["SOJOURN_KAFKA_BOOTSTRAP", "SOJOURN_DATABASE_URL"])
async def test_a_given_server_that_is_away_is_named_by_its_setting(data, cluster, postgres, setting):
    (port,) = free_ports(1)
    servers = {"SOJOURN_KAFKA_BOOTSTRAP": cluster.bootstrap, "SOJOURN_DATABASE_URL": postgres.url()}
    away = {
        "SOJOURN_KAFKA_BOOTSTRAP": f"127.0.0.1:{port}",
        "SOJOURN_DATABASE_URL": f"postgresql://a:b@127.0.0.1:{port}/x",
    }
    stack = EmbeddedStack(data, environ=bare(**servers | {setting: away[setting]}), rooms=[])

    with pytest.raises(CannotStart, match=rf"127\.0\.0\.1:{port} \({setting}\)"):
        await stack.start()


async def test_production_mode_is_refused(data):
    with pytest.raises(CannotStart, match="development only"):
        await EmbeddedStack(data, environ=bare(SOJOURN_MODE="production"), rooms=[]).start()


def launch(data: Path, **settings: str) -> subprocess.Popen[str]:
    env = bare(SOJOURN_DATA_DIR=str(data), **settings)
    return subprocess.Popen(RUN, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_until_ready(process: subprocess.Popen[str]) -> None:
    for line in process.stdout:
        if line.startswith("Ready"):
            return
    pytest.fail(process.stderr.read())


def test_a_second_start_on_the_same_folder_is_refused_and_ctrl_c_stops_the_first(data):
    with launch(data) as first:
        wait_until_ready(first)
        with launch(data) as second:
            said, complaint = second.communicate(timeout=60)
            assert (second.returncode, said) == (2, "")
            assert complaint == f"sojourn: Sojourn is already running on {data} (process {first.pid})\n"
        began = time.monotonic()
        first.send_signal(signal.SIGINT)
        first.communicate(timeout=20)
        assert time.monotonic() - began < 5
        assert first.returncode == 0


def test_nothing_outlives_a_killed_supervisor(data):
    with launch(data) as process:
        wait_until_ready(process)
        family = psutil.Process(process.pid).children(recursive=True)
        assert len(family) >= 4
        process.kill()
        process.communicate(timeout=20)
    _, alive = psutil.wait_procs(family, timeout=10)
    assert alive == []

    with launch(data) as again:
        wait_until_ready(again)
        again.send_signal(signal.SIGTERM)
        again.communicate(timeout=20)
        assert again.returncode == 0


def test_a_signal_during_the_start_stops_cleanly(data):
    with launch(data) as process:
        while not list(data.glob("logs/postgres.log")):
            time.sleep(0.05)
        family = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)
        assert process.returncode == 130
    _, alive = psutil.wait_procs(family, timeout=5)
    assert alive == []


def test_a_port_that_is_no_port_is_one_line(data):
    with launch(data, SOJOURN_MAIL_PORT="eighty") as process:
        _, complaint = process.communicate(timeout=60)
        assert process.returncode == 2
        assert complaint == "sojourn: SOJOURN_MAIL_PORT is 'eighty'; a port is a number from 1 to 65535\n"


def test_settings_come_from_the_environment_over_the_env_file(tmp_path):
    (tmp_path / ".env").write_text("SOJOURN_MAIL_PORT=8125\nSOJOURN_LOG_LEVEL=debug\n")

    given = given_settings({"SOJOURN_MAIL_PORT": "9000"}, tmp_path)

    assert given == {"SOJOURN_MAIL_PORT": "9000", "SOJOURN_LOG_LEVEL": "debug"}


def test_the_port_of_an_outer_mail_server_is_not_opened():
    given = {"SOJOURN_SMTP_HOST": "mail.example", "SOJOURN_SMTP_PORT": "587", "SOJOURN_SURVEYS_PORT": "8102"}

    assert configured_ports(given, ["surveys"]) == {"surveys": ("SOJOURN_SURVEYS_PORT", 8102)}


def test_a_rooms_database_is_on_the_given_server():
    url = "postgresql://me:p%40ss@db.example:5433/postgres?sslmode=require"

    assert in_database(url, "sojourn_surveys") == (
        "postgresql://me:p%40ss@db.example:5433/sojourn_surveys?sslmode=require"
    )


def test_a_running_system_that_died_is_not_found(tmp_path):
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        gone.wait()
    (tmp_path / "runtime.json").write_text(json.dumps({"pid": gone.pid}))

    assert find_running(tmp_path) is None
