"""What exists in the rooms: ids, codes and links, by the names under which the API documents ask for them."""

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

import asyncpg

from drills.kit.site import Site

Row = dict[str, Any]
OF_A_STATE, OF_A_TABLE = 2, 8  # rows that are taken
STATES = ("status", "state")
COLUMNS = """
    SELECT table_name, array_agg(column_name::text) AS columns FROM information_schema.columns
    WHERE table_schema = 'public' GROUP BY table_name ORDER BY table_name
"""
BOOKS = {"alembic_version", "audit", "clock", "due", "idempotency", "inbox", "outbox", "parked"}  # of the kernel
PARTIES = ("person_id", "enabler_id", "sending_entity_id", "hosting_entity_id", "entity_id")
PARTIES_OF = "SELECT id, person_id, enabler_id, sending_entity_id, hosting_entity_id FROM application"


class Things:
    """Rows of one room's tables with the columns that its document asks for; a table's own id is called `table_id`."""

    def __init__(self, tables: Mapping[str, list[Row]], own: Collection[str], about: Mapping[str, Row]) -> None:
        self._tables, self._own, self._about = tables, own, about

    def of(self, names: Collection[str]) -> list[Row]:
        """Rows that have all of these; the story's own first, and of the table that the last one names."""
        last = [*names][-1]
        fitting = [rows for _, rows in sorted(self._tables.items(), key=lambda table: f"{table[0]}_id" != last)]
        found: dict[str, Row] = {}
        for row in chain.from_iterable(fitting):
            if all(row.get(name) is not None for name in names):
                found.setdefault(json.dumps([row[name] for name in names]), self._whole(row))
        ordered = sorted(found.values(), key=lambda row: not self._own.intersection(map(str, row.values())))
        return ordered or self._mixed(names)

    def values(self, name: str) -> list[Any]:
        """What is known under one name."""
        return [row[name] for row in self.of([name])]

    def _mixed(self, names: Collection[str]) -> list[Row]:
        """Where no table has all: each name's first."""
        if len(names) < 2:
            return []
        each = {name: self.values(name) for name in names}
        return [{name: values[0] for name, values in each.items()}] if all(each.values()) else []

    def _whole(self, row: Row) -> Row:
        """With the parties of what it is about, as far as it doesn't name them."""
        about: Row = {}
        for name in ("application_id", "person_id", "enabler_id", "opportunity_id"):
            about = self._about.get(str(row.get(name)), {}) | about
        return about | row


async def things_of(
    site: Site, room: str, wanted: Collection[str], own: Collection[str], learned: Sequence[Row] = ()
) -> Things:
    """What is there now, with what was learned elsewhere."""
    about = {}
    for row in await site.rows("applications", PARTIES_OF):
        about[str(row["id"])] = {name: str(row[name]) for name in PARTIES[:4]}
    connection = await asyncpg.connect(site.dsn(room), timeout=5)
    try:
        tables = {"learned": list(learned)}
        for table, columns in await connection.fetch(COLUMNS):
            if table not in BOOKS and (taken := _taken(table, columns, {*wanted, *PARTIES})):
                found = await connection.fetch(_query(table, columns, taken))
                tables[table] = [json.loads(row[0]) for row in found]
        return Things(tables, own, about)
    finally:
        await connection.close()


def _taken(table: str, columns: Iterable[str], wanted: Collection[str]) -> dict[str, str]:
    """Column → the name under which it is wanted."""
    named = {column: f"{table}_id" if column == "id" else column for column in columns}
    return {column: name for column, name in named.items() if name in wanted}


def _query(table: str, columns: Collection[str], taken: Mapping[str, str]) -> str:
    """Some rows of a table, of each state a few."""
    listed = ", ".join(f'"{column}" AS "{name}"' for column, name in taken.items())
    state = next((name for name in STATES if name in columns), None)
    rows = f'SELECT DISTINCT {listed} FROM "{table}" LIMIT {OF_A_TABLE}'
    if state:
        nth = f'row_number() OVER (PARTITION BY "{state}")'
        rows = f'SELECT {listed} FROM (SELECT *, {nth} AS nth FROM "{table}") AS t WHERE nth <= {OF_A_STATE}'
    return f"SELECT to_jsonb(r)::text FROM ({rows}) AS r"


class Links:
    """Tokens of personal links, found in e-mails and answers, by the beginning of the path that they stand in."""

    def __init__(self, paths: Iterable[str]) -> None:
        self.found: dict[str, list[str]] = {path.partition("{token}")[0]: [] for path in paths if "{token}" in path}
        begins = "|".join(map(re.escape, sorted(self.found, key=len, reverse=True))) or "(?!)"
        self._pattern = re.compile(rf"({begins})([\w-]{{20,}})")

    def look(self, text: str) -> None:
        for begin, token in self._pattern.findall(text):
            if token not in self.found[begin]:
                self.found[begin].insert(0, token)

    async def look_in_the_inbox(self, site: Site) -> None:
        async with site.client("mail") as inbox:
            for line in (await inbox.get("/messages", params={"limit": 1000})).raise_for_status().json()["items"]:
                self.look((await inbox.get(f"/messages/{line['id']}")).text)

    def of(self, path: str) -> list[str]:
        return self.found.get(path.partition("{token}")[0], [])
