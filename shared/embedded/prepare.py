"""One-shot steps before the rooms start: `python -m shared.embedded.prepare [keys] [schemas=ROOM,ROOM…] [topics]`."""

from __future__ import annotations

import asyncio
import sys

from shared.settings import kernel


def keys() -> None:
    """The development issuer's private key, made once."""
    from shared.web.issuer import development_issuer

    development_issuer(kernel())


async def schemas(rooms: list[str]) -> None:
    """Their databases at the newest revision, all rooms in this one process."""
    from shared.service import load
    from shared.storage.engine import Database
    from shared.storage.migrate import migrate

    for service in map(load, rooms):
        database = Database(service.settings().database_url.get_secret_value())
        try:
            await migrate(database, service.migrations)
        finally:
            await database.close()


async def topics() -> None:
    from shared.contracts.topics import TOPICS
    from shared.messaging.kafka import Connection, KafkaBus

    bus = KafkaBus(Connection.of(kernel()), replication=kernel().kafka_replication)
    await bus.ensure_topics(TOPICS.values())
    await bus.stop()


def main() -> None:
    for order in sys.argv[1:]:
        step, _, rooms = order.partition("=")
        if step == "keys":
            keys()
        elif step == "schemas":
            asyncio.run(schemas(rooms.split(",")))
        else:
            asyncio.run(topics())


if __name__ == "__main__":
    main()
