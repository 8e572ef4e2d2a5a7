"""Who judges pairs: the newest model of each side, if it was better than the rules, else the rules."""

from typing import Any
from uuid import UUID

import structlog

from services.scoring.policy.learning import Ladder
from services.scoring.policy.matching.fit import RULES, SIDES, Judges
from services.scoring.policy.matching.proof import Bins
from services.scoring.policy.matching.training import SIDE_RULES, prior_of
from shared.storage.tx import Uow

log = structlog.get_logger()
NEWEST = """
SELECT DISTINCT ON (side) side, id, number, speaks, bins FROM match_model ORDER BY side, number DESC
"""
DOCUMENT = "SELECT document FROM match_model WHERE id = $1"
MOST_LOADED = 8
_loaded: dict[UUID, Ladder | None] = {}  # a version never changes, so that it may be kept as long as there is room


async def judges_of(uow: Uow) -> Judges:
    """The judges of both sides, with what proves their probabilities: one small read, and each document once."""
    told: dict[str, Any] = dict(SIDE_RULES)
    names, proof = dict.fromkeys(SIDES, RULES), dict[str, Bins]()
    for row in await uow.fetch(NEWEST):
        side = row["side"]
        ladder = await _ladder(uow, row) if row["speaks"] else None
        if ladder is not None:
            told[side], names[side] = ladder, f"pair-{side}-{row['number']}"
        if ladder is not None or not row["speaks"]:
            proof[side] = Bins.of_document(row["bins"])
    one, other = SIDES
    return Judges(told[one], told[other], (names[one], names[other]), (proof.get(one), proof.get(other)))


async def _ladder(uow: Uow, row: Any) -> Ladder | None:
    """None for a version that this code can't read (the rules have changed since): then the rules have the word."""
    if row["id"] not in _loaded:
        if len(_loaded) >= MOST_LOADED:
            _loaded.clear()
        (found,) = await uow.fetch(DOCUMENT, row["id"])
        try:
            _loaded[row["id"]] = Ladder.of_document(found["document"], prior_of(row["side"]))
        except ValueError as error:
            log.error("a model of pairs cannot be used", side=row["side"], number=row["number"], error=str(error))
            _loaded[row["id"]] = None
    return _loaded[row["id"]]
