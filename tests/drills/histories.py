"""Histories of a small world that works, for the checker's tests to spoil."""

import random
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from drills.kit.history import Command, Effect, Hearing, History, Inbox, Record
from drills.kit.history.facts import Key
from shared.contracts.topics import TOPICS
from shared.messaging.kafka.producer import partition_of

FACTS, NAMES, SCORES = "applications.events", "applications.personal", "scoring.events"
SUBMITTED, ACCEPTED = "applications.application-submitted.v1", "applications.application-accepted.v1"
DETAILS, SCORED = "applications.person-details.v1", "scoring.lead-scored.v1"
Chance = random.Random


class Making:
    """A small world that works: commands are carried out, events published, some twice, and heard once."""

    def __init__(self, seed: int, people: int = 6) -> None:
        self.chance = Chance(seed)
        self.history = History(
            commanded=frozenset({FACTS, NAMES}), witnessed=frozenset({SUBMITTED, ACCEPTED, DETAILS, SCORED})
        )
        self.logs: dict[tuple[str, int], list[Record]] = {}
        self._act(people)
        self._put_down()
        self._hear()

    def _act(self, people: int) -> None:
        ways = [self._way(self._id()) for _ in range(people)]
        while ways := [way for way in ways if way]:
            self.chance.choice(ways).pop(0)()

    def _way(self, person: UUID) -> list[Callable[[], None]]:
        """The first three are acknowledged, then one without answer that happened, one that didn't, one refused."""
        signs_up = {"register_person": [(NAMES, DETAILS)]}
        submits, accepts = {"submit_application": [(FACTS, SUBMITTED)]}, {"accept_application": [(FACTS, ACCEPTED)]}
        approves = {"approve_application": [(FACTS, ACCEPTED), (FACTS, SUBMITTED)]}
        way = [(signs_up, 201), (submits, 201), (approves, 200), (accepts, None)]
        steps = [lambda what=what, status=status: self._command(person, what, status) for what, status in way]
        return [*steps, lambda: self._nothing(None), lambda: self._nothing(409)]

    def _command(self, subject: UUID, what: dict[str, list[tuple[str, str]]], status: int | None) -> None:
        ((operation, events),) = what.items()
        command = Command(operation, {type_: 1 for _, type_ in events}, {operation: 1}, status=status)
        command.correlation = self._id()
        self.history.commands.append(command)
        self.history.effects.append(Effect(operation, subject, command.correlation))
        for topic, type_ in events:
            said = self._say(Key(topic, subject), type_, command.correlation, None)
            if topic == FACTS:
                self._say(Key(SCORES, subject), SCORED, command.correlation, said.event)

    def _nothing(self, status: int | None) -> None:
        refusal = "illegal-move" if status else None
        command = Command("accept_application", {}, {}, refusal, self._id(), status=status, problem=refusal)
        self.history.commands.append(command)

    def _say(self, key: Key, type_: str, correlation: UUID, cause: UUID | None) -> Record:
        sequence = self.history.streams[key] = self.history.streams.get(key, 0) + 1
        number = partition_of(str(key.id).encode(), TOPICS[key.topic].partitions)
        record = Record(key, sequence, self._id(), type_, correlation, cause, number, -1)
        self.logs.setdefault((key.topic, number), []).append(record)
        return record

    def _put_down(self) -> None:
        """Offsets have holes, as real ones may; after some records a relay died, and its successor began further up."""
        for log in self.logs.values():
            again = self.chance.randrange(len(log))
            back = self.chance.randrange(again + 1)
            offset = 0
            for record in log[: again + 1] + log[back:]:
                self.history.records.append(replace(record, offset=offset))
                offset += self.chance.choice((1, 1, 3))

    def _hear(self) -> None:
        lines = [log[:] for log in self.logs.values()]
        while lines := [line for line in lines if line]:
            record = self.chance.choice(lines).pop(0)
            self.history.hearings.append(Hearing(record.key, record.sequence, record.event, record.type))
        for room, topics in (("witness", {FACTS, NAMES, SCORES}), ("scoring", {FACTS, NAMES}), ("surveys", {SCORES})):
            last = {key: version for key, version in self.history.streams.items() if key.topic in topics}
            self.history.inboxes[room] = Inbox(frozenset(topics), last)

    def _id(self) -> UUID:
        return UUID(int=self.chance.getrandbits(128), version=4)


# --- finding and changing something in it


def done(h: History, chance: Chance, events: int = 1) -> Command:
    return chance.choice([c for c in h.commands if c.done and len(c.says) == events])


def without_answer(h: History, chance: Chance) -> Command:
    return chance.choice([c for c in h.commands if c.status is None and c.says])


def key_with(h: History, chance: Chance, least: int, topic: str = FACTS) -> Key:
    return chance.choice([key for key, version in h.streams.items() if key.topic == topic and version >= least])


def drop_records(h: History, wrong: Callable[[Record], bool]) -> None:
    h.records = [record for record in h.records if not wrong(record)]


def drop_hearings(h: History, wrong: Callable[[Hearing], bool]) -> None:
    h.hearings = [hearing for hearing in h.hearings if not wrong(hearing)]


def change(h: History, which: UUID, /, **values: object) -> None:
    h.records = [replace(r, **values) if r.event == which else r for r in h.records]


def append(h: History, record: Record, **values: object) -> Record:
    """Put a record at the end of its partition."""
    end = max(r.offset for r in h.records if (r.key.topic, r.partition) == (record.key.topic, record.partition)) + 1
    h.records.append(replace(record, **{"offset": end, **values}))
    return h.records[-1]


def said_by(h: History, command: Command) -> list[Record]:
    return [r for r in h.records if r.correlation == command.correlation and r.key.topic in h.commanded]


def last_of(h: History, key: Key) -> Record:
    return max((r for r in h.records if r.key == key), key=lambda r: (r.sequence, r.offset))


def swap(h: History, first: UUID, second: UUID) -> None:
    """Exchange the places of two events on their topic."""
    places = {first: second, second: first}
    by_event = {r.event: r for r in h.records}
    h.records = [
        replace(by_event[places[r.event]], partition=r.partition, offset=r.offset) if r.event in places else r
        for r in h.records
    ]
