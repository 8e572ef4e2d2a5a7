"""Migrated databases for tests: copied from a template once, emptied and used again (a copy costs half a second)."""

import asyncpg

from shared.embedded.postgres import Postgres
from shared.ids import new_id
from shared.service import Service
from shared.storage.engine import Database
from shared.storage.migrate import migrate

OTHERS = """
    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
# Only what was written to, row by row, without triggers, while it is little: TRUNCATE makes all files of a table and of
# its indexes anew, which takes a tenth of a second for a room.
EMPTY = """
    DO $$ DECLARE one record; BEGIN
        SET LOCAL session_replication_role = replica;
        FOR one IN SELECT oid::regclass AS name, pg_relation_size(oid) AS bytes FROM pg_class
            WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
            AND relname NOT IN ('alembic_version', 'clock')
        LOOP
            IF one.bytes > 500000 THEN EXECUTE format('TRUNCATE %s CASCADE', one.name);
            ELSIF one.bytes > 0 THEN EXECUTE format('DELETE FROM %s', one.name);
            END IF;
        END LOOP;
        PERFORM setval(seqrelid, seqstart, false) FROM pg_sequence;
        UPDATE clock SET offset_us = 0 WHERE offset_us <> 0;
    END $$
"""


class Databases:
    """Lends each room as many databases as it asks for."""

    def __init__(self, postgres: Postgres) -> None:
        self._postgres = postgres
        self._free: dict[str, list[str]] = {}

    def url(self, name: str) -> str:
        return self._postgres.url(name)

    async def take(self, service: Service) -> str:
        """The name of a clean, migrated database."""
        if service.name not in self._free:
            await self._migrate(service)
        if free := self._free[service.name]:
            return free.pop()
        name = f"{service.name}_{new_id().hex[-12:]}"
        await self._run("postgres", f'CREATE DATABASE "{name}" TEMPLATE "{_template(service)}"')
        return name

    async def give_back(self, service: Service, name: str) -> None:
        """Empty it, whoever still holds on to it."""
        await self._run(name, OTHERS, EMPTY)
        self._free[service.name].append(name)

    async def _migrate(self, service: Service) -> None:
        database = Database(await self._postgres.create_database(_template(service)))
        try:
            await migrate(database, service.migrations)
        finally:
            await database.close()
        self._free[service.name] = []

    async def _run(self, name: str, *statements: str) -> None:
        connection = await asyncpg.connect(self.url(name))
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()


def _template(service: Service) -> str:
    return f"template_{service.name}"
