"""How anything is found: count, facets and a page of rows that match, in bounded time however many match.

A search looks at the sample first. When more than 10,000 rows must match by that, they are not counted: facets are
those of the sample, and the page is read along the index of its order, where hits lie close. Else all hits are read
once, through the index of words and codes. Both ways give the same rows in the same order.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from math import sqrt
from typing import Any, Final
from uuid import UUID

from services.applications.schemas.search import Facet, Facets, Sort, Total
from shared.storage.paging import Values, bad_cursor
from shared.storage.tx import Uow

EXACT: Final = 10_000
SHOWN: Final = 20
PLACE: Final = re.compile(r"\$(\d+)")
FACETS: Final = ("product", "field", "country", "language", "skill")
# Which index is right is known here and not to the planner, who can't guess how many rows have a word.
PLANS = """SELECT set_config('jit', 'off', true), set_config('enable_seqscan', 'off', true),
    set_config('plan_cache_mode', 'force_custom_plan', true), set_config('work_mem', '32MB', true),
    set_config('max_parallel_workers_per_gather', '0', true)"""
QUERIES = """
WITH used AS (
    SELECT array(SELECT DISTINCT s FROM (
        SELECT unnest(search_stemmers(value)) FROM search_code WHERE kind = 'text' AND $2::text IS NULL
        UNION SELECT unnest(search_stemmers(split_part($2, '-', 1))) WHERE $2 IS NOT NULL
        UNION SELECT 'english'::regconfig
    ) AS stemmer(s)) AS stemmers
)
SELECT search_query($1, $3, '', stemmers)::text AS all, search_query($1, $3, '=', stemmers)::text AS first,
    search_query($1, $3, '', '{}')::text AS plain FROM used"""
CODES = """SELECT wanted.kind, wanted.value, c.id FROM unnest($1::text[], $2::text[]) AS wanted(kind, value)
    LEFT JOIN search_code c USING (kind, value)"""
BELOW = """SELECT c.id FROM entity_path e JOIN search_code c ON c.kind = 'entity' AND c.value = e.entity_id::text
    WHERE e.path @> $1::uuid[]"""


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
    thin: int = 300

    @property
    def sure(self) -> float:
        """So many hits in the sample can't come from `exact` or fewer: they are seven standard deviations too many."""
        expected = self.exact / self.every
        return expected + 7 * sqrt(expected)


@dataclass
class Conditions:
    """What must hold of a row, as SQL with numbered values. `first` holds of the rows that come first by relevance."""

    values: list[Any] = field(default_factory=list)
    clauses: list[str] = field(default_factory=list)
    words: str | None = None
    first: str | None = None

    def put(self, value: Any, kind: str) -> str:
        """The place of a value in the statement."""
        self.values.append(value)
        return f"${len(self.values)}::{kind}"

    def also(self, clause: str) -> None:
        self.clauses.append(clause)

    def never(self) -> None:
        self.also("false")

    def used(self, statement: str, *more: Any) -> tuple[Any, ...]:
        """The statement with its places numbered anew, and the values that it uses: the driver takes no others."""
        values = [*self.values, *more]
        places = sorted({int(place) for place in PLACE.findall(statement)})
        numbers = {place: number for number, place in enumerate(places, 1)}
        renumbered = PLACE.sub(lambda found: f"${numbers[int(found[1])]}", statement)
        return renumbered, *(values[place - 1] for place in places)

    @property
    def indexed(self) -> str:
        """For a bitmap of the rows."""
        return " AND ".join([*self.clauses, *([self.words] if self.words else [])]) or "true"

    @property
    def by_the_others(self) -> str:
        """For a bitmap of the rows that meet all other conditions: in these the words are looked for."""
        return " AND ".join([*self.clauses, f"coalesce({self.words}, false)"])

    @property
    def checked(self) -> str:
        """For rows that are read in another order: no index of these conditions can be taken."""
        every = [*self.clauses, *([self.words] if self.words else [])]
        return " AND ".join(f"coalesce({clause}, false)" for clause in every) or "true"


@dataclass(frozen=True, slots=True)
class Hit:
    id: UUID
    at: date
    first: bool


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


async def add_words(uow: Uow, conditions: Conditions, text: str, language: str | None, *, names: bool = False) -> None:
    """All words of the text, in whichever language they were stemmed; with `names`, people are found by name too."""
    (queries,) = await uow.fetch(QUERIES, text, language, not text[-1:].isspace())
    if queries["all"] is None:
        return
    clause = f"words @@ {conditions.put(queries['all'], 'tsquery')}"
    conditions.first = f"words @@ {conditions.put(queries['first'], 'tsquery')}"
    if names:
        named = f"names @@ {conditions.put(queries['plain'], 'tsquery')}"
        clause, conditions.first = f"({clause} OR {named})", f"({conditions.first} OR {named})"
    conditions.words = clause


async def add_codes(uow: Uow, conditions: Conditions, **wanted: tuple[str, str, Sequence[str]]) -> None:
    """Codes by kind: the column, `all` or `any`, and the values. A value that no row has finds nothing."""
    pairs = [(kind, value) for kind, (_, _, values) in wanted.items() for value in values]
    if not pairs:
        return
    kinds, values = zip(*pairs, strict=True)
    ids = {(row[0], row[1]): row[2] for row in await uow.fetch(CODES, list(kinds), list(values))}
    for kind, (column, how, chosen) in wanted.items():
        known = [ids[kind, value] for value in chosen if ids[kind, value] is not None]
        if chosen and (not known or (how == "all" and len(known) < len(set(chosen)))):
            conditions.never()
        elif chosen:
            conditions.also(f"{column} {'@>' if how == 'all' else '&&'} {conditions.put(known, 'int[]')}")


async def add_entities(uow: Uow, conditions: Conditions, *above: UUID) -> None:
    """Only rows of committees that are, or stand below, each of these."""
    if found := [row[0] for row in await uow.fetch(BELOW, list(above))]:
        conditions.also(f"codes && {conditions.put(found, 'int[]')}")
    else:
        conditions.never()


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
        sampled, first, others = await self._sampled()
        thin = self.conditions.words is not None and others < self.source.thin
        self.where = self.conditions.by_the_others if thin else self.conditions.indexed
        if self.after is None and sampled <= self.source.sure:
            hits, count, facets = await self._few()
            if count <= self.source.exact:
                return self._page(hits, Total(count=count, more=False, shown=f"{count:,}"), facets)
        hits = await self._along(sampled, first)
        if self.after is not None:
            return self._page(hits, None, None)
        total = Total(count=self.source.exact, more=True, shown=f"{self.source.exact:,}+")
        return self._page(hits, total, await self._estimated(sampled))

    async def _sampled(self) -> tuple[int, int, int]:
        """Hits in the sample, those of them that come first, and rows that meet all but the words."""
        others = " AND ".join(self.conditions.clauses) or "true"
        statement = f"""SELECT count(*), count(*) FILTER (WHERE {self.first or "true"}), (SELECT count(*) FROM (
                SELECT FROM {self.source.sample} WHERE {others} LIMIT {self.source.thin}) AS other)
            FROM {self.source.sample} WHERE {self.conditions.indexed}"""  # noqa: S608 (names of ours)
        ((every, first, rest),) = await self._fetch(statement)
        return every, first, rest

    async def _few(self) -> tuple[list[Hit], int, Facets]:
        """All hits, if they are no more than 10,000: counted, sorted and faceted in one go."""
        way = "DESC" if self.order.falling else "ASC"
        few = f"(SELECT count(*) FROM hit) <= {self.source.exact}"  # noqa: S608
        statement = f"""
            WITH hit AS MATERIALIZED (
                SELECT id, {self.order.column} AS at, {self.first or "false"} AS first, facets FROM {self.source.table}
                WHERE {self.where} LIMIT {self.source.exact + 1}
            ), counted AS (
                SELECT code, count(*) AS n FROM hit, unnest(facets) AS code WHERE {few} GROUP BY code
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

    async def _estimated(self, sampled: int) -> Facets:
        """Facets of the sample's hits; of a fourth of them when they are very many themselves."""
        step = 1 if sampled <= EXACT else 4
        every = self.source.every * step
        statement = f"""
            WITH counted AS (
                SELECT code, count(*) * {every} AS n FROM {self.source.sample}, unnest(facets) AS code
                WHERE {self.conditions.indexed} AND get_byte(uuid_send(id), 15) % {every} = 0 GROUP BY code
            ) {_ranked()}"""  # noqa: S608
        return _facets(await self._fetch(statement), every)

    async def _along(self, sampled: int, first: int) -> list[Hit]:
        """A page in order, from behind the cursor on: those that come first, then the others."""
        tiers = [(None, False, sampled)] if self.first is None else [
            (self.first, True, first), (f"NOT ({self.first})", False, sampled - first),
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
        where = self.conditions.checked if dense else self.where
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
            return Hit(UUID(id_), self.order.kind.fromisoformat(at), first)  # type: ignore[arg-type]
        except (ValueError, TypeError, AttributeError) as error:
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
