"""`slice_query` and `rebuild`: questions to five years of answers, by roll-ups and by plain SQL over the rows."""

import random
import statistics
import tempfile
import time
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

from bench.answers_population import LOCALS, NATIONS, populate
from bench.ground import migrated, on_fast_loop, runtime
from services.surveys.policy.slices import Dimension, Slice
from services.surveys.rollups.rebuilding import differences, rebuild
from services.surveys.views import raw
from services.surveys.views.slices import histograms
from shared.access import Caller, Role
from shared.contracts.fields import Product
from shared.contracts.surveys import Metric, Party
from shared.embedded.postgres import Postgres
from shared.runtime import Runtime
from shared.testing.trials import Figures, Trial

SHORT, FULL = 20_000, 1_000_000  # answers
QUESTIONS_SHORT, QUESTIONS_FULL = 60, 300
SLOWEST, RATIO = 20.0, 1.0  # ms, 95 of 100; of plain SQL's time in the same mix
REBUILD_SECONDS = 300
MEMORY = {"shared_buffers": "2GB", "max_wal_size": "8GB"}  # what a database of this size is given
ROOM = "surveys"
FIRST, DAYS = date(2021, 1, 1), 5 * 365


@dataclass(frozen=True, slots=True)
class Question:
    """A slice, what it is split by, and who asks."""

    wanted: Slice
    by: Dimension | None
    below: UUID | None
    caller: Caller


def mix(count: int) -> list[Question]:
    """The same questions at every run: from the whole world to one local committee, mostly whole months."""
    dice, found = random.Random(7), []
    for _ in range(count):
        caller, entity = _whose(dice)
        by = dice.choice([None, None, *Dimension])
        since, until = _period(dice)
        metric, party = dice.choice([(Metric.nps, Party.ep), (Metric.ces2, Party.ep), (Metric.csat, Party.enabler)])
        wanted = Slice(
            metric, entity_id=entity, since=since, until=until, party=party,
            product=dice.choice([None, None, None, *Product]), language=_seldom(dice, "en", "ro"),
            country=_seldom(dice, "CA", "CF"), programme=_seldom(dice, "after-completion"),
        )  # fmt: skip
        found.append(Question(wanted, by, entity if by and by.value.endswith("entity") else None, caller))
    return found


def _whose(dice: random.Random) -> tuple[Caller, UUID | None]:
    nation, local = place(dice.randint(1, NATIONS)), place(NATIONS + dice.randint(1, LOCALS))
    everybody = Caller("bench", Role.global_manager)
    role = dice.choice([Role.sending_manager, Role.hosting_manager])
    return dice.choice([
        (everybody, None), (everybody, nation), (everybody, local),
        (Caller("bench", Role.national_manager, entity=nation), None),
        (Caller("bench", role, entity=local), None), (Caller("bench", role, entity=nation), nation),
    ])  # fmt: skip


def place(number: int) -> UUID:
    """An entity of the population: 0 is global, then the national ones, then the local ones."""
    return UUID(f"00000001-0000-7000-8000-{number:012x}")


def _seldom(dice: random.Random, *values: str) -> str | None:
    return dice.choice(values) if dice.random() < 0.15 else None


def _period(dice: random.Random) -> tuple[date | None, date | None]:
    kind = dice.random()
    if kind < 0.2:
        return None, None
    if kind < 0.8:
        months = dice.choice([1, 3, 12, 24])
        begin = date(dice.randint(2021, 2024), dice.randint(1, 12), 1)
        after = begin.year * 12 + begin.month - 1 + months
        return begin, date(after // 12, after % 12 + 1, 1) - timedelta(days=1)
    begin = FIRST + timedelta(days=dice.randrange(DAYS - 100))
    return begin, begin + timedelta(days=dice.choice([6, 29, 89, 364]))


async def run_slices(full: bool) -> Figures:
    """Population, rebuild, then every question of the mix to the roll-ups and to the rows, in turn."""
    answers, count = (FULL, QUESTIONS_FULL) if full else (SHORT, QUESTIONS_SHORT)
    with tempfile.TemporaryDirectory(prefix="sojourn-bench-") as folder:
        Path(folder).chmod(0o755)
        async with Postgres(Path(folder) / "postgres", settings=MEMORY) as postgres:
            url = await migrated(postgres, ROOM)
            await populate(url, answers)
            return await on_fast_loop(lambda: _measured(url, answers, count))


async def _measured(url: str, answers: int, count: int) -> Figures:
    room = runtime(ROOM, url)
    try:
        cells = await rebuild(room)
        return await _asked(room, mix(count)) | {"answers": answers, "cells": cells}
    finally:
        await room.stop()


async def _asked(room: Runtime, questions: list[Question]) -> Figures:
    rolled, plain, unequal = [], [], 0
    worst = (0.0, "")
    for question in questions:
        asked = (question.wanted, question.by, question.below)
        await room.read(histograms, *asked, caller=question.caller)  # warms up
        began = time.perf_counter()
        found = await room.read(histograms, *asked, caller=question.caller)
        middle = time.perf_counter()
        expected = await room.read(raw.histograms, *asked, caller=question.caller)
        rolled.append((middle - began) * 1000)
        plain.append((time.perf_counter() - middle) * 1000)
        unequal += question.by is not Dimension.wave and found != expected
        worst = max(worst, (rolled[-1], _told(question)))
    value, limit = _p95(rolled), _p95(plain)
    return {
        "value": value, "unit": "ms", "limit": limit, "ratio": round(value / limit, 3),
        "median": round(statistics.median(rolled), 2), "plain_median": round(statistics.median(plain), 2),
        "slowest": round(worst[0], 1), "slowest_question": worst[1], "unequal": unequal, "questions": len(rolled),
    }  # fmt: skip


def _told(question: Question) -> str:
    """What narrows a question down, in a line."""
    wanted = question.wanted
    cuts = [name for name in ("entity_id", "product", "country", "language", "programme") if getattr(wanted, name)]
    days = f"{wanted.since} to {wanted.until}"
    return f"{wanted.metric}, {days}, by {question.by} for a {question.caller.role}; {', '.join(cuts) or 'all'}"


def _p95(took: list[float]) -> float:
    return round(sorted(took)[int(0.95 * (len(took) - 1))], 2)


async def run_rebuild(full: bool) -> Figures:
    """The rebuild, and that what it made is right."""
    answers = FULL if full else SHORT
    with tempfile.TemporaryDirectory(prefix="sojourn-bench-") as folder:
        Path(folder).chmod(0o755)
        async with Postgres(Path(folder) / "postgres", settings=MEMORY) as postgres:
            url = await migrated(postgres, ROOM)
            await populate(url, answers)
            return await on_fast_loop(lambda: _rebuilt(url, answers))


async def _rebuilt(url: str, answers: int) -> Figures:
    room = runtime(ROOM, url)
    try:
        began = time.perf_counter()
        cells = await rebuild(room)
        seconds = time.perf_counter() - began
        figures = {"value": round(seconds, 1), "unit": "s", "answers": answers, "cells": cells}
        return figures | {"answers_per_s": round(answers / seconds), "wrong": len(await differences(room))}
    finally:
        await room.stop()


def slices_fall_short(figures: Figures, strict: bool) -> list[str]:
    """Always: equal to the rows, and in the long form quicker than they are; the promised milliseconds when strict."""
    reasons = [f"{figures['unequal']} slices differ from the answers"] if figures["unequal"] else []
    if figures["answers"] == FULL and figures["ratio"] > RATIO:
        reasons.append(f"{figures['ratio']} of plain SQL's time, {RATIO} allowed")
    if strict and figures["value"] > SLOWEST:
        reasons.append(f"5 of 100 take more than {figures['value']} ms, {SLOWEST:.0f} allowed")
    return reasons


def rebuild_falls_short(figures: Figures, strict: bool) -> list[str]:
    """Always that nothing is wrong; the time when strict."""
    reasons = [f"{figures['wrong']} cells are wrong"] if figures["wrong"] else []
    if strict and figures["value"] > REBUILD_SECONDS:
        reasons.append(f"{figures['value']} s, {REBUILD_SECONDS} allowed")
    return reasons


SLICES = Trial(
    "slice_query", "a slice of a million answers from roll-ups, beside plain SQL", run_slices, slices_fall_short
)
REBUILD = Trial("rebuild", "the roll-ups of a million answers made again", run_rebuild, rebuild_falls_short)
