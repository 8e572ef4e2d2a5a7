"""Who answered and who didn't, on what is known of both; and the figure weighted to those who were asked."""

from collections.abc import Iterable, Sequence

from services.surveys.policy import figures
from services.surveys.policy.figures import Cell, Correction, Histogram, Reading
from services.surveys.policy.slices import Fact, Slice
from services.surveys.schemas.scores import CategoryOut, FactOut, IntervalOut, ResponseBiasOut, WeightedOut, figure
from services.surveys.settings import limits
from services.surveys.views.raw import cohort
from services.surveys.views.scores import figure_of, named
from shared.storage.tx import Uow


async def response_bias(
    uow: Uow, wanted: Slice, reading: Reading, weigh_by: Sequence[Fact], cap: float, correction: Correction
) -> ResponseBiasOut:
    """Over those asked in the slice's days; an answer counts whenever it came."""
    facts = tuple(weigh_by)
    sets = dict.fromkeys([*((fact,) for fact in Fact), *([facts] if facts else [])])
    cells = {one: _cells(wanted, rows) for one, rows in (await cohort(uow, wanted, list(sets))).items()}
    least, everybody = limits().minimum_answers, list(cells[Fact.product,].values())
    asked = sum(cell.asked for cell in everybody)
    answers = sum((cell.answers for cell in everybody), Histogram.of(wanted.metric, {}))
    counted = {
        fact.value: {name: (cell.asked, cell.answers.n) for (name,), cell in cells[fact,].items()} for fact in Fact
    }
    rate = figures.share(answers.n, asked) if asked >= least else None
    weighted = _weighted(wanted, reading, facts, cells[facts], cap) if facts and answers.n else None
    return ResponseBiasOut(
        **named(wanted), reading=reading, minimum_n=least, correction=correction, asked=asked, answered=answers.n,
        rate=figure(rate, asked), facts=[_fact(one) for one in figures.response_bias(counted, least, correction)],
        plain=figure_of(wanted, reading, answers), weighted=weighted,
    )  # fmt: skip


Cells = dict[tuple[str, ...], Cell]


def _cells(wanted: Slice, rows: Iterable[tuple[tuple[str, ...], int | None, int]]) -> Cells:
    asked: dict[tuple[str, ...], int] = {}
    given: dict[tuple[str, ...], dict[int, int]] = {}
    for values, score, n in rows:
        asked[values] = asked.get(values, 0) + n
        if score is not None:
            given.setdefault(values, {})[score] = n
    return {values: Cell(n, Histogram.of(wanted.metric, given.get(values, {}))) for values, n in asked.items()}


def _weighted(wanted: Slice, reading: Reading, facts: Sequence[Fact], cells: Cells, cap: float) -> WeightedOut:
    weights = figures.rake(cells, cap)
    found = figures.weighted(
        wanted.metric, reading, [(weight, cells[values].answers) for values, weight in weights.of.items()]
    )
    enough = found.effective_n >= figures.LEAST_EFFECTIVE
    interval = IntervalOut.model_validate(found.interval) if found.interval and enough else None
    return WeightedOut(
        weighted_by=list(facts), n=found.n, effective_n=found.effective_n, enough=enough,
        value=found.value if enough else None, interval=interval, largest_weight=weights.largest,
        capped=weights.capped, off=weights.off, uncovered=weights.uncovered,
    )  # fmt: skip


def _fact(found: figures.FactBias) -> FactOut:
    categories = [
        CategoryOut(
            name=one.name, asked=one.asked, answered=one.answered, rate=figure(one.rate, one.asked),
            standardised=one.standardised,
        )
        for one in found.categories
    ]  # fmt: skip
    return FactOut(
        fact=Fact(found.fact), categories=categories, chi_square=found.chi_square, freedom=found.freedom, p=found.p,
        corrected=found.corrected, largest=found.largest, uneven=found.uneven,
    )  # fmt: skip
