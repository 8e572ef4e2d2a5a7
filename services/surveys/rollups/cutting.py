"""The one statement that reads a slice: cells, notes that wait to be folded, and answers where no cells are kept."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from services.surveys.rollups.grains import COUNTS
from services.surveys.rollups.places import Days, Lookup

NONE = "none"
WAVE = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9._-]{0,39}")
OWN = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-")
PERIODS = {"month": "YYYY-MM", "quarter": 'YYYY-"Q"Q', "year": "YYYY"}
ENTITIES = ("sending_entity", "hosting_entity")
TYPES = ("text[]", "smallint[]", "uuid[]", "uuid[]", "int[]", "date[]", "date[]")


def wave_of(occasion: str) -> str | None:
    """An occasion on which several people are asked; None for somebody's own. The same rule as `roll_wave`."""
    return occasion if WAVE.fullmatch(occasion) and not OWN.search(occasion) else None


@dataclass(frozen=True, slots=True)
class Cut:
    """A slice in the words of the roll-ups: what is counted, about what, and what narrows it down."""

    kind: str
    abouts: Sequence[str]
    party: str | None = None
    entity_id: UUID | None = None
    since: date | None = None
    until: date | None = None
    product: str | None = None
    country: str | None = None
    language: str | None = None
    programme: str | None = None
    wave: str | None = None

    @property
    def is_wave(self) -> bool:
        """Whether cells tell this occasion apart."""
        return bool(self.wave and wave_of(self.wave))


@dataclass(frozen=True, slots=True)
class Sides:
    """Answers of these entities on the `sending` or the `hosting` side, or on `either`."""

    side: str
    ids: Sequence[UUID]


class Words:
    """A statement's values as they are named."""

    def __init__(self) -> None:
        self.values: list[Any] = []

    def __call__(self, value: Any, kind: str = "text") -> str:
        self.values.append(value)
        return f"${len(self.values)}::{kind}"


def statement(
    cut: Cut,
    sides: Sequence[Sides],
    lookups: Sequence[Lookup],
    rest: Sequence[Days],
    by: str | None,
    below: UUID | None,
) -> tuple[str, list[Any]]:
    """The statement and its values; its rows are a key and the counts n0 … n10."""
    words, parts = Words(), []
    if lookups:
        parts.append(_cells(words, cut, lookups, by))
        parts.append(_notes(words, cut, sides, rest, by, below))
    parts += [_answers(words, cut, sides, days, by, below) for days in rest]
    if not parts:
        return "SELECT '' WHERE false", []
    sums = ", ".join(f"sum({name})::bigint" for name in COUNTS)
    return f"SELECT key, {sums} FROM ({' UNION ALL '.join(parts)}) AS u GROUP BY key ORDER BY key", words.values  # noqa: S608


def _cells(words: Words, cut: Cut, lookups: Sequence[Lookup], by: str | None) -> str:
    columns = ", ".join(
        words(list(column), kind) for column, kind in zip(zip(*lookups, strict=True), TYPES, strict=True)
    )
    wanted = " AND ".join(_series(words, cut, "q"))
    where = "".join(f" AND r.{name} = {words(value)}" for name, value in _cuts(cut))
    key, inner = "w.key", "''"
    if by in ("programme", "wave"):
        key = _key(by, "", lambda name: f"q.{name}")
    elif by is not None and by not in ENTITIES:
        key, inner = "r.key", _key(by, "r.start", lambda name: f"r.{name}")
    sums, counts = (", ".join(f"sum({sign}.{name}) AS {name}" for name in COUNTS) for sign in ("w.sign * r", "r"))
    # One look into the index for each place and series: a join of the whole would be guessed wrong.
    cells = f"""SELECT {inner} AS key, {counts} FROM roll r
WHERE r.grain = w.grain AND r.series = q.id AND r.s = w.s AND r.h = w.h AND r.start BETWEEN w.since AND w.until{where}
GROUP BY 1"""  # noqa: S608 (values are bound)
    return f"""SELECT {key} AS key, {sums} FROM unnest({columns}) AS w (key, grain, s, h, sign, since, until)
CROSS JOIN (SELECT id, programme, wave FROM roll_series q WHERE {wanted}) AS q
CROSS JOIN LATERAL ({cells}) AS r GROUP BY 1"""  # noqa: S608 (values are bound)


def _notes(
    words: Words, cut: Cut, sides: Sequence[Sides], rest: Sequence[Days], by: str | None, below: UUID | None
) -> str:
    """What waits to be folded of the days that are read from cells."""
    where = [*_series(words, cut, "t"), *(f"t.{name} = {words(value)}" for name, value in _cuts(cut))]
    where += [f"t.day {mark} {words(day, 'date')}" for mark, day in ((">=", cut.since), ("<=", cut.until)) if day]
    where += [f"NOT t.day BETWEEN {words(one.since, 'date')} AND {words(one.until, 'date')}" for one in rest]
    for one in sides:
        where.append(_either(one, lambda side, ids=one.ids: f"t.{side} = ANY({words(list(ids), 'uuid[]')})"))
    key, joined, more = _by(words, by, below, "t.day", "t.{}")
    return _counted(key, "t.value", "t.n", f"roll_delta t {joined}", [*where, *more])


def _answers(words: Words, cut: Cut, sides: Sequence[Sides], days: Days, by: str | None, below: UUID | None) -> str:
    """The answers, or the invitations, of some days."""
    asked = cut.kind == "asked"
    at = "t.invited_at" if asked else "t.answered_at"
    where = [f"{at} {mark} {words(day, 'timestamptz')}" for mark, day in _moments(days)]
    within = "".join(f" AND {one}" for one in where)
    about = words(list(cut.abouts), "text[]")
    if asked:
        where.append(f"t.questionnaire = ANY({about}) AND NOT t.imported")
    else:
        where.append(f"v.metric = {words(cut.kind)} AND v.about = ANY({about})")
    plain = {"party": cut.party, "programme": cut.programme, "occasion": cut.wave} | dict(_cuts(cut))
    where += [f"t.{name} = {words(value)}" for name, value in plain.items() if value is not None]
    for one in sides:
        ids = words(list(one.ids), "uuid[]")
        where.append(_either(one, lambda side, ids=ids: f"t.{side}_entity_id = ANY({ids}){within}"))
    source = "invitation t" if asked else "answer t JOIN score v ON v.answer_id = t.id"
    value = "roll_far(t.delivered_at, t.answered_at)" if asked else "v.score"
    key, joined, more = _by(words, by, below, f"roll_day({at})", "t.{}_entity_id")
    return _counted(key, value, "1", f"{source} {joined}", [*where, *more])


def _counted(key: str, value: str, n: str, source: str, where: Sequence[str]) -> str:
    counts = ", ".join(f"coalesce(sum({n}) FILTER (WHERE {value} = {i}), 0) AS n{i}" for i in range(11))
    return f"SELECT {key} AS key, {counts} FROM {source} WHERE {' AND '.join(where)} GROUP BY 1"  # noqa: S608


def _either(one: Sides, condition: Any) -> str:
    sides = ("sending", "hosting") if one.side == "either" else (one.side,)
    return "(" + " OR ".join(f"({condition(side)})" for side in sides) + ")"


def _series(words: Words, cut: Cut, table: str) -> list[str]:
    given = {"kind": cut.kind, "party": cut.party, "programme": cut.programme, "wave": cut.wave}
    found = [f"{table}.{name} = {words(value)}" for name, value in given.items() if value is not None]
    return [*found, f"{table}.about = ANY({words(list(cut.abouts), 'text[]')})"]


def _cuts(cut: Cut) -> list[tuple[str, str]]:
    return [(name, value) for name in ("product", "country", "language") if (value := getattr(cut, name)) is not None]


def _moments(days: Days) -> list[tuple[str, datetime]]:
    found = [(">=", datetime.combine(days.since, time(), UTC))] if days.since else []
    return found + ([("<", datetime.combine(days.until, time(), UTC) + timedelta(days=1))] if days.until else [])


def _key(by: str, day: str, column: Any) -> str:
    """The key of a dimension that is no entity."""
    if by in PERIODS:
        return f"to_char(date_trunc('{by}', {day}::timestamp), '{PERIODS[by]}')"
    return f"coalesce(nullif({column(by)}, ''), '{NONE}')"


def _by(words: Words, by: str | None, below: UUID | None, day: str, side: str) -> tuple[str, str, list[str]]:
    """The key of a dimension over rows of answers or notes, and what has to be joined and asked for it."""
    if by is None:
        return "''", "", []
    if by not in ENTITIES:
        wave = "t.wave" if side == "t.{}" else "roll_wave(t.occasion)"
        return _key(by, day, lambda name: wave if name == "wave" else f"t.{name}"), "", []
    column = side.format(by.removesuffix("_entity"))
    joined = f"LEFT JOIN entity_path e ON e.entity_id = {column}"
    if below is None:
        return f"coalesce(e.path[2]::text, e.path[1]::text, '{NONE}')", joined, []
    above = words(below, "uuid")
    child = f"coalesce(e.path[array_position(e.path, {above}) + 1], {above})::text"
    return child, joined, [f"e.path @> ARRAY[{above}]"]
