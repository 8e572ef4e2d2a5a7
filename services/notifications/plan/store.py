"""The room's plans, read from its tables: which versions are in use where, and which an application is pinned to.

What is in use is asked for in every transaction, so that each process sees a new version with its commit. The content
of a version never changes once it was published, so that each process reads it once.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from services.notifications.model import PlanPin, PlanVersion, VersionState
from services.notifications.plan.layers import (
    Composed,
    Layer,
    Source,
    compose,
    content_of,
    digest_of,
    read_layer,
    shipped,
)
from services.notifications.policy import Entry
from shared.storage.tx import Uow

IN_USE = "SELECT id, digest, entity_id, plan FROM plan_version WHERE state = 'published'"
PATHS = "SELECT entity_id, path FROM entity_path WHERE entity_id = ANY($1)"
PINS = "SELECT application_id, versions FROM plan_pin WHERE application_id = ANY($1)"
VERSIONS = """SELECT id, plan, number, digest FROM plan_version
    JOIN unnest($1::text[], $2::int[]) AS wanted (plan, number) USING (plan, number)"""
MADE = "SELECT id, code, plan, plan_version FROM touchpoint WHERE id = ANY($1)"
_READ: dict[tuple[UUID, str], Layer] = {}
MOST = 2_000  # versions that one process keeps


class Sides(Protocol):
    """An application: whose committees have a say."""

    id: UUID
    sending_entity_id: UUID
    hosting_entity_id: UUID


async def composed(uow: Uow, sending: UUID | None, hosting: UUID | None) -> Composed:
    """What a new application between these committees follows: shipped, everybody's, the sending and hosting line's."""
    return taken_together(await in_use(uow, sending, hosting))


async def pins(uow: Uow, applications: Sequence[Sides]) -> dict[UUID, Composed]:
    """What these (locked) applications follow; from the first touchpoint on that stays, until a publish moves it."""
    found: dict[UUID, Composed] = {}
    for application_id, versions in await uow.fetch(PINS, [one.id for one in applications]):
        found[application_id] = _compose(tuple([await layer(uow, id_) for id_ in versions]))
    new = [one for one in applications if one.id not in found]
    if new:
        await keep_shipped(uow)
    between: dict[tuple[UUID, UUID], Composed] = {}
    for one in new:
        sides = (one.sending_entity_id, one.hosting_entity_id)
        if sides not in between:
            between[sides] = await composed(uow, *sides)
        found[one.id] = between[sides]
        uow.add(PlanPin(application_id=one.id, versions=list(found[one.id].versions), pinned_at=uow.now))
    return found


async def following(
    uow: Uow, application_id: UUID | None, sending: UUID | None = None, hosting: UUID | None = None
) -> Composed:
    """What something about an application follows: as the application does, else what is in use."""
    if application_id is not None and (found := await uow.fetch(PINS, [application_id])):
        return _compose(tuple([await layer(uow, id_) for id_ in found[0][1]]))
    return await composed(uow, sending, hosting)


class Made(Protocol):
    """A touchpoint: the version that it was made from."""

    code: str
    plan: str
    plan_version: int


@dataclass(frozen=True, slots=True)
class _Made:
    code: str
    plan: str
    plan_version: int


async def entry_of(uow: Uow, row: Made) -> Entry | None:
    """The entry that a touchpoint was made from; None when its version is gone or has none."""
    own = shipped()
    if (row.plan, row.plan_version) == (own.plan, own.number):
        return own.entry(row.code)
    found = await uow.fetch("SELECT id FROM plan_version WHERE plan = $1 AND number = $2", row.plan, row.plan_version)
    return (await layer(uow, found[0][0])).entry(row.code) if found else None


async def entries_of(uow: Uow, touchpoints: Sequence[UUID]) -> dict[UUID, Entry]:
    """The same for many, by the ids of the touchpoints."""
    made = await uow.fetch(MADE, list(touchpoints)) if touchpoints else ()
    return await made_of(uow, {row[0]: _Made(*row[1:]) for row in made})


async def made_of(uow: Uow, rows: Mapping[UUID, Made]) -> dict[UUID, Entry]:
    """The entries of rows at hand, by the same ids; one query, however many versions they came from."""
    own = shipped()
    layers: dict[Source, Layer] = {(own.plan, own.number): own}
    if others := sorted({(row.plan, row.plan_version) for row in rows.values()} - layers.keys()):
        names, numbers = map(list, zip(*others, strict=True))
        for id_, plan, number, digest in await uow.fetch(VERSIONS, names, numbers):
            layers[plan, number] = _READ.get((id_, digest)) or await layer(uow, id_)
    found = {}
    for id_, row in rows.items():
        held = layers.get((row.plan, row.plan_version))
        if held is not None and (entry := held.entry(row.code)) is not None:
            found[id_] = entry
    return found


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


_KEPT: list[tuple[Layer, dict[str, Any], str]] = []


def _as_kept() -> tuple[Layer, dict[str, Any], str]:
    """The shipped plan with its content and digest, worked out once."""
    own = shipped()
    if not _KEPT or _KEPT[0][0] is not own:
        content = content_of(own)
        _KEPT[:] = [(own, content, digest_of(content))]
    return _KEPT[0]


async def keep_shipped(uow: Uow) -> None:
    """The plan of this release has its row, so that what is pinned to it can be read after the next release too."""
    own, content, digest = _as_kept()
    found = await uow.fetch("SELECT digest FROM plan_version WHERE id = $1", own.id)
    if found and found[0][0] == digest:
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
    own = shipped()
    rows = [row for row in await uow.fetch(IN_USE) if row[3] != own.plan]
    if not rows and instead is None:
        return [Placed(None, own)]
    line = await line_of(uow, sending, hosting)
    near = [row for row in rows if row[2] is None or row[2] in line]
    others = [Placed(row[2], await layer(uow, row[0])) for row in near]
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
    wanted = [entity for entity in (sending, hosting) if entity]
    paths = {row[0]: row[1] for row in await uow.fetch(PATHS, wanted)} if wanted else {}
    return list(dict.fromkeys(one for entity in wanted for one in paths.get(entity, [entity])))


@lru_cache(maxsize=512)
def _compose(layers: tuple[Layer, ...]) -> Composed:
    return compose(layers)
