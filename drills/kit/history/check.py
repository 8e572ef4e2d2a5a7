"""The history checker: pure rules that find what was lost, doubled or disordered, and say it in sentences.

Compaction may take superseded records off a personal topic, so that holes below a key's newest record are no fault
there. It never reaches the newest part of a log: what a drill's own commands said is still there.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from drills.kit.history.facts import Command, History, Key, Record
from shared.contracts.topics import TOPICS
from shared.messaging.kafka.producer import partition_of
from shared.messaging.ledger import is_personal

LOST, DOUBLED, DISORDERED = "lost", "doubled", "disordered"
Fault = tuple[str, str]


@dataclass(slots=True)
class Verdict:
    """One sentence per fault, in the list of its kind."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    disordered: list[str] = field(default_factory=list)

    def figures(self) -> dict[str, int]:
        """How many of each kind."""
        return {kind: len(getattr(self, kind)) for kind in (LOST, DOUBLED, DISORDERED)}

    def sentences(self) -> list[str]:
        """All faults, the kind before each."""
        return [f"{kind}: {fault}" for kind in (LOST, DOUBLED, DISORDERED) for fault in getattr(self, kind)]


def check(history: History) -> Verdict:
    """Judge a history by all rules."""
    verdict = Verdict()
    for rule in (_commands, _strays, _places, _events, _order, _streams, _hearings, _hearing_order, _inboxes, _rest):
        for kind, sentence in rule(history):
            getattr(verdict, kind).append(sentence)
    return verdict


# --- what clients were told, and what there is of it


def _commands(history: History) -> Iterator[Fault]:
    """What was acknowledged left all that it had to, once; what was refused nothing; without answer all or nothing."""
    noted, said = _left_behind(history)
    for command in history.commands:
        notes, events = noted[command.correlation], said[command.correlation]
        happened = bool(notes or events)
        yield from _answer(command)
        if command.done or (command.status is None and happened):
            yield from _compared(command, "audit row", command.notes, notes)
            yield from _compared(command, "event", command.says, events)
        elif happened:
            yield DOUBLED, f"{_name(command)} was refused, and yet left {dict(notes + events)}"


def _left_behind(history: History) -> tuple[Mapping[UUID, Counter[str]], Mapping[UUID, Counter[str]]]:
    """By correlation id: audit rows by action, and events (each id once) of the commanded topics by type."""
    noted: dict[UUID, Counter[str]] = defaultdict(Counter)
    for effect in history.effects:
        noted[effect.correlation][effect.action] += 1
    said: dict[UUID, Counter[str]] = defaultdict(Counter)
    for correlation, type_, _ in {(r.correlation, r.type, r.event) for r in _commanded(history)}:
        said[correlation][type_] += 1
    return noted, said


def _commanded(history: History) -> Iterator[Record]:
    return (record for record in history.records if record.key.topic in history.commanded)


def _answer(command: Command) -> Iterator[Fault]:
    if command.status is None or command.as_wanted:
        return
    if command.done:
        yield DOUBLED, f"{_name(command)} was done, though it had to be refused as {command.refusal}"
    else:
        yield LOST, f"{_name(command)} was refused with {command.status} {command.problem}, though nothing was wrong"


def _compared(command: Command, what: str, wanted: Mapping[str, int], found: Counter[str]) -> Iterator[Fault]:
    for name in sorted(wanted.keys() | found.keys()):
        if (there := found[name]) != (due := wanted.get(name, 0)):
            yield LOST if there < due else DOUBLED, f"{_name(command)}: {due} × {what} {name}, there are {there}"


def _strays(history: History) -> Iterator[Fault]:
    """Nothing on the commanded side belongs to nobody's command."""
    known = {command.correlation for command in history.commands}
    for effect in history.effects:
        if effect.correlation not in known:
            yield DOUBLED, f"audit row {effect.action} of {effect.subject} belongs to no command"
    for record in {r.event: r for r in _commanded(history) if r.correlation not in known}.values():
        yield DOUBLED, f"{_event(record)} belongs to no command"


# --- what lies on the topics


def _places(history: History) -> Iterator[Fault]:
    """A record has a place of its own, in the partition that its key says."""
    places = Counter((r.key.topic, r.partition, r.offset) for r in history.records)
    for place, count in places.items():
        if count > 1:
            yield DOUBLED, f"{count} records at {place}"
    for record in history.records:
        right = partition_of(str(record.key.id).encode(), TOPICS[record.key.topic].partitions)
        if record.partition != right:
            yield DISORDERED, f"{_event(record)} lies in partition {record.partition}, its key belongs in {right}"


def _events(history: History) -> Iterator[Fault]:
    """One id is one event, one sequence of a key is one event, and one cause says a thing of a key once."""
    by_id, by_place, by_cause = defaultdict(set), defaultdict(set), defaultdict(set)
    for r in history.records:
        by_id[r.event].add((r.key, r.sequence, r.type, r.correlation, r.causation))
        by_place[r.key, r.sequence].add(r.event)
        if r.causation:
            by_cause[r.causation, r.type, r.key].add(r.event)
    for event, found in by_id.items():
        if len(found) > 1:
            yield DOUBLED, f"event id {event} stands for {len(found)} different events"
    for (key, sequence), found in by_place.items():
        if len(found) > 1:
            yield DOUBLED, f"sequence {sequence} of {_key(key)} was given to {len(found)} events"
    for (cause, type_, key), found in by_cause.items():
        if len(found) > 1:
            yield DOUBLED, f"event {cause} caused {len(found)} × {type_} of {_key(key)}"


def _order(history: History) -> Iterator[Fault]:
    """By their first appearance, a key's events count 1, 2, 3 …"""
    sequences: dict[Key, list[int]] = defaultdict(list)
    for record in _first_appearances(history):
        sequences[record.key].append(record.sequence)
    for key, found in sequences.items():
        if found != sorted(found):
            yield DISORDERED, f"{_key(key)} lies on its topic as {_few(found)}"
        holes = set(range(1, max(found))) - set(found)
        if holes and not is_personal(key.topic):
            yield LOST, f"{_key(key)} lacks the sequences {_few(sorted(holes))} on its topic"


def _first_appearances(history: History) -> list[Record]:
    """Each event's first record, in the order of partitions and offsets."""
    first: dict[UUID, Record] = {}
    for record in sorted(history.records, key=lambda r: (r.key.topic, r.partition, r.offset)):
        first.setdefault(record.event, record)
    return list(first.values())


def _newest(history: History) -> dict[Key, int]:
    newest: dict[Key, int] = {}
    for record in history.records:
        newest[record.key] = max(record.sequence, newest.get(record.key, 0))
    return newest


def _streams(history: History) -> Iterator[Fault]:
    """The room's own count of a key's events ends where the topic ends."""
    newest = _newest(history)
    for key in newest.keys() | history.streams.keys():
        counted, published = history.streams.get(key, 0), newest.get(key, 0)
        if counted > published:
            yield LOST, f"{_key(key)} was counted to {counted}, published to {published}"
        elif counted < published:
            yield DOUBLED, f"{_key(key)} was published to {published}, counted to {counted} only"


# --- what was heard


def _hearings(history: History) -> Iterator[Fault]:
    """Every event that was published and concerns the witness was handled exactly once, as what it is."""
    published = {r.event: (r.key, r.sequence, r.type) for r in history.records if r.type in history.witnessed}
    heard = Counter(hearing.event for hearing in history.hearings)
    for event, what in published.items():
        if event not in heard:
            yield LOST, f"{_named(*what)} was published, but never heard"
        elif heard[event] > 1:
            yield DOUBLED, f"{_named(*what)} was heard {heard[event]} times"
    for hearing in history.hearings:
        if published.get(hearing.event) != (hearing.key, hearing.sequence, hearing.type):
            yield DOUBLED, f"{_named(hearing.key, hearing.sequence, hearing.type)} was heard, but not so published"


def _hearing_order(history: History) -> Iterator[Fault]:
    """The events of a partition were handled in the order of their first appearance there."""
    turn = {record.event: number for number, record in enumerate(_first_appearances(history))}
    place = {record.event: (record.key.topic, record.partition) for record in history.records}
    reached: dict[Any, int] = {}
    seen: set[UUID] = set()
    for hearing in history.hearings:
        if (event := hearing.event) not in turn or event in seen:
            continue
        seen.add(event)
        where = place[event]
        if turn[event] < reached.get(where, -1):
            yield DISORDERED, f"{_named(hearing.key, hearing.sequence, hearing.type)} was heard after later ones"
        reached[where] = max(turn[event], reached.get(where, -1))


def _inboxes(history: History) -> Iterator[Fault]:
    """Each room stands at the last event of every key that it hears: not before it, and not where nothing is yet."""
    newest = _newest(history)
    for room, inbox in history.inboxes.items():
        for key in {key for key in newest if key.topic in inbox.topics} | inbox.last.keys():
            heard, published = inbox.last.get(key, 0), newest.get(key, 0)
            if heard < published:
                yield LOST, f"{room} has heard {_key(key)} to {heard}, published are {published}"
            elif heard > published:
                yield LOST, f"{room} stands at {heard} of {_key(key)} and would skip what comes after {published}"


def _rest(history: History) -> Iterator[Fault]:
    """A settled system has nothing lying about."""
    for left in history.leftovers:
        yield LOST, f"{left.room}: {left.what} {left.detail}"


# --- names in sentences


def _name(command: Command) -> str:
    return f"{command.operation} {command.correlation}"


def _key(key: Key) -> str:
    return f"{key.topic} {key.id}"


def _named(key: Key, sequence: int, type_: str) -> str:
    return f"{type_} {key.id}/{sequence}"


def _event(record: Record) -> str:
    return _named(record.key, record.sequence, record.type)


def _few(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers[:12])) + (" …" if len(numbers) > 12 else "")
