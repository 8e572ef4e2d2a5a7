"""What search must find, said in plain Python over the rows of the room: no index, no row of search."""

import re
import unicodedata
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from services.applications.schemas.search import OpportunityWish, PersonWish, Sort, Wish
from tests.applications.findable import sql
from tests.applications.world import World

STEMMERS = {"en": "english", "ro": "romanian", "sv": "swedish", "de": "german"}
STEMMERS |= {"RO": "romanian", "SE": "swedish", "DE": "german", "GB": "english"}


def folded(words: str) -> list[str]:
    """The words of a text without case and marks."""
    plain = words.lower().replace("ß", "ss")
    letters = (letter for letter in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(letter))
    return re.findall(r"[a-z0-9]+", "".join(letters))


class Words:
    """Stems as PostgreSQL has them, asked for one word at a time."""

    def __init__(self, stems: dict[tuple[str, str], str | None]) -> None:
        self._stems = stems

    @classmethod
    async def of(cls, world: World, texts: set[str]) -> "Words":
        pairs = {(stemmer, word) for text in texts for word in folded(text) for stemmer in STEMMERS.values()}
        stemmers, tokens = zip(*pairs, strict=True)
        ask = """SELECT s, w, array_to_string(tsvector_to_array(to_tsvector(CAST(s AS regconfig), w)), '')
            FROM unnest(CAST(:stemmers AS text[]), CAST(:words AS text[])) AS asked(s, w)"""
        rows = await sql(world.room, ask, stemmers=list(stemmers), words=list(tokens))
        found = {(stemmer, word): stem or None for stemmer, word, stem in rows.all()}
        return cls(found)

    def forms(self, word: str, stemmers: set[str]) -> set[str]:
        return {word} | {stem for one in stemmers if (stem := self._stems[one, word])}

    def filler(self, word: str, stemmers: set[str]) -> bool:
        return any(self._stems[one, word] is None for one in stemmers)

    def have(self, text: str, place: str, asked: str, used: set[str]) -> bool:
        """Whether the text, written in the language of the place, has all words that are asked for."""
        typing, tokens = not asked[-1:].isspace(), folded(asked)
        there = {form for word in folded(text) for form in self.forms(word, {STEMMERS[place], "english"})}
        empty = all(self.filler(word, used) for word in tokens)
        for number, word in enumerate(tokens):
            last = typing and number == len(tokens) - 1
            if self.filler(word, used) and not last and not empty:
                continue
            begun = last and len(word) >= 3 and any(form.startswith(word) for form in there)
            if not begun and not self.forms(word, used) & there:
                return False
        return True


def _chosen(wish: Wish, row: dict[str, Any], names: dict[str, str]) -> bool:
    """Any of the values of a filter; of languages and skills all."""
    for asked, column in names.items():
        values = {str(value) for value in getattr(wish, asked)}
        held = row[column] if isinstance(row[column], list) else [row[column]]
        if values and not (values <= set(held) if asked in ("language", "skill") else values & set(held)):
            return False
    return True


def _fits(wish: OpportunityWish, slot: dict[str, Any], zone: str, now: datetime) -> bool:
    weeks = ((slot["end_on"] - slot["start_on"]).days + 1) / 7
    closes = datetime.combine(slot["close_on"] + timedelta(days=1), datetime.min.time(), ZoneInfo(zone))
    return (
        slot["openings"] > 0
        and closes.astimezone(UTC) > now
        and (wish.start_from is None or slot["start_on"] >= wish.start_from)
        and (wish.start_to is None or slot["start_on"] <= wish.start_to)
        and (wish.end_by is None or slot["end_on"] <= wish.end_by)
        and (wish.weeks_from is None or weeks >= wish.weeks_from)
        and (wish.weeks_to is None or weeks <= wish.weeks_to)
    )


def _ordered(wish: Wish, found: list[tuple[dict[str, Any], bool]], by: dict[Sort, str]) -> list[dict[str, Any]]:
    """Relevance: those with all words at the top first. Then the column, then the id."""
    column = by.get(wish.sort, by[Sort.newest])
    falling = wish.sort is not Sort.start
    rows = sorted(found, key=lambda item: (item[0][column], item[0]["id"]), reverse=falling)
    if wish.sort is Sort.relevance:
        rows.sort(key=lambda item: not item[1])
    return [row for row, _ in rows]


def opportunities(
    rows: list[dict[str, Any]], slots: list[dict[str, Any]], wish: OpportunityWish, words: Words, now: datetime
) -> list[dict[str, Any]]:
    used = {STEMMERS[row["country"]] for row in rows} | {"english"}
    asked = bool(folded(wish.text))
    found = []
    for row in rows:
        own = [slot for slot in slots if slot["opportunity_id"] == row["id"]]
        if row["status"] != "open" or not any(_fits(wish, slot, row["zone"], now) for slot in own):
            continue
        names = {"product": "product", "field": "field", "country": "country", "language": "languages"}
        if not _chosen(wish, row, names | {"skill": "skills"}):
            continue
        if not (wish.hours_from or 0) <= row["weekly_hours"] <= (wish.hours_to or 80):
            continue
        top = " ".join([row["title"], row["field"] or "", *row["skills"]])
        whole = f"{top} {row['description']} {row['requirements']} {row['city']}"
        if asked and not words.have(whole, row["country"], wish.text, used):
            continue
        first = asked and words.have(top, row["country"], wish.text, used)
        start_on = min(slot["start_on"] for slot in own if slot["openings"])
        found.append(({**row, "start_on": start_on}, first))
    return _ordered(wish, found, {Sort.newest: "posted_at", Sort.start: "start_on", Sort.active: "changed_at"})


def people(rows: list[dict[str, Any]], wish: PersonWish, words: Words) -> list[dict[str, Any]]:
    used = {STEMMERS[row["language"]] for row in rows} | {"english"}
    asked = bool(folded(wish.text))
    found = []
    for row in rows:
        begin, end = row["available_from"] or date.min, row["available_to"] or date.max
        first_day, last_day = wish.start_on or wish.end_on, wish.end_on or wish.start_on
        free = (wish.start_on is None or begin <= wish.start_on) and (last_day is None or end >= last_day)
        if not row["looking"] or not free or (first_day is None) is not (last_day is None):
            continue
        names = {"product": "wanted_products", "field": "wanted_fields", "country": "country", "skill": "skills"}
        names |= {"language": "languages", "wanted_country": "wanted_countries", "study_field": "study_field"}
        if not _chosen(wish, row, names | {"study_level": "study_level"}):
            continue
        top = " ".join([row["study_field"] or "", *row["skills"], *row["wanted_fields"]])
        if asked and not words.have(
            f"{top} {row['about']} {row['university'] or ''}", row["language"], wish.text, used
        ):
            continue
        first = asked and words.have(top, row["language"], wish.text, used)
        found.append(({**row, "available_from": begin if begin != date.min else date(1900, 1, 1)}, first))
    return _ordered(
        wish, found, {Sort.newest: "registered_at", Sort.start: "available_from", Sort.active: "changed_at"}
    )


def facets(rows: list[dict[str, Any]], columns: dict[str, str]) -> dict[str, list[tuple[str, int]]]:
    """How many of the rows have which value."""
    told = {}
    for kind, column in columns.items():
        counts: Counter[str] = Counter()
        for row in rows:
            values = row[column] if isinstance(row[column], list) else [row[column]]
            counts.update(value for value in set(values) if value is not None)
        told[kind] = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:20]
    return told
