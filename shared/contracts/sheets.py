"""What the scoring room says of sheets: a benchmark of a prospect, an enabler or a market was decided on."""

from shared.contracts.envelope import Event, event
from shared.contracts.fields import UUID, Code


@event("scoring.benchmark-decided.v1", key="sheet_id")
class BenchmarkDecided(Event):
    """Somebody decided on a sheet: `rule` is what its template's rule said, `decision` what the human took.

    `score` runs from −1 to 1 over what is known, `low` … `high` is where the unknown could still move it, `rank` our
    place among `columns`. `triggers` are the answers (`column:criterion`) each of which alone would turn the rule.
    Listen to follow up a GO, or to show a market's maturity; names and reasons stay in the room.
    """

    sheet_id: UUID
    decision_id: UUID
    number: int
    entity_id: UUID
    enabler_id: UUID | None
    about: Code
    template: Code
    template_version: int
    rule: Code
    decision: Code
    score: float | None
    known_share: float
    low: float
    high: float
    rank: int | None
    columns: int
    triggers: list[Code]


SAID = (BenchmarkDecided,)
