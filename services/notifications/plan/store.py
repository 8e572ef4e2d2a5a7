"""The room's plans, read from its tables: which versions are in use where, and which an application is pinned to.

What is in use is asked for in every transaction, so that each process sees a new version with its commit. The content
of a version never changes once it was published, so that each process reads it once.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import select

from services.notifications.model import PlanPin, PlanVersion, VersionState
from services.notifications.plan.layers import (
    Composed,
    Layer,
    compose,
    content_of,
    digest_of,
    read_layer,
    shipped,
)
from services.notifications.policy import Entry
from shared.storage.tx import Uow

IN_USE = """
SELECT v.id, v.digest, v.entity_id, v.plan FROM plan_version v
WHERE v.state = 'published' AND (v.entity_id IS NULL OR v.entity_id = ANY($1))
"""
PATH = "SELECT path FROM entity_path WHERE entity_id = $1"
_READ: dict[tuple[UUID, str], Layer] = {}
MOST = 2_000  # versions that one process keeps


async def composed(uow: Uow, sending: UUID | None, hosting: UUID | None) -> Composed:
    """What a new application between these committees follows: shipped, everybody's, the sending and hosting line's."""
    return _compose(tuple(one.layer for one in await in_use(uow, sending, hosting)))


async def pinned(uow: Uow, application_id: UUID, sending: UUID | None, hosting: UUID | None) -> Composed:
    """What this application follows; from its first touchpoint on that stays, until a publish moves it."""
    pin = await uow.find(PlanPin, application_id=application_id)
    if pin is not None:
        return _compose(tuple([await layer(uow, id_) for id_ in pin.versions]))
    found = await composed(uow, sending, hosting)
    await keep_shipped(uow)
    put = insert(PlanPin).values(application_id=application_id, versions=list(found.versions), pinned_at=uow.now)
    await uow.execute(put.on_conflict_do_nothing())
    return found


async def entry_of(uow: Uow, plan: str, number: int, code: str) -> Entry | None:
    """The entry that a touchpoint was made from; None when that version is gone or has none."""
    own = shipped()
    if (plan, number) == (own.plan, own.number):
        return own.entry(code)
    id_ = await uow.scalar(select(PlanVersion.id).where(PlanVersion.plan == plan, PlanVersion.number == number))
    return (await layer(uow, id_)).entry(code) if id_ is not None else None


async def layer(uow: Uow, id_: UUID) -> Layer:
    """A version by its id; what was read before isn't read again."""
    own = shipped()
    if id_ == own.id:
        return own
    found = await uow.fetch("SELECT plan, number, digest, content::text FROM plan_version WHERE id = $1", id_)
    if not found:
        return own  # a version of a release that this database never saw
    plan, number, digest, content = found[0]
    if (id_, digest) not in _READ:
        if len(_READ) >= MOST:
            _READ.clear()
        _READ[id_, digest] = read_layer(json.loads(content), plan, number, id_)
    return _READ[id_, digest]


async def keep_shipped(uow: Uow) -> None:
    """The plan of this release has its row, so that what is pinned to it can be read after the next release too."""
    own = shipped()
    content = content_of(own)
    digest = digest_of(content)
    if await uow.scalar(select(PlanVersion.digest).where(PlanVersion.id == own.id)) == digest:
        return
    put = insert(PlanVersion).values(
        id=own.id, plan=own.plan, number=own.number, entity_id=None, state=VersionState.published, content=content,
        digest=digest, author="release", created_at=uow.now, published_at=uow.now, version=1,
        changed_at=uow.clock.machine(),
    )  # fmt: skip
    await uow.execute(put.on_conflict_do_update(index_elements=["id"], set_={"content": content, "digest": digest}))
    retire = "UPDATE plan_version SET state = 'retired' WHERE plan = $1 AND number < $2 AND state = 'published'"
    await uow.fetch(retire, own.plan, own.number)


@dataclass(frozen=True, slots=True)
class Placed:
    """A version and the committee that it is for; None: for everybody."""

    entity_id: UUID | None
    layer: Layer


async def in_use(
    uow: Uow, sending: UUID | None, hosting: UUID | None, instead: Placed | None = None
) -> Sequence[Placed]:
    """The versions in use between two committees, the widest first; `instead` stands for all versions of its plan."""
    own, line = shipped(), await line_of(uow, sending, hosting)
    rows = await uow.fetch(IN_USE, line)
    others = [Placed(row[2], await layer(uow, row[0])) for row in rows if row[3] != own.plan]
    if instead is not None:
        others = [one for one in others if one.layer.plan != instead.layer.plan]
        if instead.entity_id is None or instead.entity_id in line:
            others.append(instead)
    place: dict[UUID | None, int] = {None: -1} | {entity: at for at, entity in enumerate(line)}
    return [Placed(None, own), *sorted(others, key=lambda one: (place[one.entity_id], one.layer.plan))]


def taken_together(placed: Sequence[Placed]) -> Composed:
    return _compose(tuple(one.layer for one in placed))


async def line_of(uow: Uow, sending: UUID | None, hosting: UUID | None) -> list[UUID]:
    """The committees that have a say, the nearest last: the hosting line after the sending one."""
    line: list[UUID] = []
    for entity in (sending, hosting):
        found = await uow.fetch(PATH, entity) if entity else []
        line += [one for one in (found[0][0] if found else [entity] if entity else []) if one not in line]
    return line


@lru_cache(maxsize=512)
def _compose(layers: tuple[Layer, ...]) -> Composed:
    return compose(layers)
