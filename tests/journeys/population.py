"""A simulated population with planted truths, written straight into the tables of facts: what figures are made of.

Planted: pick-up information in time moves NPS, and so does an easy start; a call that comes in time has more people
sign the note. Everything else has no effect. Committees differ in how well they do and in how loyal customers are.
"""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from services.journeys.model import Answer, Application, Course, Judgement, Occasion
from shared.access import Caller
from shared.ids import derived_id
from shared.storage.tx import Uow
from shared.testing.rooms import Room

BEGIN, NOW = datetime(2024, 9, 1, 9, tzinfo=UTC), datetime(2026, 3, 1, 9, tzinfo=UTC)
HARMLESS = ("visa-papers", "preparation-booklet", "departure-document", "first-day-reminder", "host-contact")
PRODUCTS = ("volunteer", "talent", "teacher")
SENDING = derived_id("sending committee")
ITEMS = ("visa_work_permit", "outgoing_preparation", "arrival_pickup", "accommodation", "learning")


@dataclass
class Population:
    """`planted`: whether the truths are there at all; `launched`: a day from which pick-up information is in time more
    often at the first committee."""

    size: int = 600
    seed: int = 1
    planted: bool = True
    launched: datetime | None = None
    committees: list[UUID] = field(default_factory=lambda: [derived_id("committee", n) for n in range(6)])
    rows: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        for number in range(self.size):
            self._one(number)

    def _one(self, number: int) -> None:
        draw = self.chance
        place = draw.randrange(6)
        stay = _Stay(
            derived_id("person", self.seed, number), derived_id("stay", self.seed, number), self.committees[place],
            derived_id("enabler", place), BEGIN + timedelta(days=draw.uniform(0, 430)), PRODUCTS[number % 3],
        )  # fmt: skip
        self._course(stay, place)

    def _course(self, stay: "_Stay", place: int) -> None:
        draw, at = self.chance, stay.begun
        moments: dict[str, datetime | None] = dict.fromkeys(
            ("accepted_at", "signed_at", "approved_at", "realized_at", "completed_at")
        )
        exit_at: datetime | None = None
        called = draw.random() < 0.6
        signs = 0.6 + (0.3 if called and self.planted else 0.0)
        for name, chance, days in (
            ("accepted_at", 0.75, 9), ("signed_at", signs, 8), ("approved_at", 0.9, 7), ("realized_at", 0.95, 45),
            ("completed_at", 0.97, 80),
        ):  # fmt: skip
            if name == "signed_at":
                self._occasion(stay, "call-to-sign", at + timedelta(days=1), called)
            later = at + timedelta(days=days * draw.uniform(0.6, 1.6))
            if later > NOW:
                break
            if draw.random() > chance:
                exit_at = later
                break
            moments[name] = at = later
        reached = [name for name, moment in moments.items() if moment]
        status = reached[-1].removesuffix("_at") if reached else "open"
        status = {"signed": "in_progress"}.get(status, status)
        self._write(stay, moments, "rejected" if exit_at else status, exit_at)
        if approved := moments["approved_at"]:
            self._after(stay, place, approved, moments["realized_at"], moments["completed_at"])

    def _write(self, stay: "_Stay", moments: dict[str, Any], status: str, exit_at: datetime | None) -> None:
        ids = {"person_id": stay.person, "enabler_id": stay.enabler, "hosting_entity_id": stay.host}
        self.rows.append(
            _row(Application, id=stay.id, sending_entity_id=SENDING, opportunity_id=stay.enabler, **ids,
                 status=status, status_at=exit_at or stay.begun, submitted_at=stay.begun, product=stay.product,
                 reason="timeline" if exit_at else None, **moments)
        )  # fmt: skip
        person = _row(Course, person_id=stay.person, sending_entity_id=SENDING, country="RO", language="ro")
        stages = moments | {"signed_up_at": stay.begun - timedelta(days=5), "applied_at": stay.begun}
        for name, value in stages.items():
            setattr(person, name, value)
        person.visited_at = stay.begun - timedelta(days=self.chance.uniform(6, 12))
        self.rows.append(person)

    def _after(self, stay: "_Stay", place: int, approved: datetime, realized: Any, completed: Any) -> None:
        draw = self.chance
        well = 0.55 + 0.05 * place
        if self.launched and place == 0:
            well = 0.95 if approved >= self.launched else 0.5
        pickup = draw.random() < well
        self._occasion(stay, "pickup-information", approved, pickup)
        for code in HARMLESS:
            self._occasion(stay, code, approved + timedelta(days=2), draw.random() < 0.8)
        if not completed:
            return
        easy = min(7, max(1, round(draw.gauss(5 + 0.1 * place, 1.3))))
        self._answer(stay, "ces2", "getting_started", easy, realized + timedelta(days=15))
        liking = 7.6 + 0.15 * place + draw.gauss(0, 1.6)
        if self.planted:
            liking += (1.1 if pickup else -1.1) + 0.7 * (easy - 5)
        self._answer(stay, "nps", "experience", min(10, max(0, round(liking))), completed + timedelta(days=2))
        self._said(stay, completed + timedelta(days=2), pickup)

    def _said(self, stay: "_Stay", at: datetime, pickup: bool) -> None:
        draw = self.chance
        word = {"arrival_pickup": "yes" if pickup == (draw.random() < 0.9) else "no", "insurance": "yes"}
        expected = {item: draw.randint(4, 7) for item in ITEMS}
        found = {item: max(1, value - draw.randint(0, 2)) for item, value in expected.items()}
        ids = {"person_id": stay.person, "application_id": stay.id, "enabler_id": stay.enabler}
        ids |= {"hosting_entity_id": stay.host, "sending_entity_id": SENDING}
        for party, told in (
            ("ep", {"expected": expected, "found": found, "standards": word}),
            ("enabler", {"expected": {}, "found": {}, "standards": {"enabler_preparation": "yes" if pickup else "no"}}),
        ):
            invitation = derived_id(party, "judges", stay.id)
            self.rows.append(_row(Judgement, invitation_id=invitation, party=party, at=at, **ids, **told))

    def _occasion(self, stay: "_Stay", code: str, due: datetime, well: bool) -> None:
        if due > NOW:
            return
        done = due + timedelta(hours=3) if well else due + timedelta(days=self.chance.uniform(3, 9))
        self.rows.append(
            _row(Occasion, touchpoint_id=derived_id(code, stay.id), touchpoint=code, audience="ep", moves=0, bounced=0,
                 person_id=stay.person, application_id=stay.id, hosting_entity_id=stay.host, state="sent",
                 sending_entity_id=SENDING, due_at=due, first_due_at=due, done_at=min(done, NOW))
        )  # fmt: skip

    def _answer(self, stay: "_Stay", measure: str, about: str, score: int, at: datetime) -> None:
        if at > NOW:
            return
        self.rows.append(
            _row(Answer, invitation_id=derived_id(measure, stay.id), measure=measure, about=about, score=score, at=at,
                 party="ep", person_id=stay.person, application_id=stay.id, hosting_entity_id=stay.host,
                 sending_entity_id=SENDING, questionnaire="after-completion")
        )  # fmt: skip

    async def settle(self, room: Room) -> None:
        """Write everything, at the business time at which this world stands."""
        room.clock.set(NOW)

        async def write(uow: Uow, _: None) -> None:
            for row in self.rows:
                uow.add(row)
            await uow.fetch("INSERT INTO touched VALUES ($1, $2)", derived_id("somebody"), NOW)

        await room.do(write, None, Caller.system("journeys"))


@dataclass(frozen=True)
class _Stay:
    person: UUID
    id: UUID
    host: UUID
    enabler: UUID
    begun: datetime
    product: str


def _row(model: Any, **values: Any) -> Any:
    return model(**dict.fromkeys(model.model_fields) | values)
