"""What rows name by an id of the other system: looked up by the thousand, and remembered while a file is read."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Any, Generic, TypeVar
from uuid import UUID

from services.applications.policy import digest_of, stated_terms
from shared.contracts.applications import Product
from shared.storage.documents import dumped
from shared.storage.tx import Uow

T = TypeVar("T")
MOST = 100_000  # remembered things of one kind; then it begins anew

ENTITY = "SELECT {name} AS name, t.id, t.country, t.zone FROM entity t {where}"
ENABLER = """SELECT {name} AS name, t.id, t.hosting_entity_id, e.country, e.zone
    FROM enabler t {where} JOIN entity e ON e.id = t.hosting_entity_id"""
PERSON = "SELECT {name} AS name, t.id, t.sending_entity_id FROM person t {where}"
OPPORTUNITY = """SELECT {name} AS name, t.id, t.enabler_id, t.hosting_entity_id, t.product, t.zone, t.country,
    t.weekly_hours, t.pay, t.title, t.description, t.accommodation, t.selection_process FROM opportunity t {where}"""
BY_EXTERNAL = "JOIN external_id x ON x.id = t.id AND x.source = $1 AND x.kind = $2 AND x.external = ANY($3::text[])"
BY_ID = "JOIN unnest($1::uuid[]) AS x (id) ON x.id = t.id"
KEEP = """INSERT INTO stated_terms (digest, opportunity_id, stated, recorded_at)
    SELECT *, $4 FROM unnest($1::text[], $2::uuid[], $3::text[]::jsonb[]) ON CONFLICT DO NOTHING"""
KNOWN = "SELECT external FROM external_id WHERE source = $1 AND kind = $2 AND external = ANY($3::text[])"


@dataclass(frozen=True, slots=True)
class Place:
    id: str
    country: str | None
    zone: str


@dataclass(frozen=True, slots=True)
class Host:
    """An enabler and where it is."""

    id: str
    hosting_entity_id: str
    country: str | None
    zone: str


@dataclass(frozen=True, slots=True)
class Candidate:
    id: str
    sending_entity_id: str


@dataclass(frozen=True, slots=True)
class Dates:
    """A slot, with the digest of the terms that an application for it is made on."""

    id: str
    start_on: date
    end_on: date
    terms: str


@dataclass(frozen=True, slots=True)
class Offer:
    """What an application takes over from its opportunity."""

    id: str
    enabler_id: str
    hosting_entity_id: str
    product: Product
    zone: str
    country: str
    slots: tuple[Dates, ...]
    selection_process: tuple[str, ...]

    def slot(self, id_: str | None, start_on: date | None) -> Dates:
        """The slot that is named, else the one with this first day, else the first."""
        if len(self.slots) == 1:
            return self.slots[0]
        fitting = [slot for slot in self.slots if slot.id == id_ or (id_ is None and slot.start_on == start_on)]
        return fitting[0] if fitting else self.slots[0]


class Names(Generic[T]):
    """One kind of things by the names that rows use: ids of the other system, or our own."""

    def __init__(self, source: str, kind: str, query: str, make: Callable[[Any], T]) -> None:
        self._source, self._kind, self._make = source, kind, make
        self._by_external = query.format(name="x.external", where=BY_EXTERNAL)
        self._by_id = query.format(name="t.id::text", where=BY_ID)
        self.found: dict[str, T] = {}

    async def find(self, uow: Uow, names: Iterable[str]) -> dict[str, T]:
        """The things that are there, by name."""
        if len(self.found) > MOST:
            self.found.clear()
        if new := [name for name in dict.fromkeys(names) if name and name not in self.found]:
            rows = await uow.fetch(self._by_external, self._source, self._kind, new)
            if ours := _own(set(new) - {row["name"] for row in rows}):
                rows += await uow.fetch(self._by_id, ours)
            await self._keep(uow, rows)
        return self.found

    async def _keep(self, uow: Uow, rows: Sequence[Any]) -> None:
        self.found.update((row["name"], self._make(row)) for row in rows)

    def forget(self) -> None:
        """After a transaction that came to nothing."""
        self.found.clear()


class Offers(Names[Offer]):
    """Opportunities with their slots."""

    def __init__(self, source: str) -> None:
        super().__init__(source, "opportunities", OPPORTUNITY, _offer)

    async def _keep(self, uow: Uow, rows: Sequence[Any]) -> None:
        slots: dict[UUID, list[Any]] = {row["id"]: [] for row in rows}
        query = "SELECT opportunity_id, id, start_on, end_on FROM slot WHERE opportunity_id = ANY($1::uuid[])"
        for slot in await uow.fetch(f"{query} ORDER BY start_on, id", list(slots)):
            slots[slot["opportunity_id"]].append(slot)
        kept: dict[str, tuple[UUID, str]] = {}
        for row in rows:
            opportunity, dates = SimpleNamespace(**row), []
            for slot in (SimpleNamespace(**found) for found in slots[row["id"]]):
                stated = stated_terms(opportunity, slot)
                digest = digest_of(stated)
                kept[digest] = (row["id"], dumped(stated))
                dates.append(Dates(str(slot.id), slot.start_on, slot.end_on, digest))
            if dates:
                self.found[row["name"]] = _offer(row, tuple(dates))
        ids, texts = [id_ for id_, _ in kept.values()], [text for _, text in kept.values()]
        await uow.fetch(KEEP, list(kept), ids, texts, uow.now)


def _offer(row: Any, slots: tuple[Dates, ...] = ()) -> Offer:
    ids = (str(row[name]) for name in ("id", "enabler_id", "hosting_entity_id"))
    return Offer(*ids, Product(row["product"]), row["zone"], row["country"], slots, tuple(row["selection_process"]))


def _own(names: Iterable[str]) -> list[UUID]:
    """Those that are ids of ours."""
    found = []
    for name in names:
        if len(name) == 36:
            try:
                found.append(UUID(name))
            except ValueError:
                continue
    return found


class References:
    """All that rows of one source may name."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.entities = Names(source, "entities", ENTITY, lambda r: Place(str(r["id"]), r["country"], r["zone"]))
        self.enablers = Names(source, "enablers", ENABLER, _host)
        self.people = Names(source, "people", PERSON, lambda r: Candidate(str(r["id"]), str(r["sending_entity_id"])))
        self.opportunities = Offers(source)
        self.slots = Names(source, "slots", "SELECT {name} AS name, t.id FROM slot t {where}", lambda r: str(r["id"]))

    async def known(self, uow: Uow, kind: str, names: Sequence[str]) -> set[str]:
        """Which of these were taken before."""
        return {row["external"] for row in await uow.fetch(KNOWN, self.source, kind, names)}

    def forget(self) -> None:
        for names in (self.entities, self.enablers, self.people, self.opportunities, self.slots):
            names.forget()


def _host(row: Any) -> Host:
    return Host(str(row["id"]), str(row["hosting_entity_id"]), row["country"], row["zone"])
