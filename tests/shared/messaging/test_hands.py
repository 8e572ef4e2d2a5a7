"""What waits of several partitions goes into one transaction, and what nobody here waits for lets others go first."""

import asyncio
from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import MetaData

from shared.contracts.envelope import Envelope
from shared.contracts.message import Message
from shared.errors import Transient
from shared.ids import new_id
from shared.messaging import partitions as partitions_module
from shared.messaging.bus import Partition
from shared.messaging.consumer import Consumer
from shared.messaging.intake import Intake
from shared.messaging.kafka import KafkaBus
from shared.messaging.memory import MemoryBus
from shared.messaging.partitions import Partitions
from shared.messaging.relay import Relay
from shared.messaging.together import patient
from shared.runtime import Runtime
from shared.service import Service
from shared.settings import RoomSettings
from shared.storage.tx import Uow
from shared.testing.loops import running
from tests.shared.messaging.rooms import Vocabulary, eventually, note, rows, say, seen

HERE, THERE = Partition("topic", 0), Partition("topic", 1)
LATE, SOON = (Message("topic", b"key", name, ()) for name in (b"late", b"soon"))


def presses(message: Message) -> bool:
    return message is SOON


def held(*messages: Message) -> Partitions:
    found = Partitions(10, presses)
    found.assign([HERE, THERE])
    found.put(HERE, messages)
    return found


# --- what is handed out when


async def test_what_presses_takes_along_what_waited_before_it() -> None:
    found = held(LATE)
    assert found.take() is None
    found.put(HERE, [SOON, LATE])
    assert found.take().messages == (LATE, SOON, LATE)
    assert found.take() is None


async def test_what_does_not_press_has_its_turn_when_it_has_lingered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partitions_module, "LINGER", 0.05)
    found = held(LATE)
    async with asyncio.timeout(20):
        batch = await found.next()
    assert batch.messages == (LATE,)
    found.put(HERE, [LATE])
    found.done(batch)
    assert found.take() is None
    async with asyncio.timeout(20):
        assert (await found.next()).messages == (LATE,)


async def test_what_is_given_back_presses_as_before() -> None:
    found = held(LATE, SOON)
    batch = found.take()
    found.put(HERE, [LATE])
    found.give_back(batch)
    assert found.take().messages == (LATE, SOON, LATE)


async def test_a_drain_leaves_nothing_that_could_come_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partitions_module, "LINGER", 0.02)
    found = held(LATE)
    assert await found.drain(1)
    await asyncio.sleep(0.06)
    assert found.take() is None
    found.assign([HERE])
    await asyncio.sleep(0.06)
    assert found.take() is None
    found.put(HERE, [SOON])
    assert found.take().messages == (SOON,)


async def test_a_full_batch_leaves_the_pressing_rest_its_turn() -> None:
    found = held(*[LATE] * 9, SOON, SOON)
    first = found.take()
    assert first.messages == (*[LATE] * 9, SOON)
    found.done(first)
    assert found.take().messages == (SOON,)


# --- a hand


async def transactions(hearer: Runtime) -> int:
    return (await rows(hearer, "SELECT count(DISTINCT xmin::text) FROM seen"))[0][0]


async def test_what_waits_of_several_partitions_is_one_transaction(
    memory: MemoryBus, words: Vocabulary, open_room
) -> None:
    speaker, hearer = await open_room(), await open_room({words.moved: note})
    keys = [new_id() for _ in range(40)]
    async with running(Relay(speaker.database, memory).run()):
        for number in range(3):
            await say(speaker, *(words.moved(thing_id=key, number=number) for key in keys))
        await memory.settle()
        async with running(Consumer(hearer, memory).run()):
            await memory.settle()
    spread = {message.partition for p in memory.partitions_of([words.events]) for message in memory.after(p, 0)}
    assert len(spread) == 4
    assert await seen(hearer) == {key: [1, 2, 3] for key in keys}
    assert await transactions(hearer) == 1


async def test_a_flood_is_not_one_transaction(memory: MemoryBus, words: Vocabulary, open_room) -> None:
    speaker, hearer = await open_room(), await open_room({words.moved: note})
    keys = [new_id() for _ in range(300)]
    async with running(Relay(speaker.database, memory).run()):
        for number in range(4):
            await say(speaker, *(words.moved(thing_id=key, number=number) for key in keys))
        await memory.settle()
        async with running(Consumer(hearer, memory).run()):
            await memory.settle()
    assert await seen(hearer) == {key: [1, 2, 3, 4] for key in keys}
    assert await transactions(hearer) > 1


@pytest.mark.parametrize("error", [ValueError, Transient])
async def test_the_trouble_of_one_partition_is_not_the_others(
    memory: MemoryBus, words: Vocabulary, open_room, error: type[Exception]
) -> None:
    trouble = [True]

    async def handler(uow: Uow, envelope: Envelope) -> None:
        if envelope.key == bad and trouble:
            raise error("not now")
        await note(uow, envelope)

    speaker, hearer = await open_room(), await open_room({words.moved: handler})
    bad, good = new_id(), [new_id() for _ in range(40)]
    async with running(Relay(speaker.database, memory).run()):
        await say(speaker, *(words.moved(thing_id=key, number=1) for key in (bad, *good)))
        await memory.settle()
        place = next(p for p in memory.partitions_of([words.events]) if _holds(memory, p, bad))
        free = {key for key in good if not _holds(memory, place, key)}
        assert 0 < len(free) < len(good)
        async with running(Consumer(hearer, memory).run()):
            wanted = set(good) if error is ValueError else free
            await eventually(lambda: _heard(hearer), wanted)
            trouble.clear()
            if error is Transient:
                await eventually(lambda: _heard(hearer), {bad, *good})
    reasons = await rows(hearer, "SELECT reason FROM parked")
    assert reasons == ([("handler-failed",)] if error is ValueError else [])


async def test_what_nobody_hears_is_counted_a_moment_later_on_kafka(
    kafka: KafkaBus, words: Vocabulary, open_room
) -> None:
    speaker, hearer = await open_room(), await open_room({words.moved: note})
    keys = [new_id() for _ in range(20)]
    async with running(Relay(speaker.database, kafka).run(), Consumer(hearer, kafka).run()):
        await say(speaker, *(words.rested(thing_id=key) for key in keys))
        await eventually(lambda: rows(hearer, "SELECT count(*), max(last) FROM inbox"), [(20, 1)])
        await say(speaker, *(words.moved(thing_id=key, number=2) for key in keys))
        await eventually(lambda: seen(hearer), {key: [2] for key in keys})
    assert await rows(hearer, "SELECT * FROM inbox_gap") == []


def test_events_of_a_patient_handler_press_nobody(words: Vocabulary) -> None:
    service = Service(words.room, "Test", "A room of a test", MetaData(), RoomSettings)
    hears = {words.moved: note, words.rested: patient(partial(note))}
    runtime = Runtime(replace(service, hears=hears), settings=RoomSettings(database_url="postgresql://nowhere", port=0))
    kinds = (words.moved.TYPE, words.rested.TYPE, "elsewhere.seen.v1", f"{words.room}.thing-moved.v9")
    messages = [Message(words.events, b"key", b"", (("ce_type", kind.encode()),)) for kind in kinds]
    messages.append(Message(words.events, b"key", b"", ()))
    assert [Intake(runtime).presses(message) for message in messages] == [True, False, False, True, True]


async def _heard(hearer: Runtime) -> set:
    return set(await seen(hearer))


def _holds(memory: MemoryBus, place: Partition, key) -> bool:
    return any(message.key == str(key).encode() for message in memory.after(place, 0))
