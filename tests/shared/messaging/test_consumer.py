"""The consumer on real PostgreSQL and real Kafka, and its watchdog."""

import asyncio
from functools import partial
from types import SimpleNamespace
from uuid import UUID

import pytest
from sqlalchemy import text

from shared.contracts.envelope import Envelope
from shared.ids import new_id
from shared.messaging import watchdog as watchdog_module
from shared.messaging.bus import Partition
from shared.messaging.consumer import Consumer
from shared.messaging.kafka import KafkaBus
from shared.messaging.kafka.subscription import KafkaSubscription
from shared.messaging.memory import MemoryBus
from shared.messaging.parking import Parking
from shared.messaging.relay import Relay
from shared.messaging.replay import replay
from shared.messaging.retry import Backoff
from shared.messaging.together import together
from shared.messaging.watchdog import Watchdog
from shared.runtime import Runtime
from shared.storage.tx import Uow
from shared.testing.bus_suite import until
from shared.testing.loops import running
from tests.shared.messaging.rooms import NOTE, Vocabulary, eventually, note, rows, say, seen


async def test_a_crash_between_commit_and_offset_is_heard_again_and_handled_once(
    kafka: KafkaBus, words: Vocabulary, open_room, monkeypatch: pytest.MonkeyPatch
) -> None:
    speaker, hearer = await open_room(), await open_room({words.moved: note})
    keys = [new_id() for _ in range(8)]
    crashed = asyncio.Event()
    commit = KafkaSubscription.commit

    async def crash(self, batch) -> None:
        crashed.set()
        await asyncio.Event().wait()

    async with running(Relay(speaker.database, kafka).run()):
        await say(speaker, *(words.moved(thing_id=key, number=1) for key in keys))
        monkeypatch.setattr(KafkaSubscription, "commit", crash)
        monkeypatch.setattr("shared.messaging.kafka.subscription.DRAIN", 0.2)
        async with running(Consumer(hearer, kafka).run()):
            await crashed.wait()
            await eventually(lambda: seen(hearer), {key: [1] for key in keys})
        monkeypatch.setattr(KafkaSubscription, "commit", commit)
        async with running(Consumer(hearer, kafka).run()):
            await say(speaker, *(words.moved(thing_id=key, number=2) for key in keys))
            await eventually(lambda: seen(hearer), {key: [1, 2] for key in keys})


async def test_workers_that_join_and_leave_handle_everything_once_and_in_order(
    kafka: KafkaBus, words: Vocabulary, open_room
) -> None:
    speaker, hearer = await open_room(), await open_room({words.moved: note})
    keys = [new_id() for _ in range(20)]

    async def talk() -> None:
        for number in range(60):
            await say(speaker, *(words.moved(thing_id=key, number=number) for key in keys))
            await asyncio.sleep(0.02)

    async with running(Relay(speaker.database, kafka).run(), Consumer(hearer, kafka, member="one").run()):
        talking = asyncio.create_task(talk())
        for name in ("two", "three"):
            async with running(Consumer(hearer, kafka, member=name).run()):
                await asyncio.sleep(1.0)
        await talking
        await eventually(lambda: rows(hearer, "SELECT count(*) FROM seen"), [(1_200,)], 40)
    assert await seen(hearer) == {key: list(range(1, 61)) for key in keys}
    assert await rows(hearer, "SELECT * FROM inbox_gap") == []


async def test_a_poison_message_between_others_is_parked_and_retried_on_kafka(
    kafka: KafkaBus, words: Vocabulary, open_room
) -> None:
    poison = {5}

    async def handler(uow: Uow, envelope: Envelope) -> None:
        if envelope.data.number in poison:
            raise KeyError(envelope.data.number)
        await note(uow, envelope)

    speaker, hearer = await open_room(), await open_room({words.moved: handler})
    bad, good = new_id(), new_id()
    async with running(Relay(speaker.database, kafka).run(), Consumer(hearer, kafka).run()):
        for number in range(10):
            await say(speaker, words.moved(thing_id=bad, number=number), words.moved(thing_id=good, number=-1))
        await eventually(lambda: seen(hearer), {bad: [1, 2, 3, 4, 5], good: list(range(1, 11))})
        await eventually(partial(_reasons, hearer, bad), ["handler-failed", *["behind"] * 4])
        poison.clear()
        await Parking(hearer).retry()
        await eventually(lambda: seen(hearer), {bad: list(range(1, 11)), good: list(range(1, 11))})


async def test_a_replay_on_kafka_builds_the_same_rows(kafka: KafkaBus, words: Vocabulary, open_room) -> None:
    speaker, hearer = await open_room(), await open_room({words.moved: note})
    keys = [new_id() for _ in range(10)]
    async with running(Relay(speaker.database, kafka).run()):
        async with running(Consumer(hearer, kafka).run()):
            for number in range(20):
                await say(speaker, *(words.moved(thing_id=key, number=number) for key in keys))
            await eventually(lambda: rows(hearer, "SELECT count(*) FROM seen"), [(200,)])
        async with hearer.database.engine.begin() as connection:
            await connection.execute(text("TRUNCATE seen, inbox"))
        assert await replay(hearer, kafka) == 200
        async with running(Consumer(hearer, kafka).run()):
            await say(speaker, words.moved(thing_id=keys[0], number=99))
            expected = {key: list(range(1, 21)) for key in keys}
            expected[keys[0]].append(21)
            await eventually(lambda: seen(hearer), expected)


async def test_a_handler_of_events_together_gets_runs_and_only_its_bad_event_is_parked(
    memory: MemoryBus, words: Vocabulary, open_room
) -> None:
    sizes: list[int] = []

    @together
    async def project(uow: Uow, envelopes: list[Envelope]) -> None:
        sizes.append(len(envelopes))
        if any(e.data.number == 13 for e in envelopes):
            raise ValueError("thirteen")
        nothing = {"number": None, "correlation_id": None, "traceparent": None}
        lines = [{"key": e.key, "sequence": e.sequence, "type": e.type} | nothing for e in envelopes]
        await uow.execute(NOTE, lines)

    speaker, hearer = await open_room(), await open_room({words.moved: project})
    bad, good = new_id(), [new_id() for _ in range(30)]
    async with running(Relay(speaker.database, memory).run()):
        await say(speaker, words.moved(thing_id=bad, number=13), *(words.moved(thing_id=k, number=1) for k in good))
        await memory.settle()
        async with running(Consumer(hearer, memory).run()):
            await memory.settle()
    assert await seen(hearer) == {key: [1] for key in good}
    assert max(sizes) > 1
    assert await rows(hearer, "SELECT reason, detail FROM parked") == [("handler-failed", "ValueError: thirteen")]


async def test_a_retry_and_a_running_consumer_keep_the_order_of_a_key(
    memory: MemoryBus, words: Vocabulary, open_room
) -> None:
    bad = {0}

    async def handler(uow: Uow, envelope: Envelope) -> None:
        if envelope.data.number in bad:
            raise ValueError
        await asyncio.sleep(0.001)
        await note(uow, envelope)

    speaker, hearer = await open_room(), await open_room({words.moved: handler})
    key = new_id()
    async with running(Relay(speaker.database, memory).run(), Consumer(hearer, memory).run()):
        await say(speaker, words.moved(thing_id=key, number=0))
        await memory.settle()
        bad.clear()

        async def talk() -> None:
            for number in range(1, 100):
                await say(speaker, words.moved(thing_id=key, number=number))

        talking = asyncio.create_task(talk())
        while not talking.done():
            await asyncio.gather(Parking(hearer).retry(), Parking(hearer).retry(str(key)))
        await talking
        await memory.settle()
        await Parking(hearer).retry()
    assert await seen(hearer) == {key: list(range(1, 101))}
    assert await rows(hearer, "SELECT * FROM inbox_gap") == []


async def test_a_row_that_two_handlers_insert_at_once_is_a_race_and_not_poison(
    memory: MemoryBus, words: Vocabulary, open_room
) -> None:
    tries: list[int] = []

    async def handler(uow: Uow, envelope: Envelope) -> None:
        tries.append(1)
        if len(tries) < 3:
            await uow.execute(text("INSERT INTO clock (one, offset_us) VALUES (true, 0)"))
        await note(uow, envelope)

    speaker, hearer = await open_room(), await open_room({words.moved: handler})
    async with running(Relay(speaker.database, memory).run(), Consumer(hearer, memory).run()):
        await say(speaker, words.moved(thing_id=new_id(), number=1))
        await memory.settle()
    assert len(tries) == 3
    assert await rows(hearer, "SELECT * FROM parked") == []


async def _reasons(runtime: Runtime, key: UUID) -> list[str]:
    return [parked.reason for parked in await Parking(runtime).listing(str(key))]


class StandingStill:
    """A subscription and a bus where messages wait and nothing moves."""

    def __init__(self) -> None:
        self.rebuilt = 0
        self.place = Partition("a.events", 0)

    async def lag(self, group: str, topics: list[str]) -> dict[Partition, int]:
        return {self.place: 5}

    def assigned(self) -> frozenset[Partition]:
        return frozenset({self.place})

    def rebuild(self) -> None:
        self.rebuilt += 1


async def test_the_watchdog_rebuilds_then_fails_liveness_but_not_while_somebody_waits_on_purpose(monkeypatch) -> None:
    monkeypatch.setattr(watchdog_module, "REBUILD_AFTER", 5)
    monkeypatch.setattr(watchdog_module, "DEAD_AFTER", 10)
    now = [0.0]
    monkeypatch.setattr(watchdog_module, "time", SimpleNamespace(monotonic=lambda: now[0]))
    still = StandingStill()
    dog = Watchdog("watchroom", still, "g", ["a.events"], still)
    dog.held = False
    await dog.look()
    with dog.waiting():
        now[0] += 15
        await dog.look()
        assert (still.rebuilt, dog.stalled()) == (0, None)
    now[0] += 7
    await dog.look()
    assert (still.rebuilt, dog.stalled()) == (1, None)
    now[0] += 10
    assert "nothing has moved" in (dog.stalled() or "")
    dog.progressed()
    assert dog.stalled() is None


def test_backoff_starts_quick_doubles_and_is_capped() -> None:
    backoff = Backoff(first=0.05, cap=10)
    delays = [backoff.next() for _ in range(40)]
    assert delays[0] <= 0.05
    assert all(delay <= 10 for delay in delays)
    assert min(delays[10:]) >= 5
    backoff.reset()
    assert backoff.next() <= 0.05


async def test_brokers_that_are_silent_count_as_away_while_a_probe_still_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watchdog_module, "PROBE_EVERY", 0.01)
    monkeypatch.setattr(watchdog_module, "SILENT", 0.3)
    silent, still = asyncio.Event(), StandingStill()

    async def healthy() -> bool:
        if silent.is_set():
            await asyncio.Event().wait()
        return True

    still.healthy = healthy
    dog = Watchdog("watchroom", still, "g", ["a.events"], still)
    async with running(dog.run()):
        await asyncio.sleep(0.5)
        await until(lambda: dog.reachable)
        silent.set()
        await until(lambda: not dog.reachable)
