"""What a sheet comes to: the highest level whose conditions all hold, or that too little is known.

Every condition is a line `slack + Σ effects of flipped answers ≥ 0` over whole answers, exact, so that what decided can
be worked out and not guessed. A flip turns + into − or − into +: it never changes how much is known.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from services.scoring.policy.sheets.scores import Answer, Columns, Standing, Tally, enough, standing
from services.scoring.policy.sheets.templates import NOT_ENOUGH, OURS, Level, Template, exactly

Cell = tuple[str, str]  # column, criterion


@dataclass(frozen=True, slots=True)
class Line:
    """A condition: what it looks at (`score`, `group`, `lead`, `must`, `known`), of what, what it wants and finds.

    `effects` are what flipping (for `known`: answering) a cell adds to `slack`; the condition holds from 0 on.
    """

    code: str
    about: str | None
    wanted: Fraction
    found: Fraction | None
    slack: Fraction
    effects: Mapping[Cell, Fraction]

    @property
    def met(self) -> bool:
        return self.slack >= 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rule says: a level's code or `not_enough_known`; `worst` and `best` are what it would say if all that is
    open in our column turned out − or +. `needed` are the conditions on how much is known, `conditions` those of the
    level that was reached (`held`) and of the next one (`next`)."""

    code: str
    worst: str
    best: str
    needed: tuple[Line, ...]
    held: tuple[Line, ...]
    next: tuple[Line, ...]

    @property
    def settled(self) -> bool:
        """Whether no answer to an open question of our column can turn it."""
        return self.code != NOT_ENOUGH and self.code == self.worst == self.best


def verdict(template: Template, columns: Columns) -> Verdict:
    """What the rule says of a sheet."""
    code = decide(template, columns)
    standings = {key: standing(template, answers) for key, answers in columns.items()}
    ends = {answer: decide(template, columns | {OURS: _filled(template, columns, answer)}) for answer in Answer}
    there = rung(template, code)
    held = () if there is None else tuple(_climbed(template, columns, standings, there))
    above = template.levels[there + 1] if there is not None and there + 1 < len(template.levels) else None
    following = () if above is None else tuple(lines(template, above, columns, standings))
    needed = tuple(needs(template, columns, standings))
    return Verdict(code, ends[Answer.minus], ends[Answer.plus], needed, held, following)


def decide(template: Template, columns: Columns) -> str:
    """The level that is reached, or `not_enough_known`."""
    standings = {key: standing(template, answers) for key, answers in columns.items()}
    if not all(line.met for line in needs(template, columns, standings)):
        return NOT_ENOUGH
    reached = template.levels[0]
    for level in template.levels[1:]:
        if not all(line.met for line in lines(template, level, columns, standings)):
            break
        reached = level
    return reached.code


def rung(template: Template, code: str) -> int | None:
    """The place of a level, 0 for the lowest; None for `not_enough_known`."""
    return next((place for place, level in enumerate(template.levels) if level.code == code), None)


def _filled(template: Template, columns: Columns, answer: Answer) -> dict[str, Answer]:
    """Our column with all that is open answered so."""
    ours = columns[OURS]
    return {
        one.id: answer if ours.get(one.id, Answer.open) is Answer.open else ours[one.id] for one in template.criteria
    }


def _climbed(template: Template, columns: Columns, standings: Mapping[str, Standing], there: int) -> Iterator[Line]:
    for level in template.levels[1 : there + 1]:
        yield from lines(template, level, columns, standings)


def needs(template: Template, columns: Columns, standings: Mapping[str, Standing]) -> Iterator[Line]:
    """How much has to be known of our column: of the whole, of each group, and of each criterion that must not be −."""
    ours, weights = columns[OURS], {one.id: one.weight for one in template.criteria}
    unknown = {one: Fraction(weight) for one, weight in weights.items() if ours.get(one, Answer.open) is Answer.open}
    parts: list[tuple[str | None, float, Tally, set[str]]]
    parts = [(None, template.known.whole, standings[OURS].whole, set(weights))]
    parts += [
        (group.id, template.known.group, standings[OURS].groups[group.id], {one.id for one in group.criteria})
        for group in template.groups
    ]
    for about, least, part, members in parts:
        effects = {(OURS, one): weight for one, weight in unknown.items() if one in members}
        slack = Fraction(part.known) - exactly(least) * part.whole
        if about is None and not part.known:
            slack = min(slack, Fraction(-1))  # of nothing nothing follows, whatever the template says
        yield Line("known", about, exactly(least), part.known_share, slack, effects)
    for one in template.criteria:
        if one.must:
            missing = ours.get(one.id, Answer.open) is Answer.open
            found, effects = Fraction(not missing), {(OURS, one.id): Fraction(1)} if missing else {}
            yield Line("known", one.id, Fraction(1), found, Fraction(-missing), effects)


def lines(template: Template, level: Level, columns: Columns, standings: Mapping[str, Standing]) -> Iterator[Line]:
    """The conditions of a level above the lowest."""
    if level.score is not None:
        yield _at_least("score", None, level.score, standings[OURS].whole, _flips(template, columns, OURS, None))
    for group in template.groups if level.groups is not None else ():
        part, members = standings[OURS].groups[group.id], {one.id for one in group.criteria}
        if part.known:
            effects = _flips(template, columns, OURS, members)
            yield _at_least("group", group.id, level.groups, part, effects)  # type: ignore[arg-type]
    for key in sorted(columns.keys() - {OURS}) if level.lead is not None else ():
        if enough(template, standings[key].whole):
            yield _lead(template, level.lead, columns, standings, key)  # type: ignore[arg-type]
    for one in template.criteria:
        if one.must:
            answer = columns[OURS].get(one.id, Answer.open)
            slack = Fraction(0 if answer is Answer.plus else -1)
            effects = (
                {(OURS, one.id): Fraction(-1 if answer is Answer.plus else 1)} if answer is not Answer.open else {}
            )
            yield Line("must", one.id, Fraction(1), Fraction(_sign(answer)), slack, effects)


def _at_least(code: str, about: str | None, least: float, part: Tally, effects: Mapping[Cell, Fraction]) -> Line:
    """plus − minus ≥ least · known: the score without its division."""
    slack = Fraction(part.plus - part.minus) - exactly(least) * part.known
    return Line(code, about, exactly(least), part.score, slack, effects)


def _lead(template: Template, least: float, columns: Columns, standings: Mapping[str, Standing], key: str) -> Line:
    """Our score less the rival's, both over what is known of them."""
    us, them = standings[OURS].whole, standings[key].whole
    effects = {cell: by / us.known for cell, by in _flips(template, columns, OURS, None).items()}
    effects |= {cell: -by / them.known for cell, by in _flips(template, columns, key, None).items()}
    found = us.score - them.score if us.score is not None and them.score is not None else None
    slack = (found or Fraction(0)) - exactly(least)
    return Line("lead", key, exactly(least), found, slack, effects)


def _flips(template: Template, columns: Columns, key: str, members: set[str] | None) -> dict[Cell, Fraction]:
    """What flipping each known answer of a column adds to its plus − minus."""
    answers = columns[key]
    return {
        (key, one.id): Fraction(-2 * _sign(answers[one.id]) * one.weight)
        for one in template.criteria
        if (members is None or one.id in members) and answers.get(one.id, Answer.open) is not Answer.open
    }


def _sign(answer: Answer) -> int:
    return {Answer.plus: 1, Answer.minus: -1, Answer.open: 0}[answer]
