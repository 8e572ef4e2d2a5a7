"""Ways to spoil a valid history, each with the list of the verdict that must tell of it."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from drills.kit.history import Command, Effect, Hearing, History, Leftover
from drills.kit.history.facts import Key
from tests.drills.histories import (
    ACCEPTED,
    DETAILS,
    FACTS,
    NAMES,
    SCORES,
    SUBMITTED,
    Chance,
    append,
    change,
    done,
    drop_hearings,
    drop_records,
    key_with,
    last_of,
    said_by,
    swap,
    without_answer,
)

Spoil = Callable[[History, Chance], None]
SPOILS: list[tuple[str, str, Spoil]] = []


def spoil(kind: str, name: str) -> Callable[[Spoil], Spoil]:
    """Put a way to spoil a history on the list; `kind` is where the verdict must tell of it."""

    def add(way: Spoil) -> Spoil:
        SPOILS.append((name, kind, way))
        return way

    return add


@spoil("lost", "an acknowledged command has no audit row")
def _(h: History, chance: Chance) -> None:
    gone = done(h, chance).correlation
    h.effects = [e for e in h.effects if e.correlation != gone]


@spoil("lost", "an acknowledged command left nothing at all")
def _(h: History, chance: Chance) -> None:
    h.commands.append(Command("accept_application", {ACCEPTED: 1}, {"accept_application": 1}, status=200))


@spoil("doubled", "an acknowledged command has two audit rows")
def _(h: History, chance: Chance) -> None:
    gone = done(h, chance).correlation
    h.effects += [e for e in h.effects if e.correlation == gone]


@spoil("lost", "an acknowledged command has no event")
def _(h: History, chance: Chance) -> None:
    gone = said_by(h, done(h, chance))[0].event
    drop_records(h, lambda r: r.event == gone)


@spoil("lost", "one of two events of a command is missing")
def _(h: History, chance: Chance) -> None:
    gone = max(said_by(h, done(h, chance, events=2)), key=lambda r: r.sequence).event
    drop_records(h, lambda r: r.event == gone)


@spoil("doubled", "an acknowledged command said its event twice, under two ids")
def _(h: History, chance: Chance) -> None:
    record = said_by(h, done(h, chance))[0]
    append(h, record, sequence=h.streams[record.key] + 1, event=UUID(int=1))


@spoil("doubled", "an acknowledged command said something else, too")
def _(h: History, chance: Chance) -> None:
    record = said_by(h, done(h, chance, events=2))[0]
    append(h, record, sequence=h.streams[record.key] + 1, event=UUID(int=1), type=DETAILS)


@spoil("lost", "a command without answer wrote its row and said nothing")
def _(h: History, chance: Chance) -> None:
    gone = {r.event for r in said_by(h, without_answer(h, chance))}
    drop_records(h, lambda r: r.event in gone)


@spoil("lost", "a command without answer spoke and wrote nothing")
def _(h: History, chance: Chance) -> None:
    gone = without_answer(h, chance).correlation
    h.effects = [e for e in h.effects if e.correlation != gone]


@spoil("doubled", "a command without answer happened twice")
def _(h: History, chance: Chance) -> None:
    command = without_answer(h, chance)
    h.effects += [e for e in h.effects if e.correlation == command.correlation]


@spoil("doubled", "a refused command left an audit row")
def _(h: History, chance: Chance) -> None:
    command = next(c for c in h.commands if c.status == 409)
    h.effects.append(Effect("accept_application", UUID(int=1), command.correlation))


@spoil("doubled", "a refused command said an event")
def _(h: History, chance: Chance) -> None:
    command = next(c for c in h.commands if c.status == 409)
    change(h, chance.choice([r for r in h.records if r.key.topic == FACTS]).event, correlation=command.correlation)


@spoil("lost", "a command was refused that had to succeed")
def _(h: History, chance: Chance) -> None:
    h.commands.append(Command("sign", {}, {}, status=412, problem="stale"))


@spoil("doubled", "a command was done that had to be refused")
def _(h: History, chance: Chance) -> None:
    next(c for c in h.commands if c.status == 409).status = 200


@spoil("lost", "an event forgot its correlation id")
def _(h: History, chance: Chance) -> None:
    change(h, said_by(h, done(h, chance))[0].event, correlation=UUID(int=1))


@spoil("doubled", "an event belongs to no command")
def _(h: History, chance: Chance) -> None:
    change(h, said_by(h, done(h, chance))[0].event, correlation=UUID(int=1))


@spoil("doubled", "an audit row belongs to no command")
def _(h: History, chance: Chance) -> None:
    h.effects.append(Effect("register_person", UUID(int=1), UUID(int=2)))


@spoil("lost", "a sequence is skipped on the topic")
def _(h: History, chance: Chance) -> None:
    key = key_with(h, chance, 3)
    drop_records(h, lambda r: r.key == key and r.sequence == 2)


@spoil("lost", "the first event of a key is missing")
def _(h: History, chance: Chance) -> None:
    key = key_with(h, chance, 2, SCORES)
    drop_records(h, lambda r: r.key == key and r.sequence == 1)


@spoil("lost", "the last event of a key is missing on the topic")
def _(h: History, chance: Chance) -> None:
    key = key_with(h, chance, 2, SCORES)
    drop_records(h, lambda r: r.key == key and r.sequence == h.streams[key])


@spoil("lost", "the only event of a key is missing on a personal topic")
def _(h: History, chance: Chance) -> None:
    key = key_with(h, chance, 1, NAMES)
    drop_records(h, lambda r: r.key == key)


@spoil("doubled", "an event id is used again for the next event")
def _(h: History, chance: Chance) -> None:
    key = key_with(h, chance, 2)
    second = next(r.event for r in h.records if r.key == key and r.sequence == 2)
    change(h, second, event=next(r.event for r in h.records if r.key == key and r.sequence == 1))


@spoil("doubled", "an event id is used on another topic")
def _(h: History, chance: Chance) -> None:
    change(h, last_of(h, key_with(h, chance, 1, NAMES)).event, event=last_of(h, key_with(h, chance, 1)).event)


@spoil("doubled", "a redelivered record has another type")
def _(h: History, chance: Chance) -> None:
    append(h, last_of(h, key_with(h, chance, 1, SCORES)), type="scoring.lead-qualified.v1")


@spoil("doubled", "a sequence was given to two events")
def _(h: History, chance: Chance) -> None:
    append(h, last_of(h, key_with(h, chance, 1, SCORES)), event=UUID(int=1), causation=UUID(int=2))


@spoil("doubled", "an event was answered twice by another room")
def _(h: History, chance: Chance) -> None:
    record = last_of(h, key_with(h, chance, 1, SCORES))
    h.streams[record.key] += 1
    append(h, record, event=UUID(int=1), sequence=record.sequence + 1)


@spoil("doubled", "two records lie at one offset")
def _(h: History, chance: Chance) -> None:
    record = last_of(h, key_with(h, chance, 1))
    append(h, record, offset=record.offset)


@spoil("disordered", "two events of a key are swapped on the topic")
def _(h: History, chance: Chance) -> None:
    key = key_with(h, chance, 2)
    first, second = ({r.event for r in h.records if r.key == key and r.sequence == n}.pop() for n in (1, 2))
    swap(h, first, second)


@spoil("disordered", "an event comes late, after its successors")
def _(h: History, chance: Chance) -> None:
    key = key_with(h, chance, 3)
    late = next(r for r in h.records if r.key == key and r.sequence == 1)
    drop_records(h, lambda r: r.event == late.event)
    append(h, late)


@spoil("disordered", "an event lies in another partition than its key")
def _(h: History, chance: Chance) -> None:
    record = last_of(h, key_with(h, chance, 2))
    change(h, record.event, partition=(record.partition + 1) % 6, offset=10_000)


@spoil("disordered", "an event is delivered again into another partition")
def _(h: History, chance: Chance) -> None:
    record = last_of(h, key_with(h, chance, 2))
    h.records.append(replace(record, partition=(record.partition + 1) % 6, offset=10_000))


@spoil("lost", "the room counted on, and the topic has nothing of it")
def _(h: History, chance: Chance) -> None:
    h.streams[key_with(h, chance, 1)] += 1


@spoil("lost", "the room counted a key that is on no topic")
def _(h: History, chance: Chance) -> None:
    h.streams[Key(FACTS, UUID(int=1))] = 1


@spoil("doubled", "the topic is ahead of the room's count")
def _(h: History, chance: Chance) -> None:
    h.streams[key_with(h, chance, 2)] -= 1


@spoil("doubled", "the room never counted a key of the topic")
def _(h: History, chance: Chance) -> None:
    del h.streams[key_with(h, chance, 1)]


@spoil("lost", "an event was never heard")
def _(h: History, chance: Chance) -> None:
    h.hearings.pop(chance.randrange(len(h.hearings)))


@spoil("lost", "everything of a key from some point on was never heard")
def _(h: History, chance: Chance) -> None:
    key = key_with(h, chance, 3)
    drop_hearings(h, lambda heard: heard.key == key and heard.sequence >= 2)


@spoil("doubled", "an event was heard twice, at once")
def _(h: History, chance: Chance) -> None:
    at = chance.randrange(len(h.hearings))
    h.hearings.insert(at, h.hearings[at])


@spoil("doubled", "an event was heard again much later")
def _(h: History, chance: Chance) -> None:
    h.hearings.append(h.hearings[0])


@spoil("disordered", "two events of a key were heard in the wrong order")
def _(h: History, chance: Chance) -> None:
    key = key_with(h, chance, 2)
    first, second = (n for n, heard in enumerate(h.hearings) if heard.key == key and heard.sequence in (1, 2))
    h.hearings[first], h.hearings[second] = h.hearings[second], h.hearings[first]


@spoil("disordered", "an event was heard before an older one of another key of its partition")
def _(h: History, chance: Chance) -> None:
    place = {r.event: (r.key.topic, r.partition) for r in h.records}
    heard = [place[hearing.event] for hearing in h.hearings]
    busy = chance.choice([where for where in heard if heard.count(where) > 1])
    last = max(at for at, where in enumerate(heard) if where == busy)
    h.hearings.insert(0, h.hearings.pop(last))


@spoil("doubled", "something was heard that nobody published")
def _(h: History, chance: Chance) -> None:
    h.hearings.append(Hearing(Key(FACTS, UUID(int=1)), 1, UUID(int=2), SUBMITTED))


@spoil("doubled", "an event was heard under another sequence than it was published")
def _(h: History, chance: Chance) -> None:
    h.hearings[-1] = replace(h.hearings[-1], sequence=h.hearings[-1].sequence + 1)


@spoil("lost", "a room's inbox is behind")
def _(h: History, chance: Chance) -> None:
    h.inboxes["scoring"].last[key_with(h, chance, 2)] -= 1


@spoil("lost", "a room's inbox doesn't know a key")
def _(h: History, chance: Chance) -> None:
    del h.inboxes["surveys"].last[key_with(h, chance, 1, SCORES)]


@spoil("lost", "a room's inbox is ahead")
def _(h: History, chance: Chance) -> None:
    h.inboxes["scoring"].last[key_with(h, chance, 1, NAMES)] += 1


@spoil("lost", "a room's inbox stands at a key that was never published")
def _(h: History, chance: Chance) -> None:
    h.inboxes["scoring"].last[Key(FACTS, UUID(int=1))] = 3


@spoil("lost", "an outbox row is left")
def _(h: History, chance: Chance) -> None:
    h.leftovers.append(Leftover("applications", "outbox row", "of somebody"))


@spoil("lost", "an inbox noticed a gap")
def _(h: History, chance: Chance) -> None:
    h.leftovers.append(Leftover("journeys", "gap", "expected 2, got 3"))


@spoil("lost", "an event is parked")
def _(h: History, chance: Chance) -> None:
    h.leftovers.append(Leftover("surveys", "parked event", "handler-failed"))
