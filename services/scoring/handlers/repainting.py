"""After another model took over, everybody who is on the way is scored with it, portion by portion."""

from uuid import UUID

from services.scoring.commands import Repaint, Rescore
from services.scoring.handlers.enablers import Again, rescore_enablers
from services.scoring.handlers.reigns import watched_of
from services.scoring.handlers.scoring import locked, rescore
from services.scoring.policy.transitions import WAYS, Side, Transition
from shared.storage.tx import Uow

CHAMPION_CHANGED = "scoring.champion-changed"
NEXT = """
SELECT subject_id FROM chance WHERE transition = $1 AND state = 'open' AND subject_id > $2 ORDER BY subject_id LIMIT $3
"""
WAITING = "SELECT transition FROM model_watch WHERE rescoring ORDER BY transition LIMIT 1 FOR UPDATE SKIP LOCKED"
FIRST = UUID(int=0)


async def repaint(uow: Uow, command: Repaint) -> int:
    """The next portion; how many there were. 0 when all are done, or nobody has to be."""
    if not (waiting := await uow.fetch(WAITING)):
        return 0
    transition = Transition(waiting[0]["transition"])
    watched = await watched_of(uow, transition)
    found = await uow.fetch(NEXT, str(transition), watched.rescored_to or FIRST, command.portion)
    people = tuple(row["subject_id"] for row in found)
    if not people:
        uow.change(watched, rescoring=False, rescored_to=None)
        return 0
    uow.change(watched, rescored_to=people[-1])
    if WAYS[transition].side is Side.enabler:
        await rescore_enablers(uow, [Again(lead, CHAMPION_CHANGED) for lead in await locked(uow, people)])
    else:
        await rescore(uow, Rescore(people, CHAMPION_CHANGED))
    return len(people)
