"""Many people with a known effect, written at once: what models are trained on in tests."""

from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid5

import orjson

from services.scoring import commands, handlers
from services.scoring.model import HeardFact, Interaction, Lead
from services.scoring.policy.features import Step
from services.scoring.policy.interactions import Channel, Kind
from shared.ids import new_id
from shared.storage.tx import Uow
from tests.scoring.world import ELSEWHERE, SENDING, World

DAY = timedelta(days=1)
KEEP = "INSERT INTO {0} SELECT * FROM jsonb_populate_recordset(NULL::{0}, $1::text::jsonb)"
FAMILY = UUID(int=0x5C0E)
CALLED, NOT_CALLED = 0.85, 0.25  # the share that applies


def people(count: int, now: datetime, seed: int = 1, days: tuple[float, float] = (120, 700)) -> dict[str, list[Any]]:
    """Rows by table: sign-ups so many days ago; who is called applies far more often."""
    random, rows = Random(seed), {"lead": [], "heard_fact": [], "interaction": [], "trait": []}
    for number in range(count):
        person, called = uuid5(FAMILY, f"{seed}|{number}"), random.random() < 0.4
        since = now - random.uniform(*days) * DAY
        entity = SENDING if number % 3 else ELSEWHERE
        rows["lead"].append(_lead(person, entity, now))
        rows["trait"].append({"subject_id": person, "country": "RO" if number % 3 else "SE"})
        rows["heard_fact"].append(_fact(person, Step.registered, since))
        if number % 2:
            rows["interaction"].append(_met(person, Kind.page_view, since + 0.1 * DAY))
        if called:
            rows["interaction"].append(_met(person, Kind.call, since + DAY))
        if random.random() < (CALLED if called else NOT_CALLED):
            at = since + (2 + random.expovariate(1 / 15)) * DAY
            if at < now:
                rows["heard_fact"].append(_fact(person, Step.submitted, at, new_id()))
    return rows


def _lead(person: UUID, entity: UUID, now: datetime) -> dict[str, Any]:
    return Lead(id=person, sending_entity_id=entity, changed_at=now).model_dump(mode="json")


def _fact(person: UUID, kind: Step, at: datetime, application: UUID | None = None) -> dict[str, Any]:
    about = {"application_id": application, "effective_on": at.date()}
    return HeardFact(id=new_id(), person_id=person, kind=kind, at=at, known_at=at, **about).model_dump(mode="json")


def _met(person: UUID, kind: Kind, at: datetime) -> dict[str, Any]:
    about = {"channel": Channel.phone, "kind": kind, "at": at, "known_at": at}
    return Interaction(id=new_id(), person_id=person, **about).model_dump(mode="json")


async def populate(world: World, rows: dict[str, list[Any]], *, scored: bool = False) -> list[UUID]:
    """Write them; `scored`: and have each of them scored now. Their ids."""

    async def write(uow: Uow, _command: None) -> None:
        for table, given in rows.items():
            await uow.fetch(KEEP.format(table), orjson.dumps(given).decode())

    await world.room.do(write, None)
    ids = [UUID(row["id"]) for row in rows["lead"]]
    if scored:
        await world.room.do(handlers.rescore, commands.Rescore(tuple(ids), "test"))
    return ids
