"""Many new aggregates in one transaction: rows, events and audit notes by COPY in place of statements of their own.

What a handler does for one aggregate (`uow.add`, `uow.say`, `uow.note`) is done here for thousands of new ones. Their
keys were never said before, so their versions begin at 1 and no row of `stream` has to be read or locked.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from pydantic_core import PydanticUndefined
from sqlmodel import SQLModel

from shared.contracts.envelope import Event
from shared.ids import new_ids
from shared.storage.rows import shape_of
from shared.storage.tx import Uow

STREAM = ("topic", "key", "version")
OUTBOX = ("id", "aggregatetype", "aggregateid", "type", "sequence", "payload", "headers")
AUDIT = ("at", "actor", "role", "action", "subject", "after", "correlation_id")
Record = tuple[Any, ...]


class Telling(NamedTuple):
    """An event about a new aggregate; `payload` is the JSON of the event class, `key` its aggregate as text."""

    event: type[Event]
    key: str
    payload: str
    effective_on: date


class Spoken(NamedTuple):
    """Events of new keys as rows: how far each key's versions go, and what waits to be published."""

    stream: list[Record]
    outbox: list[Record]


class Sheet:
    """The columns of a model that records give, in that order; the others get the model's own defaults."""

    def __init__(self, model: type[SQLModel], *given: str) -> None:
        shape = shape_of(model)
        if unknown := sorted({*given} - {*shape.names}):
            raise ValueError(f"{shape.table.name} has no {', '.join(unknown)}")
        rest = [name for name in shape.names if name not in given and not shape.is_given(name)]
        values = {name: model.model_fields[name].get_default(call_default_factory=True) for name in rest}
        if wanting := sorted(name for name, value in values.items() if value is PydanticUndefined):
            raise ValueError(f"{shape.table.name} needs {', '.join(wanting)}")
        self.table = shape.table.name
        self.columns = [*(shape.column(name) for name in given), *(shape.column(name) for name in rest)]
        self.tail = tuple(shape.bound(values))

    async def copy(self, uow: Uow, records: Sequence[Record]) -> None:
        """Write the records; constraints speak at once."""
        if records:
            whole = [record + self.tail for record in records] if self.tail else records
            await copy(uow, self.table, self.columns, whole)


async def copy(uow: Uow, table: str, columns: Sequence[str], records: Iterable[Record]) -> None:
    """Rows by COPY, after all that the transaction has changed so far."""
    await uow.flush()
    await uow.link.driver.copy_records_to_table(table, columns=columns, records=records)


def spoken(told: Sequence[Telling], now: datetime, correlation: UUID) -> Spoken:
    """Events as the rows that say them, in this order; no database is needed."""
    versions: dict[tuple[str, str], int] = {}
    said_at, rows = now.isoformat(), []
    for id_, one in zip(new_ids(len(told)), told, strict=True):
        topic, type_ = one.event.TOPIC, one.event.TYPE
        version = versions[topic, one.key] = versions.get((topic, one.key), 0) + 1
        headers = (
            f'{{"ce_specversion":"1.0","ce_id":"{id_}","ce_type":"{type_}","ce_source":"/sojourn/{_room(topic)}",'
            f'"ce_subject":"{one.key}","ce_time":"{said_at}","ce_effectiveon":"{one.effective_on}",'
            f'"ce_correlationid":"{correlation}","ce_sequence":"{version}"}}'
        )
        rows.append((id_, topic, one.key, type_, version, one.payload, headers))
    return Spoken([(topic, key, version) for (topic, key), version in versions.items()], rows)


async def say_new(uow: Uow, told: Sequence[Telling]) -> None:
    """Events of keys that nobody has heard of yet, in this order; a key that was said before breaks the transaction."""
    await say_spoken(uow, [spoken(told, uow.now, uow.cause.correlation_id)])


async def say_spoken(uow: Uow, all_: Sequence[Spoken]) -> None:
    """The same for events that are rows already; no key stands in two of them."""
    await _copy_any(uow, "stream", STREAM, [row for one in all_ for row in one.stream])
    await _copy_any(uow, "outbox", OUTBOX, [row for one in all_ for row in one.outbox])


async def _copy_any(uow: Uow, table: str, columns: Sequence[str], records: list[Record]) -> None:
    if records:
        await copy(uow, table, columns, records)


async def note_new(uow: Uow, action: str, subjects: Iterable[str], after: str | None = None) -> None:
    """An audit row for each of these subjects; `after` is JSON."""
    at, actor, role = uow.now, uow.caller.subject, uow.caller.role.value
    correlation = uow.cause.correlation_id
    await copy(uow, "audit", AUDIT, [(at, actor, role, action, one, after, correlation) for one in subjects])


def _room(topic: str) -> str:
    return topic.partition(".")[0]
