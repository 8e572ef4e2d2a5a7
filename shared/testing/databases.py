"""Migrated databases for tests: copied from a template once, emptied and used again (a copy costs half a second)."""

import asyncpg
from sqlalchemy.exc import DBAPIError

from shared.embedded.postgres import Postgres
from shared.ids import new_id
from shared.service import Service
from shared.storage.engine import Database
from shared.storage.links import Home, Links
from shared.storage.migrate import migrate

POOL = 5
# Whoever else is connected goes. Then only what was written to, row by row, without triggers, while it is little:
# TRUNCATE makes all files of a table and of its indexes anew, which takes a tenth of a second for a room.
EMPTY = """
    DO $$ DECLARE one record; BEGIN
        PERFORM pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()
            AND pid <> pg_backend_pid() AND NOT (application_name = 'lent' AND state = 'idle');
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


class Lent(Database):
    """A database that outlives its rooms: what is connected and compiled goes on to the next test."""

    def __init__(self, url: str) -> None:
        super().__init__(url, name="lent", pool_size=POOL)

    async def close(self) -> None:
        """A room that ends leaves it open."""

    async def end(self) -> None:
        """Nobody needs it any more."""
        await super().close()

    async def empty(self) -> None:
        """Nothing is left of the last room, and nothing that its process kept in mind."""
        self._links.home = Home()
        try:
            await self.at_once(EMPTY)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, DBAPIError):
            await self.end()  # the test cut what was connected
            self._links = Links(self._single, POOL)
            await self.at_once(EMPTY)


class Databases:
    """Lends each room as many databases as it asks for."""

    def __init__(self, postgres: Postgres) -> None:
        self._postgres = postgres
        self._free: dict[str, list[Lent]] = {}

    async def take(self, service: Service) -> Lent:
        """A clean, migrated database."""
        if service.name not in self._free:
            await self._migrate(service)
        if free := self._free[service.name]:
            return free.pop()
        name = f"{service.name}_{new_id().hex[-12:]}"
        await self._copy(_template(service), name)
        return Lent(self._postgres.url(name))

    async def give_back(self, service: Service, lent: Lent) -> None:
        """Empty it, whoever still holds on to it."""
        await lent.empty()
        self._free[service.name].append(lent)

    async def end(self) -> None:
        """Close what lies here."""
        for free in self._free.values():
            for lent in free:
                await lent.end()

    async def _migrate(self, service: Service) -> None:
        database = Database(await self._postgres.create_database(_template(service)))
        try:
            await migrate(database, service.migrations)
        finally:
            await database.close()
        self._free[service.name] = []

    async def _copy(self, template: str, name: str) -> None:
        connection = await asyncpg.connect(self._postgres.url())
        try:
            await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        finally:
            await connection.close()


def _template(service: Service) -> str:
    return f"template_{service.name}"
