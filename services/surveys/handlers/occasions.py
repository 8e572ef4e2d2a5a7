"""What can be asked about: stays, quality cases, opportunities and waves become askings of the programmes."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import select

from services.surveys.handlers.asking import hold_recipient
from services.surveys.handlers.programmes import decide, hold_back, settle_asks
from services.surveys.model import Ask, Case, Course, Experience, Person
from services.surveys.policy import planning
from services.surveys.policy.cases import CaseState
from services.surveys.policy.decisions import AskState
from services.surveys.policy.planning import BROKEN, MOMENTS, Known, Status, Wanted, plan
from services.surveys.policy.programmes import About, Anchor, Fact, Moment, Programme
from services.surveys.programmes import asking_about, current
from services.surveys.views.situations import path_of
from shared.contracts.surveys import Party
from shared.storage.due import Due
from shared.storage.tx import Uow

ENTITIES = {Fact.sending_entity: "sending_entity_id", Fact.hosting_entity: "hosting_entity_id"}
SIDES = ("sending_entity_id", "hosting_entity_id")
FIRST = "first"


async def settle_stay(uow: Uow, application_id: UUID) -> None:
    """All that is asked about a stay follows its dates and steps as they are known now."""
    stay, row = await uow.find(Experience, id=application_id), await uow.find(Course, application_id=application_id)
    if stay is None or row is None:
        return
    course = course_of(row)
    programmes = asking_about(About.stay)
    person = await uow.find(Person, id=stay.person_id)
    known = await _known_stay(uow, programmes, stay, course)
    recipients = {Party.ep: stay.person_id, Party.enabler: stay.enabler_id}
    zones = {Party.ep: person.zone if person else None, Party.enabler: stay.zone}
    wanted: list[Wanted] = []
    for programme in programmes:
        first = programme.when.moment is Moment.first_completed
        if first and not await _is_first(uow, programme, stay):
            continue
        for party in programme.audience:
            mine = planning.seen_by(known, zones[party])
            found = plan(programme, party, recipients[party], FIRST if first else str(stay.id), mine)
            wanted += [found] if found else []
    ids = ("person_id", "enabler_id", *SIDES, "product", "country")
    await settle_asks(uow, wanted, {"application_id": stay.id} | {name: getattr(stay, name) for name in ids})
    if course.status in (Status.approved, Status.realized, Status.completed):
        await settle_waves(uow, stay.enabler_id, stay)


def course_of(row: Course) -> planning.Course:
    steps = {Status(name): (sequence, datetime.fromisoformat(at)) for name, (sequence, at) in row.steps.items()}
    status = Status(row.status) if row.status else None
    return planning.Course(status, row.status_sequence, row.dates_sequence, steps)


async def _known_stay(uow: Uow, programmes: Iterable[Programme], stay: Experience, course: planning.Course) -> Known:
    moments = {moment: course.steps[step][1] for moment, step in MOMENTS.items() if step in course.steps}
    facts = {Fact.product: frozenset({str(stay.product)}), Fact.country: frozenset({stay.country})}
    if course.status:
        facts[Fact.status] = frozenset({str(course.status)})
    facts |= await _entities(uow, programmes, stay)
    approved = Status.approved in course.steps or course.status is not Status.reopened
    dates = {Anchor.start: stay.start_on, Anchor.end: stay.end_on} if approved else {}
    stop = BROKEN.get(course.status) if course.status else None
    return Known(stay.zone, None, dates, moments, facts, stop)


async def _entities(uow: Uow, programmes: Iterable[Programme], row: Any) -> dict[Fact, frozenset[str]]:
    """The entities of both sides with all above them, as far as a condition asks for them."""
    asked = {condition.fact for programme in programmes for condition in programme.conditions}
    found = {}
    for fact, name in ENTITIES.items():
        if fact in asked:
            found[fact] = frozenset(map(str, await path_of(uow, getattr(row, name, None))))
    return found


async def _is_first(uow: Uow, programme: Programme, stay: Experience) -> bool:
    held = await uow.find(Ask, programme=programme.code, recipient_id=stay.enabler_id, occasion=FIRST)
    return held is None or held.application_id == stay.id


# --- quality cases, opportunities, waves


async def settle_case(uow: Uow, case: Case) -> None:
    """A quality case was closed, or opened again: its customer is asked afterwards, once."""
    recipient_id = case.enabler_id if case.party is Party.enabler else case.person_id
    programmes = [one for one in asking_about(About.case) if case.party in one.audience]
    if recipient_id is None or not programmes:
        return
    if case.state is not CaseState.closed or case.closed_at is None:
        await hold_back(uow, case.party, recipient_id, "case_open", str(case.id))
        return
    stay = await uow.find(Experience, id=case.application_id) if case.application_id else None
    recipient = await hold_recipient(uow, case.party, recipient_id)
    host = stay.zone if stay else "UTC"
    own = recipient.zone if isinstance(recipient, Person) else host
    facts = {Fact.product: _one(stay and stay.product), Fact.country: _one(stay and stay.country)}
    facts |= await _entities(uow, programmes, case)
    known = Known(host, own, {}, {Moment.case_closed: case.closed_at}, facts)
    wanted = [plan(one, case.party, recipient_id, str(case.id), known) for one in programmes]
    ids = {name: getattr(case, name) for name in ("person_id", "enabler_id", "application_id", *SIDES)}
    about = ids | {"product": stay.product if stay else None, "country": stay.country if stay else None}
    await settle_asks(uow, [one for one in wanted if one], about)


def _one(value: object) -> frozenset[str]:
    return frozenset({str(value)}) if value else frozenset()


async def settle_opportunity(uow: Uow, moment: Moment, offer: Any, at: datetime) -> None:
    """An enabler posted an opportunity, or raised one again."""
    programmes = [one for one in asking_about(About.opportunity) if one.when.moment is moment]
    if not programmes:
        return
    stay = None if hasattr(offer, "zone") else await newest_stay(uow, offer.enabler_id)
    zone, country = (getattr(offer, name, getattr(stay, name, None)) for name in ("zone", "country"))
    facts = {Fact.product: _one(offer.product), Fact.country: _one(country)}
    facts |= await _entities(uow, programmes, offer)
    known = Known(zone or "UTC", None, {}, {moment: at}, facts)
    occasion = str(offer.opportunity_id)
    wanted = [plan(one, Party.enabler, offer.enabler_id, occasion, known) for one in programmes]
    about = {"enabler_id": offer.enabler_id, "hosting_entity_id": offer.hosting_entity_id}
    await settle_asks(uow, [one for one in wanted if one], about | {"product": offer.product, "country": country})


async def newest_stay(uow: Uow, enabler_id: UUID) -> Experience | None:
    newest = select(Experience).where(Experience.enabler_id == enabler_id)
    found = await uow.rows(newest.order_by(Experience.end_on.desc(), Experience.id).limit(1))  # type: ignore[attr-defined]
    return next(iter(found), None)


async def settle_waves(uow: Uow, enabler_id: UUID, stay: Experience) -> None:
    """Standing programmes: whoever takes interns is asked with the next wave, at the wall time of their zone."""
    programmes = asking_about(About.wave)
    facts = {Fact.country: _one(stay.country)} | await _entities(uow, programmes, stay)
    for programme in programmes:
        waves, at = programme.when.waves, programme.when.at
        assert waves is not None
        assert at is not None
        day = waves.next_after(uow.today(stay.zone))
        local, known = datetime.combine(day, at), Known(stay.zone, facts=facts)
        one = planning.wanted(programme, Party.enabler, enabler_id, day.isoformat(), local, stay.zone, known)
        about = {"enabler_id": enabler_id, "hosting_entity_id": stay.hosting_entity_id, "country": stay.country}
        await settle_asks(uow, [one], about)


# --- the calendar's door


async def ask_now(uow: Uow, due: Due) -> None:
    """The time of an asking has come: ask, or say why not. A standing programme waits for its next wave then."""
    row = await uow.get(Ask, due.subject)
    await hold_recipient(uow, row.party, row.recipient_id)
    await uow.refresh(row, lock=True)
    if row.state is not AskState.waiting or row.due_at > uow.now:
        due.skip(row.reason or ("moved" if row.state is AskState.waiting else row.state))
        return
    await decide(uow, row)
    programme = current().get(row.programme)
    standing = programme is not None and programme.about is About.wave
    if standing and row.enabler_id and (stay := await newest_stay(uow, row.enabler_id)):
        await settle_waves(uow, row.enabler_id, stay)
