"""What proves a standard, and what the EP says of it: kept as it was told, then the board is made to follow."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import text, update
from sqlalchemy.dialects.postgresql import insert

from services.notifications.handlers.board_facts import Facts, owes
from services.notifications.handlers.standards import posted_experiences, settle_boards, settle_standards
from services.notifications.model import Board, Dossier, Experience, Obligation, Posting, Saying, Touchpoint
from services.notifications.plan.standards import catalogue
from services.notifications.policy.board import ANY, Standing, dues_of, keys_of
from shared.contracts import applications as facts
from shared.contracts.envelope import Envelope
from shared.contracts.surveys import Party, StayAnswered, SurveyAnswered
from shared.storage.tx import Uow

# The newest sequence has the last word. Without one it is an act of this room's own: the next word, whatever it is;
# what is done again keeps its first day.
CLAIM = text("""
INSERT INTO claim AS c (application_id, key, standing, done_on, source_id, dues, sequence, at)
VALUES (:application, :key, :standing, :on, :source, CAST(:dues AS jsonb), coalesce(CAST(:sequence AS int), 1), :at)
ON CONFLICT (application_id, key) DO UPDATE SET standing = excluded.standing, done_on = excluded.done_on,
    source_id = excluded.source_id, dues = excluded.dues, at = excluded.at,
    sequence = coalesce(CAST(:sequence AS int), c.sequence + 1)
WHERE CASE WHEN CAST(:sequence AS int) IS NULL THEN c.standing <> excluded.standing
    ELSE excluded.sequence > c.sequence END
""")


async def prove_touchpoint(
    uow: Uow, row: Touchpoint, kind: str, proves: str | None, *, document: str | None = None, void: bool = False
) -> None:
    """A touchpoint was delivered (`message`), ticked (`task`), or its document `opened` or `acknowledged`.

    `proves` is the standard that the plan names for it, if it does; `document` is the kind of its document, which
    another plan may send with another touchpoint. `void` takes it back: the task is open again.
    """
    if row.application_id is None:
        return
    keys = [f"{kind}:{row.code}", *([f"proves:{proves}"] if proves and kind in ("message", "task") else [])]
    keys += [f"{kind}:{document}"] if document and document != row.code else []
    await prove(uow, row.application_id, keys, row.id, void=void)


async def prove(uow: Uow, application_id: UUID, keys: list[str], source_id: UUID, *, void: bool = False) -> None:
    """Something that this room did or saw today proves these keys (`attended:ops`); `void` takes it back."""
    stay = await uow.find(Experience, id=application_id)
    zone = stay.zone if stay is not None and stay.zone else "UTC"
    dues: dict[str, date] = {}
    if stay is not None and owes(stay):
        facts = await Facts.of(uow, [stay])
        dues = dues_of(catalogue(), facts.known(stay).days, keys)
    standing = Standing.void if void else Standing.done
    for key in keys:
        await _claim(uow, application_id, key, standing, uow.today(zone), source_id, uow.now, dues=dues)
    await settle_standards(uow, application_id)


async def _claim(
    uow: Uow, application_id: UUID, key: str, standing: Standing, on: date, source_id: UUID, at: datetime, *,
    dues: Mapping[str, date], sequence: int | None = None,
) -> None:  # fmt: skip
    told = ", ".join(f'"{place}": "{day.isoformat()}"' for place, day in dues.items())
    values: dict[str, Any] = {"application": application_id, "key": key, "standing": standing, "on": on}
    values |= {"source": source_id, "dues": f"{{{told}}}", "sequence": sequence, "at": at}
    await uow.execute(CLAIM, values)


# --- what other rooms say


async def hear_requirement(uow: Uow, envelope: Envelope) -> None:
    """Something that an application needs was done, is not needed, or is open again."""
    fact = envelope.data
    assert isinstance(fact, facts.RequirementFact)
    standing = Standing.void
    if isinstance(fact, facts.RequirementFulfilled):
        standing = Standing.done
    elif isinstance(fact, facts.RequirementWaived):
        standing = Standing.waived
    on = fact.done_on if isinstance(fact, facts.RequirementFulfilled) else envelope.time.date()
    key, dues = f"requirement:{fact.kind}", {ANY: fact.due_on} if fact.due_on else {}
    about = (key, standing, on, envelope.id, envelope.time)
    await _claim(uow, fact.application_id, *about, dues=dues, sequence=envelope.sequence)
    await settle_standards(uow, fact.application_id)


async def hear_posting(uow: Uow, envelope: Envelope) -> None:
    """An opportunity is on offer: its statements were checked. Experiences that came before it are looked at again."""
    posted = envelope.data
    assert isinstance(posted, facts.OpportunityPosted)
    put = insert(Posting).values(id=posted.opportunity_id, posted_at=envelope.time, zone=posted.zone)
    earlier = {"posted_at": put.excluded.posted_at, "zone": put.excluded.zone}
    sooner = Posting.posted_at > put.excluded.posted_at
    await uow.execute(put.on_conflict_do_update(index_elements=["id"], set_=earlier, where=sooner))
    await settle_boards(uow, await posted_experiences(uow, posted.opportunity_id))


async def hear_facts(uow: Uow, envelope: Envelope) -> None:
    """The facts of a stay, whole: those that prove a standard are there or gone; the arrival moves what is due.

    An erasure takes the facts; what they proved stays proved.
    """
    if envelope.data is None:
        return
    application_id = envelope.key
    dossier = await uow.find(Dossier, id=application_id)
    known = dossier.facts if dossier else {}
    stay = await uow.find(Experience, id=application_id)
    for key in _dossier_keys():
        standing = Standing.done if known.get(key.partition(":")[2]) else Standing.void
        on = uow.today(stay.zone) if stay and stay.zone else envelope.time.date()
        if standing is Standing.done or stay is not None:
            await _claim(uow, application_id, key, standing, on, application_id, envelope.time, dues={})
    await settle_standards(uow, application_id)


@cache
def _evidence_keys() -> frozenset[str]:
    """Every key that proves a part of some standard: most messages prove none, and cost nothing here."""
    every = (*catalogue().standards, *catalogue().enabler)
    return frozenset(key for one in every for part in one.parts for key in keys_of(one, part))


def _dossier_keys() -> list[str]:
    every = (*catalogue().standards, *catalogue().enabler)
    keys = {key for one in every for part in one.parts for key in keys_of(one, part)}
    return sorted(key for key in keys if key.startswith("dossier:"))


async def hear_answer(uow: Uow, envelope: Envelope) -> None:
    """What the EP says of each standard; a standard without an answer is not a no."""
    answer = envelope.data
    assert isinstance(answer, SurveyAnswered | StayAnswered)
    if not answer.standards or answer.application_id is None or answer.party is not Party.ep:
        return
    for standard, word in answer.standards.items():
        ids = {"invitation_id": answer.invitation_id, "application_id": answer.application_id}
        put = insert(Saying).values(**ids, standard=standard, word=word, at=envelope.time)
        await uow.execute(put.on_conflict_do_nothing())
    await settle_standards(uow, answer.application_id)


async def forget_reasons(uow: Uow, person_id: UUID) -> None:
    """An erased person's boards lose what managers wrote about them."""
    boards = await uow.all(Board, person_id=person_id)
    gone = {"waived_why": None, "stated_why": None, "changed_at": uow.clock.machine()}
    mine = Obligation.application_id.in_([board.id for board in boards])  # type: ignore[attr-defined]
    await uow.execute(update(Obligation).where(mine).values(**gone))
