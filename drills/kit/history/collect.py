"""Reading a history off a system that has settled."""

from collections.abc import Sequence

from drills.kit.history.facts import Command, Effect, Hearing, History, Inbox, Key, Leftover, Record
from drills.kit.site import WITNESS, Site
from shared.contracts.envelope import read_headers
from shared.contracts.message import Message
from shared.service import load

COMMANDED = "applications"
EFFECTS = "SELECT action, subject, correlation_id FROM audit ORDER BY id"
HEARD = "SELECT topic, key, sequence, event, type FROM heard ORDER BY position"
LEFTOVERS = """
    SELECT 'outbox row' AS what, concat(type, ' of ', aggregateid, ', sequence ', sequence) AS detail FROM outbox
    UNION ALL
    SELECT 'gap', concat(topic, ' ', key, ': expected ', expected, ', got ', got) FROM inbox_gap
    UNION ALL
    SELECT 'parked event', concat(topic, ' ', partition, '/', "offset", ': ', reason, ', ', left(detail, 200))
    FROM parked
"""


async def collect(site: Site, commands: Sequence[Command] = ()) -> History:
    """Everything that was done (`commands`, with those of setting up), written, published and heard."""
    history = History(commands=list(commands), witnessed=frozenset(event.TYPE for event in load(WITNESS).hears))
    if commands:
        history.commanded = frozenset({f"{COMMANDED}.events", f"{COMMANDED}.personal"})
        history.effects = [Effect(*row) for row in await site.rows(COMMANDED, EFFECTS)]
    for room in site.rooms:
        await _read_kernel_tables(site, room, history)
    history.records = [_record(message) for message in await site.published()]
    rows = await site.rows(WITNESS, HEARD)
    history.hearings = [Hearing(Key(topic, key), *what) for topic, key, *what in rows]
    return history


async def _read_kernel_tables(site: Site, room: str, history: History) -> None:
    for topic, key, version in await site.rows(room, "SELECT topic, key, version FROM stream"):
        history.streams[Key(topic, key)] = version
    heard = await site.rows(room, "SELECT topic, key, last FROM inbox")
    topics = frozenset(load(room).topics_heard or ())
    history.inboxes[room] = Inbox(topics, {Key(topic, key): last for topic, key, last in heard})
    history.leftovers += [Leftover(room, what, detail) for what, detail in await site.rows(room, LEFTOVERS)]


def _record(message: Message) -> Record:
    head = read_headers(message)
    return Record(
        Key(message.topic, head.key), head.sequence, head.id, head.type, head.correlation_id, head.causation_id,
        message.partition, message.offset,
    )  # fmt: skip
