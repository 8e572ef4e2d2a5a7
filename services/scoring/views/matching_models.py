"""Who judges pairs: the models in use, or the rules where none has learned."""

from services.scoring.policy.matching.fit import Judges
from shared.storage.tx import Uow

RULES = Judges()


async def judges_of(uow: Uow) -> Judges:
    """The judges of both sides."""
    return RULES
