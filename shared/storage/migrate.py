"""Alembic without a project of its own: one history per room, run from code, one at a time."""

from pathlib import Path

from alembic.autogenerate import compare_metadata, produce_migrations, render_python_code
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, text

from shared.storage.ddl import KERNEL_TABLES
from shared.storage.engine import Database

LOCK = 0x50_6A_6F_75


async def migrate(database: Database, migrations: Path) -> str:
    """Bring the database to the newest revision; the revision. Safe to call from several processes at once."""
    async with database.engine.begin() as connection:
        await connection.execute(text("SELECT set_config('statement_timeout', '0', true)"))
        await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        return await connection.run_sync(_upgrade, migrations)


async def at_head(database: Database, migrations: Path) -> bool:
    """Whether the database stands at the newest revision."""
    async with database.engine.connect() as connection:
        current = await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision())
    return current == _scripts(migrations).get_current_head()


async def differences(database: Database, tables: MetaData) -> list[object]:
    """What the models say and the migrated database does not, or the other way round; empty when they agree."""
    async with database.engine.connect() as connection:
        return await connection.run_sync(_compare, tables)


async def draft(database: Database, tables: MetaData) -> str:
    """The body of a revision that would make the database as the models say; for a person to read and finish."""
    async with database.engine.connect() as connection:
        return await connection.run_sync(_draft, tables)


def _scripts(migrations: Path) -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(migrations))
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config)


def _upgrade(connection: Connection, migrations: Path) -> str:
    scripts = _scripts(migrations)
    environment = EnvironmentContext(
        Config(),
        scripts,
        fn=lambda revision, _context: scripts._upgrade_revs("head", revision),  # type: ignore[arg-type]
        destination_rev="head",
    )
    with environment:
        environment.configure(connection=connection)
        environment.run_migrations()
    return scripts.get_current_head() or ""


def _context(connection: Connection) -> MigrationContext:
    def ours(_object: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
        return not (kind == "table" and name in KERNEL_TABLES)

    return MigrationContext.configure(connection, opts={"include_object": ours, "compare_type": True})


def _compare(connection: Connection, tables: MetaData) -> list[object]:
    return list(compare_metadata(_context(connection), tables))


def _draft(connection: Connection, tables: MetaData) -> str:
    upgrade = produce_migrations(_context(connection), tables).upgrade_ops
    return render_python_code(upgrade) if upgrade else ""
