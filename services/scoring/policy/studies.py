"""Studies: a table of one's own, of which the room finds out how well its outcomes could have been foretold. Pure."""

import csv
import io
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from services.scoring.policy.learning import Example, Ladder, Prior, Row, measures, train
from services.scoring.policy.learning.baselines import NaiveBayes, base_rate
from services.scoring.policy.learning.evaluation import Report, in_time, report
from services.scoring.policy.rules import DIGITS, log_odds

FEWEST, MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 50, 100_000, 100, 200
YES, NO = frozenset({"1", "yes", "true", "won", "y"}), frozenset({"0", "no", "false", "lost", "n"})
SIZES = (0, 100, 1_000, 10_000)
BEGAN = datetime(2000, 1, 1, tzinfo=UTC)


class StudyState(StrEnum):
    """How far a study is."""

    waiting = "waiting"
    running = "running"
    ready = "ready"
    failed = "failed"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked of a table: the label column, the column of its order in time, columns that are no features, and
    points set by hand as the prior (`column=value` → log-odds) round a base."""

    label: str
    order: str | None
    ignored: frozenset[str]
    points: Mapping[str, float]
    base: float | None
    seed: int


@dataclass(frozen=True, slots=True)
class Table:
    """A table that can be learned from."""

    examples: tuple[Example, ...]
    columns: tuple[str, ...]


class Unfit(Exception):
    """A table that can't be learned from: where it is wrong, and why."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(why)
        self.where = where


def read(text: str, plan: Plan) -> Table:
    """The rows of a CSV text as examples in their order; Unfit with the first thing that is wrong."""
    records = csv.reader(io.StringIO(text))
    heads = [head.strip() for head in next(records, [])]
    _check_heads(heads, plan)
    rows: list[list[str]] = []
    for cells in records:
        if not cells:
            continue
        if len(cells) != len(heads):
            raise Unfit("#", f"line {records.line_num} has {len(cells)} cells, the heading has {len(heads)}")
        if len(rows) == MOST_ROWS:
            raise Unfit("#", f"there may be {MOST_ROWS:,} rows")
        rows.append([cell.strip()[:LONGEST_CELL] for cell in cells])
    if len(rows) < FEWEST:
        raise Unfit("#", f"{len(rows)} rows; it takes {FEWEST} to say anything")
    columns = {head: [row[place] for row in rows] for place, head in enumerate(heads)}
    labels = _labels(columns[plan.label])
    if not FEWEST // 10 <= sum(labels) <= len(labels) - FEWEST // 10:
        raise Unfit("query:label", f"it takes {FEWEST // 10} rows of each outcome")
    times = _times(columns[plan.order]) if plan.order else [BEGAN] * len(rows)
    left = {plan.label, plan.order, *plan.ignored}
    features = {head: _values(cells) for head, cells in columns.items() if head not in left}
    if not features:
        raise Unfit("query:ignore", "no column is left to learn from")
    examples = tuple(
        Example({head: values[place] for head, values in features.items()}, label, at)
        for place, (label, at) in enumerate(zip(labels, times, strict=True))
    )
    return Table(examples, tuple(features))


def _check_heads(heads: Sequence[str], plan: Plan) -> None:
    if len(set(heads)) < len(heads) or not all(heads):
        raise Unfit("#", "each column needs a heading of its own in the first line")
    if len(heads) > MOST_COLUMNS:
        raise Unfit("#", f"there may be {MOST_COLUMNS} columns")
    wanted = [("label", plan.label), ("order", plan.order), *(("ignore", one) for one in sorted(plan.ignored))]
    wanted += [("point", point.partition("=")[0]) for point in plan.points]
    for name, head in wanted:
        if head is not None and head not in heads:
            raise Unfit(f"query:{name}", f"there is no column {head!r}")


def _labels(cells: Sequence[str]) -> list[bool]:
    words = {cell.lower() for cell in cells}
    if strange := sorted(words - YES - NO):
        raise Unfit("query:label", f"{strange[0][:40]!r} is neither yes nor no (1/0, yes/no, true/false, won/lost)")
    return [cell.lower() in YES for cell in cells]


def _times(cells: Sequence[str]) -> list[datetime]:
    """The order as moments: numbers count minutes, days and moments are what they are."""
    found = []
    for cell in cells:
        try:
            at = BEGAN + timedelta(minutes=float(cell)) if _is_number(cell) else datetime.fromisoformat(cell)
        except (ValueError, OverflowError):
            raise Unfit("query:order", f"{cell[:40]!r} is neither a number nor a moment") from None
        found.append(at.replace(tzinfo=UTC) if at.tzinfo is None else at)
    return found


def _is_number(cell: str) -> bool:
    try:
        return abs(float(cell)) < 1e12
    except ValueError:
        return False


def _values(cells: Sequence[str]) -> list[float | str | None]:
    """A column of numbers when all of its cells are some; an empty cell is unknown."""
    if all(_is_number(cell) for cell in cells if cell):
        return [float(cell) if cell else None for cell in cells]
    return [cell or None for cell in cells]


# --- what is found out


def prior_of(plan: Plan, examples: Sequence[Example]) -> Prior:
    """Points set by hand round the base; without a base it is the share of these examples."""
    base = plan.base if plan.base is not None else log_odds(base_rate(examples))
    return Prior(round(base, DIGITS), {code: _point(code, worth) for code, worth in plan.points.items()})


def _point(code: str, worth: float) -> Callable[[Row], float]:
    column, _, value = code.partition("=")
    return lambda row: worth if row.get(column) == value else 0.0


def judge(table: Table, plan: Plan) -> dict[str, Any]:
    """Learned from the first 70 % in time and judged by the rest (without an order: by chance), beside the baselines;
    then the model of all rows. The same table, plan and seed give the same."""
    known, judged = _split(table, plan)
    prior = prior_of(plan, known)
    rows, labels = [one.row for one in judged], [one.label for one in judged]
    bayes, share = NaiveBayes.learned(known), base_rate(known)
    told = {
        "ladder": train(known, prior, plan.seed).probabilities(rows).tolist(),
        "naive_bayes": [_or(bayes.probability(row), share) for row in rows],
        "rules": train((), prior, plan.seed).probabilities(rows).tolist(),
        "base_rate": [share] * len(rows),
    }
    curve = []
    for size in [size for size in SIZES if size <= len(known)]:
        some = known[:: max(1, len(known) // size)][:size] if size else []
        found = measures.auc(train(some, prior, plan.seed).probabilities(rows).tolist(), labels)
        curve.append({"labels": size, "auc": found.value, "low": found.low, "high": found.high})
    whole = train(table.examples, prior_of(plan, table.examples), plan.seed)
    return {
        "rows": len(table.examples),
        "came_true": sum(one.label for one in table.examples),
        "columns": list(table.columns),
        "learned_from": len(known),
        "judged_by": len(judged),
        "in_time": plan.order is not None,
        "models": {name: _figures(report(given, labels)) for name, given in told.items()},
        "curve": curve,
        "document": whole.document(),
        "base": prior_of(plan, table.examples).base,
    }


def _or(value: float | None, otherwise: float) -> float:
    return otherwise if value is None else value


def _split(table: Table, plan: Plan) -> tuple[list[Example], list[Example]]:
    if plan.order:
        return in_time(table.examples)
    shuffled = list(table.examples)
    random.Random(plan.seed).shuffle(shuffled)
    cut = round(0.7 * len(shuffled))
    return shuffled[:cut], shuffled[cut:]


def _figures(found: Report) -> dict[str, Any]:
    names = ("auc", "log_loss", "brier", "ece", "lift")
    return {name: asdict(getattr(found, name)) for name in names} | {"bins": [asdict(one) for one in found.bins]}


def speaker(document: Mapping[str, Any], base: float, points: Mapping[str, float]) -> Ladder:
    """The model of a study; ValueError when it was made by other code."""
    return Ladder.of_document(document, Prior(base, {code: _point(code, worth) for code, worth in points.items()}))
