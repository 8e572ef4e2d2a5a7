"""The relay on real PostgreSQL and real Kafka: nothing lost, nothing reordered, one leader."""

import asyncio
import random
import time
from collections import defaultdict
from functools import partial
from uuid import UUID

import asyncpg
import pytest

from shared.embedded.kafka import KafkaCluster
from shared.ids import new_id
from shared.messaging import relay as relay_module
from shared.messaging.bus import BusUnavailable
from shared.messaging.consumer import Consumer
from shared.messaging.hint import Hint
from shared.messaging.kafka import KafkaBus
from shared.messaging.memory import MemoryBus
from shared.messaging.relay import Relay, forgettable
from shared.testing.loops import running
from tests.shared.messaging.rooms import Vocabulary, eventually, note, outbox_size, rows, say, seen


async def published(bus: KafkaBus, words: Vocabulary) -> dict[str, list[int]]:
    """Sequences on the topic per key, in order, doubles included."""
    reading = bus.reading([words.events])
    await reading.start()
    found = defaultdict(list)
    async for batch in reading.batches():
        for message in batch.messages:
            found[message.key.decode()].append(int(message.header("ce_sequence")))
    await reading.stop()
    return dict(found)


async def test_a_crash_between_produce_and_delete_doubles_the_message_and_not_the_effect(
    kafka: KafkaBus, words: Vocabulary, open_room, monkeypatch: pytest.MonkeyPatch
) -> None:
    speaker, hearer = await open_room(), await open_room({words.moved: note})
    key = new_id()
    crashed: list[bool] = []
    forget = Relay._forget

    async def crash_once(self, connection, positions) -> None:
        if not crashed and positions:
            crashed.append(True)
            raise ConnectionResetError("kill -9 here")
        await forget(self, connection, positions)

    monkeypatch.setattr(Relay, "_forget", crash_once)
    await say(speaker, *(words.moved(thing_id=key, number=n) for n in range(3)))
    async with running(Relay(speaker.database, kafka).run(), Consumer(hearer, kafka).run()):
        await eventually(lambda: outbox_size(speaker), 0)
        await say(speaker, words.moved(thing_id=key, number=3))
        await eventually(lambda: seen(hearer), {key: [1, 2, 3, 4]})
    assert await published(kafka, words) == {str(key): [1, 2, 3, 1, 2, 3, 4]}
    assert await seen(hearer) == {key: [1, 2, 3, 4]}


async def test_sixteen_concurrent_writers_lose_nothing_and_keep_the_order(
    kafka: KafkaBus, words: Vocabulary, open_room
) -> None:
    speaker, hearer = await open_room(), await open_room({words.moved: note})
    keys = [new_id() for _ in range(12)]

    async def write(seed: int) -> None:
        chance = random.Random(seed)
        for number in range(25):
            await say(speaker, *(words.moved(thing_id=k, number=number) for k in chance.sample(keys, 3)))

    async with running(Relay(speaker.database, kafka).run(), Consumer(hearer, kafka).run()):
        await asyncio.gather(*(write(seed) for seed in range(16)))
        await eventually(lambda: rows(hearer, "SELECT count(*) FROM seen"), [(16 * 25 * 3,)])
    versions = dict(await rows(speaker, "SELECT key, version FROM stream"))
    assert await seen(hearer) == {key: list(range(1, version + 1)) for key, version in versions.items()}
    assert await rows(hearer, "SELECT * FROM inbox_gap") == []


async def test_a_broker_that_is_away_for_some_seconds_costs_only_time(
    cluster: KafkaCluster, kafka: KafkaBus, words: Vocabulary, open_room
) -> None:
    speaker, hearer = await open_room(), await open_room({words.moved: note})
    keys = [new_id() for _ in range(5)]
    consumer = Consumer(hearer, kafka)
    async with running(Relay(speaker.database, kafka).run(), consumer.run()):
        await say(speaker, *(words.moved(thing_id=key, number=1) for key in keys))
        await eventually(lambda: seen(hearer), {key: [1] for key in keys})
        cluster.kill()
        for number in (2, 3):
            await say(speaker, *(words.moved(thing_id=key, number=number) for key in keys))
        await asyncio.sleep(3)
        assert await outbox_size(speaker) == 10
        await cluster.restart()
        await eventually(lambda: seen(hearer), {key: [1, 2, 3] for key in keys}, 40)
        assert consumer.not_alive() is None
    assert await rows(hearer, "SELECT * FROM inbox_gap") == []


async def test_an_outbox_that_does_not_empty_shows_in_readiness(
    memory: MemoryBus, words: Vocabulary, open_room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.messaging.relay.TOO_OLD", 1.0)
    speaker = await open_room()
    relay, memory.away = Relay(speaker.database, memory), True
    async with running(relay.run()):
        await eventually(partial(_leads, relay), True)
        assert relay.not_ready() is None
        await say(speaker, words.moved(thing_id=new_id(), number=1))
        await eventually(lambda: _told(relay), True, 15)
        memory.away = False
        await eventually(lambda: _told(relay), False, 15)


async def _told(relay: Relay) -> bool:
    return "oldest unpublished event" in (relay.not_ready() or "")


async def test_one_relay_leads_and_a_standby_takes_over(memory: MemoryBus, words: Vocabulary, open_room) -> None:
    speaker = await open_room()
    first, second = Relay(speaker.database, memory), Relay(speaker.database, memory)
    async with running(first.run()) as (leader,):
        await eventually(partial(_leads, first), True)
        async with running(second.run()):
            await asyncio.sleep(0.7)
            assert not second.leading
            leader.cancel()
            began = time.monotonic()
            await say(speaker, words.moved(thing_id=new_id(), number=1))
            await eventually(lambda: outbox_size(speaker), 0)
            assert second.leading
            assert not first.leading
            assert time.monotonic() - began < 10


async def test_a_leader_that_loses_its_connection_leads_again(memory: MemoryBus, words: Vocabulary, open_room) -> None:
    speaker = await open_room()
    relay = Relay(speaker.database, memory)
    async with running(relay.run()):
        await eventually(partial(_leads, relay), True)
        killed = await rows(
            speaker,
            """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE application_name = 'sojourn-relay' AND datname = current_database()""",
        )
        assert killed == [(True,)]
        await say(speaker, words.moved(thing_id=new_id(), number=1))
        await eventually(lambda: outbox_size(speaker), 0)


async def test_a_refused_event_holds_back_its_key_alone(words: Vocabulary, open_room) -> None:
    bus = MemoryBus(largest=200)
    await bus.ensure_topics(words.topics)
    speaker = await open_room()
    key, other = new_id(), new_id()
    async with running(Relay(speaker.database, bus).run()):
        await say(speaker, words.named(thing_id=key, name="x" * 300), words.moved(thing_id=other, number=1))
        await say(speaker, words.named(thing_id=key, name="y"), words.moved(thing_id=other, number=2))
        await eventually(lambda: rows(speaker, "SELECT aggregateid FROM outbox"), [(key,), (key,)])
    assert [len(bus.after(p, 0)) for p in bus.partitions_of([words.personal]) if bus.after(p, 0)] == []


async def test_the_hint_wakes_a_relay_that_polls_slowly(memory, words, open_room, monkeypatch) -> None:
    monkeypatch.setattr(relay_module, "SOON", 20.0)
    monkeypatch.setattr(relay_module, "LATE", 20.0)
    speaker = await open_room()
    hint = Hint(speaker.database.dsn)
    await hint.start()
    speaker.committed = hint.hint
    relay = Relay(speaker.database, memory)
    async with running(relay.run()):
        await eventually(partial(_leads, relay), True)
        await asyncio.sleep(0.2)
        began = time.monotonic()
        await say(speaker, words.moved(thing_id=new_id(), number=1))
        await eventually(lambda: outbox_size(speaker), 0)
        assert time.monotonic() - began < 10
    await hint.stop()


async def test_a_hint_that_fails_harms_nobody_and_many_are_one(open_room) -> None:
    hint = Hint("postgresql://nobody@127.0.0.1:1/none")
    await hint.start()
    for _ in range(1_000):
        hint.hint()
    await asyncio.sleep(0.1)
    hint.hint()
    await hint.stop()


async def test_hints_are_debounced_to_fifty_a_second(open_room) -> None:
    runtime = await open_room()
    ear = await asyncpg.connect(runtime.database.dsn)
    heard: list[float] = []
    await ear.add_listener("sojourn_outbox", lambda *_: heard.append(time.monotonic()))
    hint = Hint(runtime.database.dsn)
    await hint.start()
    end = time.monotonic() + 1
    while time.monotonic() < end:
        hint.hint()
        await asyncio.sleep(0.001)
    await asyncio.sleep(0.1)
    await hint.stop()
    await ear.close()
    assert 5 <= len(heard) <= 55


def test_after_a_half_failure_each_key_is_published_again_from_its_first_unacknowledged_row() -> None:
    a, b = UUID(int=1), UUID(int=2)
    keys = [a, b, a, b, a]
    outbox = [{"position": n, "aggregateid": key} for n, key in enumerate(keys, start=10)]
    assert forgettable(outbox, {0, 1, 3, 4}) == [10, 11, 13]
    assert forgettable(outbox, set()) == []
    assert forgettable(outbox, range(5)) == [10, 11, 12, 13, 14]


async def test_a_half_failed_publish_reorders_nothing(memory: MemoryBus, words: Vocabulary, open_room) -> None:
    class Half:
        """Takes every second message of the first tries, then fails."""

        tries = 0

        def feeds(self, drain) -> None: ...

        async def publish(self, messages) -> None:
            self.tries += 1
            if self.tries > 3:
                return await memory.publish(messages)
            taken = [n for n, m in enumerate(messages) if int(m.key[:8], 16) % 2 == self.tries % 2]
            await memory.publish([messages[n] for n in taken])
            raise BusUnavailable("half", taken[: len(taken) // 2])

    speaker = await open_room()
    keys = [UUID(int=n << 96) for n in range(1, 7)]
    for number in range(5):
        await say(speaker, *(words.moved(thing_id=key, number=number) for key in keys))
    async with running(Relay(speaker.database, Half()).run()):
        await eventually(lambda: outbox_size(speaker), 0)
    firsts = defaultdict(list)
    for partition in memory.partitions_of([words.events]):
        for message in memory.after(partition, 0):
            sequence = int(message.header("ce_sequence"))
            if sequence not in firsts[message.key]:
                firsts[message.key].append(sequence)
    assert list(firsts.values()) == [[1, 2, 3, 4, 5]] * 6


async def _leads(relay: Relay) -> bool:
    return relay.leading


async def test_a_portion_of_large_rows_is_bounded_by_its_bytes(
    words: Vocabulary, open_room, monkeypatch: pytest.MonkeyPatch
) -> None:
    portions: list[int] = []

    class Counting(MemoryBus):
        async def publish(self, messages) -> None:
            portions.append(sum(len(message.value) for message in messages))
            await super().publish(messages)

    monkeypatch.setattr(relay_module, "MOST_BYTES", 10_000)
    bus, speaker, large = Counting(), await open_room(), 4_000
    await bus.ensure_topics(words.topics)
    names = [words.named(thing_id=new_id(), name="n" * large) for _ in range(10)]
    await say(speaker, *names, words.named(thing_id=new_id(), name="n" * 3 * large))
    async with running(Relay(speaker.database, bus).run()):
        await eventually(lambda: outbox_size(speaker), 0)
    assert sum(portions) > 10_000
    assert max(portions) < 10_000 + 3 * large + 100
    assert len(portions) >= 4
