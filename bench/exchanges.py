"""Whole exchanges as events: what all rooms say from a sign-up to a closed case, mixed over many people."""

import itertools
import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from shared.contracts import applications as facts
from shared.contracts import notifications, scoring, surveys
from shared.contracts.envelope import Envelope, Event, to_message
from shared.contracts.fields import Product, Side
from shared.contracts.message import Message
from shared.ids import new_id
from shared.testing import builders

COHORT = 50  # people whose exchanges run at the same time
TOUCHPOINTS = ("application-received", "pickup-information", "first-day-reminder", "departure-document")
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"


def exchanges(count: int) -> Iterator[Event]:
    """At least `count` events, people's lives interleaved as they are on the topics."""
    chance, given = random.Random(1), 0
    while given < count:
        lives = [iter(life(chance)) for _ in range(COHORT)]
        for step in itertools.zip_longest(*lives):
            for event in filter(None, step):
                given += 1
                yield event


def life(chance: random.Random) -> Iterator[Event]:
    """One person: two applications, one of them a stay, touchpoints, a survey, and for some a quality case."""
    person = new_id()
    stay, other = builders.experience(person_id=person), builders.about(person_id=person)
    applied = {name: stay[name] for name in facts.ApplicationFact.model_fields}
    yield builders.person(person)
    yield builders.person_details(person)
    yield scoring.VisitorIdentified(visitor_id=new_id(), person_id=person)
    yield _scored(person, chance)
    for about in (applied, other):
        yield builders.opportunity_details(about["opportunity_id"])
        yield facts.ApplicationSubmitted(**about, product=Product.talent)
        yield _scored(person, chance)
    yield facts.ApplicationRejected(**other, reason="timeline", ours=False)
    yield facts.ApplicationAccepted(**applied)
    yield facts.AcceptanceNoteSigned(**applied, terms=builders.TERMS)
    yield _scored(person, chance)
    for side in Side:
        yield facts.ApprovalGiven(**applied, side=side, terms=builders.TERMS)
    yield builders.approved(stay)
    yield builders.dossier(stay["application_id"], person, pickup_place="Central station, main hall")
    yield from _touchpoints(stay)
    yield facts.ExperienceDatesChanged(**stay, move="postponed")
    yield facts.ExperienceRealized(**stay)
    yield facts.ExperienceCompleted(**stay)
    yield from _survey(stay, chance)


def _scored(person: UUID, chance: random.Random) -> Event:
    reasons = [scoring.Reason(code=code, log_odds=round(chance.random(), 3)) for code in ("applied", "form-contact")]
    score = round(chance.random(), 4)
    return scoring.LeadScored(person_id=person, score=score, base_log_odds=-1.2, reasons=reasons, model="rules-1")


def _touchpoints(stay: dict[str, Any]) -> Iterator[Event]:
    now = datetime.now(UTC)
    sent = {"channel": "email", "language": "ro", "document": None, "proves": "pick-up"}
    for number, code in enumerate(TOUCHPOINTS):
        about = _about(stay) | {"touchpoint_id": new_id(), "touchpoint": code}
        yield notifications.TouchpointScheduled(**about, due_at=now + timedelta(days=number))
        if number % 2:
            yield notifications.TouchpointMoved(**about, due_at=now + timedelta(days=number + 7))
        yield notifications.TouchpointSent(**about, **sent)
        proof = {"evidence_id": new_id(), "standard": "pick-up", "due_on": builders.START, "late": False}
        yield notifications.MessageEvidenced(**_about(stay), touchpoint_id=about["touchpoint_id"], **proof)


def _survey(stay: dict[str, Any], chance: random.Random) -> Iterator[Event]:
    id_ = new_id()
    expires = datetime.now(UTC) + timedelta(days=60)
    yield builders.survey(surveys.SurveyInvited, stay, invitation_id=id_, language="ro", expires_at=expires)
    nps = chance.randrange(11)
    yield builders.answered(stay, {"nps": nps, "ces2": chance.randrange(1, 8)}, invitation_id=id_)
    comment = {"person_id": stay["person_id"], "comment": "They met me at the station and showed me the town."}
    yield surveys.SurveyComment(invitation_id=id_, **comment)
    if nps > 6:
        return
    yield builders.survey(surveys.DetractorFound, stay, invitation_id=id_, about="experience", score=nps)
    case = new_id()
    soon = datetime.now(UTC) + timedelta(days=2)
    opened = {"owner": Side.hosting, "acknowledge_by": soon}
    yield builders.case(surveys.QualityCaseOpened, stay, case_id=case, **opened)
    yield builders.case(surveys.QualityCaseClosed, stay, case_id=case, outcome="solved")


def _about(stay: dict[str, Any]) -> dict[str, Any]:
    return {name: stay[name] for name in ("person_id", "application_id", "sending_entity_id", "hosting_entity_id")}


def messages(count: int) -> list[Message]:
    """The same as they lie on the topics, each with the next sequence of its key."""
    return [message for portion in message_portions(count) for message in portion]


def message_portions(count: int) -> Iterator[list[Message]]:
    """The same a cohort at a time: no key of one is told of in another, so that nothing has to be remembered."""
    chance, given = random.Random(1), 0
    while given < count:
        said: dict[tuple[str, UUID], int] = defaultdict(int)
        lives = [iter(life(chance)) for _ in range(COHORT)]
        portion = [_message(event, said) for step in itertools.zip_longest(*lives) for event in filter(None, step)]
        given += len(portion)
        yield portion


def _message(event: Event, said: dict[tuple[str, UUID], int]) -> Message:
    said[event.TOPIC, event.key] += 1
    now = datetime.now(UTC)
    envelope = Envelope(
        new_id(), event.TYPE, f"/sojourn/{event.TOPIC.partition('.')[0]}", event.key, now, now.date(),
        said[event.TOPIC, event.key], new_id(), new_id(), TRACE, event,
    )  # fmt: skip
    return to_message(envelope, event.TOPIC)
