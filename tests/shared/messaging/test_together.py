"""Handlers that take events together may speak: each thing that they say or note keeps the event that caused it."""

from operator import itemgetter
from uuid import UUID

from shared.contracts.envelope import Envelope
from shared.ids import new_id
from shared.messaging.consumer import Consumer
from shared.messaging.memory import MemoryBus
from shared.messaging.relay import Relay
from shared.messaging.together import hearing, is_patient, patient, together
from shared.storage.tx import Cause, Uow
from shared.testing.loops import running
from tests.shared.messaging.rooms import Vocabulary, rows, say

TRACE = "00-{:032x}-00f067aa0ba902b7-00"
SAID = """
    SELECT aggregateid, sequence, headers->>'ce_correlationid', headers->>'ce_causationid', headers->>'ce_traceparent'
    FROM outbox ORDER BY position
"""


async def test_what_is_said_together_keeps_its_own_cause(memory: MemoryBus, words: Vocabulary, open_room) -> None:
    heard: list[Envelope] = []

    @together
    async def answer(uow: Uow, envelopes: list[Envelope]) -> None:
        for envelope in uow.each(envelopes):
            heard.append(envelope)
            uow.say(words.rested(thing_id=envelope.key))
            uow.note("rest", envelope.key)

    speaker, hearer = await open_room(), await open_room({words.moved: answer})
    causes = await told(speaker, words, memory)
    async with running(Consumer(hearer, memory).run()):
        await memory.settle()
    assert len(heard) == len(causes) == 12
    said = {(key, sequence): tuple(map(str, cause)) for key, sequence, *cause in await rows(hearer, SAID)}
    assert said == {
        (e.key, e.sequence): (str(e.correlation_id), str(e.id), TRACE.format(e.correlation_id.int)) for e in heard
    }
    noted = await rows(hearer, "SELECT subject, correlation_id FROM audit ORDER BY id")
    by_key = itemgetter(0)  # sorting keeps the order of each key; partitions are handled side by side
    assert sorted(noted, key=by_key) == sorted(((e.key, e.correlation_id) for e in heard), key=by_key)
    assert {e.correlation_id for e in heard} == causes


async def test_a_batch_whose_handlers_speak_is_written_at_once(
    memory: MemoryBus, words: Vocabulary, open_room, monkeypatch
) -> None:
    """One statement for all that handlers of single events say, too; each under its own cause."""
    written: list[int] = []
    write = Uow.write

    async def counted(uow: Uow) -> None:
        written.extend([len(uow.said)] if uow.said else [])
        await write(uow)

    async def answer(uow: Uow, envelope: Envelope) -> None:
        uow.say(words.rested(thing_id=envelope.key))

    speaker, hearer = await open_room(), await open_room({words.moved: answer})
    causes = await told(speaker, words, memory)
    monkeypatch.setattr(Uow, "write", counted)
    async with running(Consumer(hearer, memory).run()):
        await memory.settle()
    said = await rows(hearer, SAID)
    assert {UUID(correlation) for _, _, correlation, _, _ in said} == causes
    assert len(said) == sum(written) == 12
    assert len(written) < 12


async def test_an_event_goes_to_every_part_of_a_room_that_hears_it_in_one_transaction(
    memory: MemoryBus, words: Vocabulary, open_room
) -> None:
    heard: list[tuple[str, int, UUID]] = []

    @together
    async def count(uow: Uow, envelopes: list[Envelope]) -> None:
        heard.extend(("runs", envelope.data.number, envelope.id) for envelope in envelopes)

    async def each(uow: Uow, envelope: Envelope) -> None:
        heard.append(("each", envelope.data.number, uow.cause.causation_id))

    @patient
    async def later(uow: Uow, envelope: Envelope) -> None:
        raise AssertionError("nobody says it")

    table = hearing({words.moved: count}, {words.rested: later}, {words.moved: each})
    assert (is_patient(table[words.moved]), is_patient(table[words.rested])) == (False, True)
    speaker, hearer = await open_room(), await open_room(table)
    await told(speaker, words, memory)
    async with running(Consumer(hearer, memory).run()):
        await memory.settle()
    runs, one_by_one = ([found[1:] for found in heard if found[0] == how] for how in ("runs", "each"))
    assert sorted(runs) == sorted(one_by_one)
    assert len(runs) == 12


async def told(speaker, words: Vocabulary, bus: MemoryBus) -> set[UUID]:
    """Twelve events about three things, each of a conversation of its own, are on the bus; the conversations."""
    keys, causes = [new_id() for _ in range(3)], [Cause.new() for _ in range(12)]
    async with running(Relay(speaker.database, bus).run()):
        for number, cause in enumerate(causes):
            traced = Cause(cause.correlation_id, None, TRACE.format(cause.correlation_id.int))
            await say(speaker, words.moved(thing_id=keys[number % 3], number=number), cause=traced)
        await bus.settle()
    return {cause.correlation_id for cause in causes}
