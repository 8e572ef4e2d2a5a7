"""Outbox, relay, consumer and parking together, on the in-memory bus and real PostgreSQL."""

import asyncio
import base64
from uuid import UUID

import orjson
from sqlalchemy import text

from shared.access import Caller
from shared.contracts.envelope import Envelope
from shared.contracts.message import Message
from shared.errors import Transient
from shared.ids import new_id
from shared.messaging.consumer import Consumer
from shared.messaging.memory import MemoryBus
from shared.messaging.parking import Parking
from shared.messaging.relay import Relay
from shared.messaging.replay import replay
from shared.storage.tx import Cause, Uow
from shared.testing.bus_suite import until
from shared.testing.loops import running
from tests.shared.messaging.rooms import Vocabulary, note, outbox_size, rows, say, seen

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"


def fails_on(*numbers: int, with_: type[Exception] = ValueError):
    """A handler that refuses some numbers until `numbers` is emptied by the test."""
    bad = set(numbers)

    async def handler(uow: Uow, envelope: Envelope) -> None:
        if envelope.data.number in bad:
            raise with_(f"{envelope.data.number} is bad")
        await note(uow, envelope)

    handler.bad = bad
    return handler


async def parked(runtime) -> list[tuple]:
    return await rows(runtime, 'SELECT reason, attempts FROM parked ORDER BY topic, partition, "offset"')


async def test_what_a_room_says_another_hears_once_and_in_order(
    memory: MemoryBus, words: Vocabulary, open_room
) -> None:
    speaker, hearer = await open_room(), await open_room({words.moved: note})
    keys = [new_id() for _ in range(5)]
    async with running(Relay(speaker.database, memory).run(), Consumer(hearer, memory).run()):
        for number in range(4):
            await say(speaker, *(words.moved(thing_id=key, number=number) for key in keys))
        await memory.settle()
    assert await seen(hearer) == {key: [1, 2, 3, 4] for key in keys}
    assert await outbox_size(speaker) == 0


async def test_a_second_hearing_of_the_same_messages_changes_nothing(memory, words, open_room) -> None:
    speaker, hearer = await open_room(), await open_room({words.moved: note})
    key = new_id()
    async with running(Relay(speaker.database, memory).run(), Consumer(hearer, memory).run()):
        await say(speaker, words.moved(thing_id=key, number=1), words.moved(thing_id=key, number=2))
        await memory.settle()
        log = [m for p in memory.partitions_of([words.events]) for m in memory.after(p, 0)]
        await memory.publish(log)
        await memory.settle()
    assert await seen(hearer) == {key: [1, 2]}


async def test_types_that_are_not_heard_are_counted_so_that_no_gap_is_seen(memory, words, open_room) -> None:
    speaker, hearer = await open_room(), await open_room({words.moved: note})
    key = new_id()
    async with running(Relay(speaker.database, memory).run(), Consumer(hearer, memory).run()):
        await say(speaker, words.moved(thing_id=key, number=1))
        await say(speaker, words.rested(thing_id=key))
        await say(speaker, words.moved(thing_id=key, number=3))
        await memory.settle()
    assert await seen(hearer) == {key: [1, 3]}
    assert await rows(hearer, "SELECT last FROM inbox") == [(3,)]
    assert await rows(hearer, "SELECT * FROM inbox_gap") == []


async def test_a_gap_raises_one_alarm_and_the_event_is_handled(memory, words, open_room) -> None:
    speaker, hearer = await open_room(), await open_room({words.moved: note})
    key = new_id()
    async with running(Relay(speaker.database, memory).run(), Consumer(hearer, memory).run()):
        await say(speaker, words.moved(thing_id=key, number=1))
        await memory.settle()
        await rows_changed(speaker, "UPDATE stream SET version = 4")
        await say(speaker, words.moved(thing_id=key, number=5), words.moved(thing_id=key, number=6))
        await memory.settle()
    assert await seen(hearer) == {key: [1, 5, 6]}
    assert await rows(hearer, "SELECT topic, key, expected, got FROM inbox_gap") == [(words.events, key, 2, 5)]


async def test_personal_topics_have_no_gap_alarm_and_a_tombstone_is_heard(memory, words, open_room) -> None:
    heard: list[tuple[int, str | None]] = []

    async def hear(uow: Uow, envelope: Envelope) -> None:
        heard.append((envelope.sequence, envelope.data and envelope.data.name))

    speaker, hearer = await open_room(), await open_room({words.named: hear})
    key = new_id()
    async with running(Relay(speaker.database, memory).run(), Consumer(hearer, memory).run()):
        await say(speaker, words.named(thing_id=key, name="Ana"))
        await rows_changed(speaker, "UPDATE stream SET version = 7")
        async with speaker.database.transaction(_caller(), Cause.new(), speaker.clock) as uow:
            uow.erase(words.named, key)
        await memory.settle()
    assert heard == [(1, "Ana"), (8, None)]
    assert await rows(hearer, "SELECT * FROM inbox_gap") == []


async def test_a_handler_that_fails_for_good_is_parked_and_the_others_flow_on(memory, words, open_room) -> None:
    handler = fails_on(13)
    speaker, hearer = await open_room(), await open_room({words.moved: handler})
    bad, good = new_id(), [new_id() for _ in range(10)]
    async with running(Relay(speaker.database, memory).run(), Consumer(hearer, memory).run()):
        await say(speaker, *(words.moved(thing_id=key, number=1) for key in good))
        await say(speaker, words.moved(thing_id=bad, number=13))
        await say(speaker, words.moved(thing_id=bad, number=2), *(words.moved(thing_id=k, number=2) for k in good))
        await memory.settle()
        assert await seen(hearer) == {key: [1, 2] for key in good}
        assert await parked(hearer) == [("handler-failed", 1), ("behind", 1)]
        assert await rows(hearer, "SELECT * FROM inbox WHERE key = :key", key=bad) == []
        handler.bad.clear()
        outcome = await Parking(hearer).retry(str(bad))
        assert (outcome.handled, outcome.stopped) == (2, [])
        await say(speaker, words.moved(thing_id=bad, number=3))
        await memory.settle()
    assert (await seen(hearer))[bad] == [1, 2, 3]
    assert await parked(hearer) == []
    assert await rows(hearer, "SELECT * FROM inbox_gap") == []


async def test_a_retry_stops_at_the_first_failure_with_the_new_reason(memory, words, open_room) -> None:
    handler = fails_on(1, 3)
    speaker, hearer = await open_room(), await open_room({words.moved: handler})
    key = new_id()
    async with running(Relay(speaker.database, memory).run(), Consumer(hearer, memory).run()):
        await say(speaker, *(words.moved(thing_id=key, number=number) for number in range(1, 5)))
        await memory.settle()
        handler.bad.discard(1)
        outcome = await Parking(hearer).retry()
        assert outcome.handled == 2
        assert [(p.key, p.reason, p.detail, p.attempts) for p in outcome.stopped] == [
            (str(key), "handler-failed", "ValueError: 3 is bad", 2)
        ]
    assert await seen(hearer) == {key: [1, 2]}
    assert await parked(hearer) == [("handler-failed", 2), ("behind", 1)]


async def test_discard_counts_as_heard_and_leaves_an_audit_row(memory, words, open_room) -> None:
    handler = fails_on(1)
    speaker, hearer = await open_room(), await open_room({words.moved: handler})
    key = new_id()
    async with running(Relay(speaker.database, memory).run(), Consumer(hearer, memory).run()):
        await say(speaker, words.moved(thing_id=key, number=1), words.moved(thing_id=key, number=2))
        await memory.settle()
        first, _ = await Parking(hearer).listing(str(key))
        assert await Parking(hearer).discard(id=first.id, reason="known bug") == 1
        assert (await Parking(hearer).retry()).handled == 1
        await say(speaker, words.moved(thing_id=key, number=3))
        await memory.settle()
    assert await seen(hearer) == {key: [2, 3]}
    assert await rows(hearer, "SELECT action, subject, reason FROM audit") == [
        ("parked-event-discarded", key, "known bug")
    ]
    assert await rows(hearer, "SELECT * FROM inbox_gap") == []


async def test_what_breaks_its_contract_is_parked_with_bytes_headers_and_place(memory, words, open_room) -> None:
    hearer = await open_room({words.moved: note}, event_size_limit=2_000)
    key = str(new_id()).encode()
    bad = {
        "no-key": Message(words.events, None, b"{}"),
        "no-envelope": Message(words.events, b"a", b"\x00\xff"),
        "bad-envelope": Message(words.events, key, b"{}", headers(words.moved.TYPE, UUID(int=1))),
        "bad-data": _message(words, {"thing_id": None}),
        "oversized": _message(words, {"x": "y" * 3_000}),
        "unknown-version": _message(words, {}, type_=f"{words.room}.thing-moved.v2"),
    }
    async with running(Consumer(hearer, memory).run()):
        await memory.publish(list(bad.values()))
        await memory.publish([_message(words, {}, type_=f"{words.room}.thing-invented.v1")])
        await memory.settle()
    listed = await Parking(hearer).listing()
    assert {p.reason for p in listed} == set(bad)
    assert await rows(hearer, "SELECT key, value FROM parked WHERE reason = 'no-envelope'") == [(b"a", b"\x00\xff")]
    stored = (await rows(hearer, "SELECT headers FROM parked WHERE reason = 'unknown-version'"))[0][0]
    assert ["ce_type", _base64(f"{words.room}.thing-moved.v2")] in stored
    assert await rows(hearer, "SELECT count(*) FROM parked WHERE key IS NULL") == [(1,)]


async def test_transient_failures_are_waited_for_in_place(memory, words, open_room) -> None:
    tries: list[int] = []

    async def handler(uow: Uow, envelope: Envelope) -> None:
        tries.append(envelope.data.number)
        if len(tries) < 3:
            raise Transient("not now")
        await note(uow, envelope)

    speaker, hearer = await open_room(), await open_room({words.moved: handler})
    key = new_id()
    async with running(Relay(speaker.database, memory).run(), Consumer(hearer, memory).run()):
        await say(speaker, words.moved(thing_id=key, number=1))
        await memory.settle()
    assert tries == [1, 1, 1]
    assert await seen(hearer) == {key: [1]}
    assert await parked(hearer) == []


async def test_a_lost_database_connection_is_transient(memory, words, open_room) -> None:
    killed: list[bool] = []

    async def handler(uow: Uow, envelope: Envelope) -> None:
        if not killed:
            killed.append(True)
            pid = uow.link.driver.get_server_pid()
            await rows_changed(hearer, "SELECT pg_terminate_backend(:pid)", pid=pid)
        await note(uow, envelope)

    speaker, hearer = await open_room(), await open_room({words.moved: handler})
    async with running(Relay(speaker.database, memory).run(), Consumer(hearer, memory).run()):
        await say(speaker, words.moved(thing_id=new_id(), number=1))
        await memory.settle()
    assert await parked(hearer) == []
    assert len(await seen(hearer)) == 1


async def test_a_statement_that_the_database_refuses_is_deterministic(memory, words, open_room) -> None:
    async def handler(uow: Uow, envelope: Envelope) -> None:
        await rows_in(uow, "SELECT 1 / 0")

    speaker, hearer = await open_room(), await open_room({words.moved: handler})
    async with running(Relay(speaker.database, memory).run(), Consumer(hearer, memory).run()):
        await say(speaker, words.moved(thing_id=new_id(), number=1))
        await memory.settle()
    assert await parked(hearer) == [("handler-failed", 1)]


async def test_too_many_parked_keys_stop_the_line_until_an_operator_acts(memory, words, open_room) -> None:
    handler = fails_on(0)
    speaker, hearer = await open_room(), await open_room({words.moved: handler}, parked_keys_limit=3)
    bad, good = [new_id() for _ in range(20)], new_id()
    consumer = Consumer(hearer, memory)
    async with running(Relay(speaker.database, memory).run(), consumer.run()):
        await say(speaker, *(words.moved(thing_id=key, number=0) for key in bad))
        await until(lambda: "parked" in (consumer.not_ready() or ""))
        assert len(await parked(hearer)) < 20
        assert consumer.not_alive() is None
        await say(speaker, words.moved(thing_id=good, number=1))
        handler.bad.clear()
        await Parking(hearer).retry()
        await memory.settle()
        assert consumer.not_ready() is None
        await Parking(hearer).retry()
    assert set(await seen(hearer)) == {*bad, good}


async def test_what_a_handler_says_carries_conversation_cause_and_trace(memory, words, open_room) -> None:
    async def echo(uow: Uow, envelope: Envelope) -> None:
        await note(uow, envelope)
        uow.say(words.rested(thing_id=envelope.key))

    speaker, hearer = await open_room(), await open_room({words.moved: echo})
    causes = [Cause(new_id(), None, TRACE), Cause(new_id(), None, None)]
    async with running(Relay(speaker.database, memory).run(), Consumer(hearer, memory).run()):
        for cause in causes:
            await say(speaker, words.moved(thing_id=new_id(), number=1), cause=cause)
        await _until_rows(hearer, "SELECT count(*) FROM outbox", 2)
    said = {row[0]["ce_correlationid"]: row[0] for row in await rows(hearer, "SELECT headers FROM outbox")}
    assert set(said) == {str(cause.correlation_id) for cause in causes}
    with_trace = said[str(causes[0].correlation_id)]
    assert with_trace["ce_traceparent"][:36] == TRACE[:36]
    assert with_trace["ce_traceparent"] != TRACE
    log = [m for p in memory.partitions_of([words.events]) for m in memory.after(p, 0)]
    ids = {m.header("ce_correlationid").decode(): m.header("ce_id").decode() for m in log}
    assert with_trace["ce_causationid"] == ids[str(causes[0].correlation_id)]


async def test_a_replay_from_zero_builds_the_same_rows(memory, words, open_room) -> None:
    speaker, hearer = await open_room(), await open_room({words.moved: note, words.named: note})
    keys = [new_id() for _ in range(20)]
    async with running(Relay(speaker.database, memory).run(), Consumer(hearer, memory).run()):
        for number in range(5):
            await say(speaker, *(words.moved(thing_id=key, number=number) for key in keys))
        await say(speaker, words.named(thing_id=keys[0], name="Ana"))
        await memory.settle()
    before = await rows(hearer, "SELECT key, type, sequence, number FROM seen ORDER BY 1, 2, 3")
    await rows_changed(hearer, "TRUNCATE seen, inbox")
    assert await replay(hearer, memory) == 101
    assert await rows(hearer, "SELECT key, type, sequence, number FROM seen ORDER BY 1, 2, 3") == before


# --- small words of this file


def _caller():
    return Caller.system("test")


async def rows_changed(runtime, statement: str, **values: object) -> None:
    async with runtime.database.engine.begin() as connection:
        await connection.execute(text(statement), values)


async def rows_in(uow: Uow, statement: str) -> None:
    await uow.execute(text(statement))


async def _until_rows(runtime, query: str, count: int) -> None:
    async with asyncio.timeout(10):
        while (await rows(runtime, query))[0][0] < count:
            await asyncio.sleep(0.02)


def headers(type_: str, key: UUID, sequence: int = 1) -> tuple[tuple[str, bytes], ...]:
    found = {
        "ce_id": str(new_id()), "ce_type": type_, "ce_source": "/test", "ce_subject": str(key),
        "ce_sequence": str(sequence), "ce_time": "2026-01-01T00:00:00+00:00", "ce_effectiveon": "2026-01-01",
        "ce_correlationid": str(new_id()),
    }  # fmt: skip
    return tuple((name, value.encode()) for name, value in found.items())


def _message(words: Vocabulary, fields: dict, type_: str | None = None) -> Message:
    key = new_id()
    data = {"thing_id": str(key), "number": 1} | fields
    return Message(words.events, str(key).encode(), orjson.dumps(data), headers(type_ or words.moved.TYPE, key))


def _base64(word: str) -> str:
    return base64.b64encode(word.encode()).decode()
