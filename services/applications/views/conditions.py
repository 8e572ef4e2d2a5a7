"""What must hold of a row that is found, as SQL: its words, its codes, the committee that it belongs to."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from shared.storage.tx import Uow

PLACE: Final = re.compile(r"\$(\d+)")
QUERIES = """
WITH used AS (
    SELECT array(SELECT DISTINCT s FROM (
        SELECT unnest(search_stemmers(value)) FROM search_code WHERE kind = 'text' AND $2::text IS NULL
        UNION SELECT unnest(search_stemmers($2)) WHERE $2 IS NOT NULL
        UNION SELECT 'english'::regconfig
    ) AS stemmer(s)) AS stemmers
)
SELECT search_query($1, $3, '', stemmers)::text AS all, search_query($1, $3, '=', stemmers)::text AS first,
    search_query($1, $3, '', '{}')::text AS plain FROM used"""
CODES = """SELECT wanted.kind, wanted.value, c.id FROM unnest($1::text[], $2::text[]) AS wanted(kind, value)
    LEFT JOIN search_code c USING (kind, value)"""
BELOW = """SELECT c.id FROM entity_path e JOIN search_code c ON c.kind = 'entity' AND c.value = e.entity_id::text
    WHERE e.path @> $1::uuid[]"""


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
    def others(self) -> str:
        """All but the words."""
        return " AND ".join(self.clauses) or "true"

    @property
    def by_the_others(self) -> str:
        """For a bitmap of the rows that meet all other conditions: in these the words are looked for."""
        return " AND ".join([*self.clauses, f"coalesce({self.words}, false)"])

    @property
    def checked(self) -> str:
        """For rows that are read in another order: no index of these conditions can be taken."""
        every = [*self.clauses, *([self.words] if self.words else [])]
        return " AND ".join(f"coalesce({clause}, false)" for clause in every) or "true"


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
