"""How anything is found: count, facets and a page of rows that match, in bounded time however many match.

A search looks at the sample first. When more than 10,000 rows must match by that, they are not counted: facets are
those of the sample, and the page is read along the index of its order, where hits lie close. Else all hits are read
once, through the index of words and codes. Both ways give the same rows in the same order.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from math import sqrt
from typing import Any, Final
from uuid import UUID

from services.applications.schemas.search import Facet, Facets, Sort, Total
from services.applications.views.conditions import Conditions
from shared.storage.paging import Values, bad_cursor
from shared.storage.tx import Uow

EXACT: Final = 10_000
SHOWN: Final = 20
FACETS: Final = ("product", "field", "country", "language", "skill")
# Which index is right is known here and not to the planner, who can't guess how many rows have a word.
PLANS = """SELECT set_config('jit', 'off', true), set_config('enable_seqscan', 'off', true),
    set_config('plan_cache_mode', 'force_custom_plan', true), set_config('work_mem', '32MB', true),
    set_config('max_parallel_workers_per_gather', '0', true)"""


@dataclass(frozen=True, slots=True)
class Order:
    """A column to sort by, and what its values are."""

    column: str
    kind: type[date]
    falling: bool = True

    @property
    def sql(self) -> str:
        way = "DESC" if self.falling else "ASC"
        return f"{self.column} {way}, id {way}"


@dataclass(frozen=True, slots=True)
class Source:
    """A table of what can be found, and its sample of one row in `every`; up to `exact` hits are counted.

    With `dense` hits in the sample a page is sooner read along its order than sorted out of all hits, and with fewer
    than `thin` rows in the sample that meet the other conditions, words are sooner looked for in those rows.
    """

    table: str
    sample: str
    every: int
    orders: dict[Sort, Order]
    exact: int = EXACT
    dense: int = 150
    thin: int = 500

    @property
    def sure(self) -> float:
        """So many hits in the sample can't come from `exact` or fewer: they are seven standard deviations too many."""
        expected = self.exact / self.every
        return expected + 7 * sqrt(expected)


@dataclass(frozen=True, slots=True)
class Hit:
    id: UUID
    at: date
    first: bool


@dataclass(frozen=True, slots=True)
class Sampled:
    """What the sample tells."""

    hits: int
    first: int
    others: int
    facets: Facets


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found: a page, the cursor behind it, and with the first page how many there are of what."""

    ids: list[UUID]
    next: Values | None
    total: Total | None = None
    facets: Facets | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """In which order, after which row, how many."""

    sort: Sort
    limit: int
    cursor: Values | None


async def find(uow: Uow, source: Source, conditions: Conditions, asked: Asked) -> Hits:
    """A page of hits; the first one with total and facets."""
    return await Search(uow, source, conditions, asked).run()


class Search:
    """One search at work."""

    def __init__(self, uow: Uow, source: Source, conditions: Conditions, asked: Asked) -> None:
        self.uow, self.source, self.conditions, self.asked = uow, source, conditions, asked
        tiered = asked.sort is Sort.relevance and conditions.first is not None
        self.first = conditions.first if tiered else None
        self.order = source.orders[asked.sort if asked.sort in source.orders else Sort.newest]
        self.after = self._after(asked.cursor)
        self.where = conditions.indexed

    async def run(self) -> Hits:
        await self.uow.fetch(PLANS)
        sampled = await self._sampled()
        thin = self.conditions.words is not None and sampled.others < self.source.thin
        self.where = self.conditions.by_the_others if thin else self.conditions.indexed
        if self.after is None and sampled.hits <= self.source.sure:
            hits, count, facets = await self._few()
            if count <= self.source.exact:
                return self._page(hits, Total(count=count, more=False, shown=f"{count:,}"), facets)
        hits = await self._along(sampled)
        if self.after is not None:
            return self._page(hits, None, None)
        total = Total(count=self.source.exact, more=True, shown=f"{self.source.exact:,}+")
        return self._page(hits, total, sampled.facets)

    async def _sampled(self) -> "Sampled":
        """Hits in the sample, those of them that come first, rows that meet all but the words; and estimated facets,
        of a fourth of the hits when they are very many."""
        every, others = self.source.every, "0"
        if self.conditions.words is not None:
            met = f"SELECT FROM {self.source.sample} WHERE {self.conditions.others} LIMIT {self.source.thin}"
            others = f"(SELECT count(*) FROM ({met}) AS other)"  # noqa: S608
        statement = f"""
            WITH hit AS MATERIALIZED (
                SELECT id, facets, {self.first or "false"} AS first FROM {self.source.sample}
                WHERE {self.conditions.indexed}
            ), step AS (SELECT CASE WHEN count(*) > {EXACT} THEN {every * 4} ELSE {every} END AS every FROM hit
            ), counted AS (
                SELECT code, count(*) * (SELECT every FROM step) AS n FROM (
                    SELECT unnest(facets) AS code FROM hit
                    WHERE get_byte(uuid_send(id), 15) % (SELECT every FROM step) = 0
                ) AS c GROUP BY code
            )
            SELECT NULL::text AS kind, NULL::text AS value, count(*) AS n, count(*) FILTER (WHERE first) AS first,
                {others}, (SELECT every FROM step) FROM hit
            UNION ALL ({_ranked()})"""  # noqa: S608 (names of ours)
        rows = await self._fetch(statement)
        ((hits, first, rest, step),) = (tuple(row)[2:6] for row in rows if row[0] is None)
        return Sampled(hits, first, rest, _facets(rows, step))

    async def _few(self) -> tuple[list[Hit], int, Facets]:
        """All hits, if they are no more than 10,000: counted, sorted and faceted in one go."""
        way = "DESC" if self.order.falling else "ASC"
        few = f"(SELECT count(*) FROM hit) <= {self.source.exact}"  # noqa: S608
        statement = f"""
            WITH hit AS MATERIALIZED (
                SELECT id, {self.order.column} AS at, {self.first or "false"} AS first, facets FROM {self.source.table}
                WHERE {self.where} LIMIT {self.source.exact + 1}
            ), counted AS (
                SELECT code, count(*) AS n FROM (SELECT unnest(facets) AS code FROM hit WHERE {few}) AS c GROUP BY code
            ), page AS (
                SELECT id, at, first FROM hit WHERE {few}
                ORDER BY first DESC, at {way}, id {way} LIMIT {self.asked.limit + 1}
            )
            SELECT NULL::text AS kind, NULL::text AS value, count(*) AS n, NULL::uuid AS id, NULL::{self._type} AS at,
                NULL::bool AS first FROM hit
            UNION ALL SELECT NULL, NULL, NULL, id, at, first FROM page
            UNION ALL ({_ranked()})"""  # noqa: S608
        rows = await self._fetch(statement)
        hits = [Hit(row[3], row[4], row[5]) for row in rows if row[3] is not None]
        (count,) = (row[2] for row in rows if row[0] is None and row[3] is None)
        return self._sorted(hits), count, _facets(rows, 1)

    async def _along(self, sampled: Sampled) -> list[Hit]:
        """A page in order, from behind the cursor on: those that come first, then the others."""
        tiers = [(None, False, sampled.hits)] if self.first is None else [
            (self.first, True, sampled.first), (f"NOT ({self.first})", False, sampled.hits - sampled.first),
        ]  # fmt: skip
        found: list[Hit] = []
        for clause, is_first, guess in tiers:
            after = self.after
            if after is not None and self.first is not None and after.first is not is_first:
                if is_first:
                    continue  # that tier was read to its end
                after = None
            if len(found) <= self.asked.limit:
                found += await self._tier(clause, is_first, guess > self.source.dense, after, len(found))
        return found

    async def _tier(self, clause: str | None, is_first: bool, dense: bool, after: Hit | None, have: int) -> list[Hit]:
        order, more, place = self.order, [], len(self.conditions.values)
        # What comes first has all the words anyway.
        where = self.conditions.checked if dense else self.conditions.others if is_first else self.where
        if clause is not None:
            where += f" AND coalesce({clause}, false)" if dense else f" AND {clause}"
        if after is not None:
            more = [after.at, after.id]
            where += f" AND ({order.column}, id) {'<' if order.falling else '>'} (${place + 1}, ${place + 2})"
        limit = self.asked.limit + 1 - have
        rows = f"SELECT id, {order.column} FROM {self.source.table} WHERE {where}"  # noqa: S608
        if not dense:
            rows = f"WITH hit AS MATERIALIZED ({rows}) SELECT * FROM hit"  # noqa: S608
        found = await self._fetch(f"{rows} ORDER BY {order.sql} LIMIT {limit}", *more)
        return [Hit(row[0], row[1], is_first) for row in found]

    def _page(self, hits: list[Hit], total: Total | None, facets: Facets | None) -> Hits:
        shown = hits[: self.asked.limit]
        following: Values | None = None
        if len(hits) > len(shown):
            last = shown[-1]
            following = (str(self.asked.sort), last.first, last.at.isoformat(), str(last.id))
        return Hits([hit.id for hit in shown], following, total, facets)

    def _after(self, cursor: Values | None) -> Hit | None:
        if cursor is None:
            return None
        try:
            sort, first, at, id_ = cursor
            if sort != self.asked.sort or not isinstance(first, bool):
                raise bad_cursor()
            moment = self.order.kind.fromisoformat(at)  # type: ignore[arg-type]
            if isinstance(moment, datetime):
                if moment.tzinfo is None:
                    raise bad_cursor()
                moment = moment.astimezone(UTC)
            return Hit(UUID(id_), moment, first)
        except (ValueError, TypeError, AttributeError, OverflowError) as error:
            raise bad_cursor() from error

    def _sorted(self, hits: list[Hit]) -> list[Hit]:
        falling = self.order.falling
        hits.sort(key=lambda hit: (hit.at, hit.id), reverse=falling)
        hits.sort(key=lambda hit: not hit.first)
        return hits

    @property
    def _type(self) -> str:
        return "timestamptz" if self.order.kind is datetime else "date"

    async def _fetch(self, statement: str, *more: Any) -> list[Any]:
        return await self.uow.fetch(*self.conditions.used(statement, *more))


def _ranked() -> str:
    """The most frequent values of each kind, from `counted`."""
    return f"""SELECT kind, value, n, NULL, NULL, NULL FROM (
            SELECT c.kind, c.value, n, row_number() OVER (PARTITION BY c.kind ORDER BY n DESC, c.value) AS place
            FROM counted JOIN search_code c ON c.id = counted.code
        ) AS ranked WHERE place <= {SHOWN}"""  # noqa: S608


def _facets(rows: Sequence[Any], every: int) -> Facets:
    found: dict[str, list[Facet]] = {kind: [] for kind in FACETS}
    for row in rows:
        if row[0] is not None:
            found[row[0]].append(Facet(value=row[1], count=row[2]))
    for values in found.values():
        values.sort(key=lambda facet: (-facet.count, facet.value))
    return Facets(exact=every == 1, every=every, **found)
