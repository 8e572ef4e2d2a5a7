"""Facts from events: milestones, answers, segments and offers, and the stages that they move a customer to."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from services.journeys.handlers.gathered import Gathered
from services.journeys.model import Judgement, Offer, Proof
from services.journeys.policy import Status, status_told
from shared.contracts import applications as a
from shared.contracts import leads, notifications, parties, scoring, segments, surveys
from shared.contracts.envelope import Envelope, Event

Reading = Callable[[Gathered, Envelope], None]
STAGES = {
    Status.open: "applied_at",
    Status.accepted: "accepted_at",
    Status.in_progress: "signed_at",
    Status.approved: "approved_at",
    Status.realized: "realized_at",
    Status.completed: "completed_at",
}
APPLICATION_STAGES = STAGES | {Status.open: "submitted_at"}
PROMOTER = 9  # of an NPS answer
WHOLE = frozenset({"experience", "organisation", "case"})  # what a score is about when it is about no touchpoint


def mark_milestone(found: Gathered, envelope: Envelope) -> None:
    """A status event of an application; the first time at each status is a stage of both customers' courses."""
    said = envelope.data
    assert isinstance(said, a.ApplicationFact)
    if (product := getattr(said, "product", None)) is not None:
        found.facts.products[said.application_id] = str(product)
    status = status_told(envelope.type, {"status": getattr(said, "status", None)})
    if status is None:
        return
    whose = {name: getattr(said, name) for name in a.ApplicationFact.model_fields}
    more = {"product": found.facts.products.get(said.application_id), "side": getattr(said, "side", None)}
    when = {"sequence": envelope.sequence, "at": envelope.time, "effective_on": envelope.effective_on}
    reason = getattr(said, "reason", None)
    found.facts.milestones.append({"id": envelope.id, **whose, **when, **more, "status": status, "reason": reason})
    if isinstance(said, a.ApplicationReopened):
        return
    if stage := STAGES.get(status):
        _reach_stage(found, said, status, stage, envelope)


def _reach_stage(found: Gathered, said: a.ApplicationFact, status: Status, stage: str, envelope: Envelope) -> None:
    people, enablers = found.facts.people, found.facts.enablers
    if status is Status.open:
        people.reach(said.person_id, stage, envelope.time, product=found.facts.products[said.application_id])
    else:
        people.reach(said.person_id, stage, envelope.time)
    enablers.reach(said.enabler_id, stage, envelope.time)
    if status in (Status.open, Status.completed):
        people.after.add(said.person_id)
    if status is Status.completed:
        enablers.after.add(said.enabler_id)


# --- people


def sign_up(found: Gathered, envelope: Envelope) -> None:
    person = envelope.data
    assert isinstance(person, a.PersonRegistered)
    about = person.model_dump(include={"sending_entity_id", "country", "language", "referral"})
    found.facts.people.know(person.person_id, **about)
    found.facts.people.reach(person.person_id, "signed_up_at", envelope.time)


def keep_profile(found: Gathered, envelope: Envelope) -> None:
    profile = envelope.data
    assert isinstance(profile, parties.ProfileChanged)
    found.facts.people.know(profile.person_id, study_field=profile.study_field)


def visit(found: Gathered, envelope: Envelope) -> None:
    """When the person was first known to have visited follows from all visitors that are this person now."""
    said = envelope.data
    assert isinstance(said, scoring.VisitorIdentified | scoring.VisitorSeparated)
    found.facts.people.of(said.person_id)
    found.facts.people.visits.add(said.person_id)


def keep_first_score(found: Gathered, envelope: Envelope) -> None:
    lead = envelope.data
    assert isinstance(lead, scoring.LeadScored)
    found.facts.people.reach(lead.person_id, "first_scored_at", envelope.time, first_score=lead.score)


def lapse(found: Gathered, envelope: Envelope) -> None:
    """No sign of life for too long, or one after all; the last of each is kept."""
    lead = envelope.data
    assert isinstance(lead, leads.LeadLapsed | leads.LeadWonBack)
    back = isinstance(lead, leads.LeadWonBack)
    stage = "won_back_at" if back else "lapsed_at"
    if (subject := lead.enabler_id or lead.person_id) is not None:
        row = {"subject_id": subject, "party": lead.party, "at": envelope.time, "back": back}
        found.facts.lapses.append({"id": envelope.id, **row})
    if lead.person_id:
        found.facts.people.last(lead.person_id, stage, envelope.time)
        found.hold(lead.person_id)
    if lead.enabler_id:
        found.facts.enablers.last(lead.enabler_id, stage, envelope.time)


def join_segment(found: Gathered, envelope: Envelope) -> None:
    said = envelope.data
    assert isinstance(said, segments.SegmentChanged)
    row = {"segment_id": said.segment_id, "subject_id": said.subject_id, "party": said.party, "since": envelope.time}
    entered = said.move is segments.SegmentMove.entered
    found.facts.members[said.segment_id, said.subject_id] = row if entered else None


# --- enablers


def register_enabler(found: Gathered, envelope: Envelope) -> None:
    enabler = envelope.data
    assert isinstance(enabler, a.EnablerRegistered)
    about = {"hosting_entity_id": enabler.hosting_entity_id, "kind": enabler.kind}
    found.facts.enablers.know(enabler.enabler_id, **about)
    found.facts.enablers.reach(enabler.enabler_id, "registered_at", envelope.time)


def raise_offer(found: Gathered, envelope: Envelope) -> None:
    """An opportunity was posted: the enabler is a customer. The first one tells what it wants."""
    offer = envelope.data
    assert isinstance(offer, a.OpportunityPosted)
    about = {"product": str(offer.product), "country": offer.country, "field": offer.field}
    about |= {"enabler_id": offer.enabler_id, "hosting_entity_id": offer.hosting_entity_id, "zone": offer.zone}
    found.keep(Offer, offer.opportunity_id, posted_at=envelope.time, **about)
    what = {"product": str(offer.product), "country": offer.country, "field": offer.field or ""}
    found.facts.enablers.reach(offer.enabler_id, "raised_at", envelope.time, **what)


def change_offer(found: Gathered, envelope: Envelope) -> None:
    """Its product or field is another one now, it was closed, or it turned out to repeat an earlier one."""
    said = envelope.data
    assert isinstance(said, parties.OfferFact)
    values: dict[str, Any] = {"enabler_id": said.enabler_id, "hosting_entity_id": said.hosting_entity_id}
    match said:
        case parties.OpportunityChanged():
            values |= {"product": str(said.product), "field": said.field}
        case parties.OpportunityClosed() | parties.OpportunityRemoved():
            values |= {"closed_at": envelope.time}
        case parties.OpportunityReraised():
            values |= {"raised_from": said.raised_from}
            found.facts.enablers.reach(said.enabler_id, "reraised_at", envelope.time)
    found.keep(Offer, said.opportunity_id, **values)


# --- answers


def keep_answer(found: Gathered, envelope: Envelope) -> None:
    """Every score of an answer, and what it says of loyalty and satisfaction."""
    said = envelope.data
    assert isinstance(said, surveys.SurveyAnswered | surveys.StayAnswered)
    if isinstance(said, surveys.SurveyAnswered):
        scores = [(str(given.metric), given.about, given.score) for given in said.scores]
    else:
        scores = [(str(metric), "experience", score) for metric, score in said.scores.items()]
    names = ("invitation_id", "person_id", "application_id", "sending_entity_id", "hosting_entity_id", "questionnaire")
    whose = {name: getattr(said, name) for name in names}
    whose |= {name: getattr(said, name, None) for name in ("enabler_id", "programme")} | {"party": said.party}
    for measure, about, score in scores:
        what = {"measure": measure, "about": about, "score": score}
        what["touchpoint"] = None if about in WHOLE else about
        found.facts.answers.append(whose | what | {"at": envelope.time})
    _keep_judgement(found, said, whose, envelope)
    customer = said.person_id if said.party is surveys.Party.ep else getattr(said, "enabler_id", None)
    if customer is not None:
        _judge(found, said.party, customer, scores, envelope)


def _keep_judgement(found: Gathered, said: Any, whose: Mapping[str, Any], envelope: Envelope) -> None:
    lists = {"expected": getattr(said, "expectations", ()), "found": getattr(said, "perceptions", ())}
    told = {name: {one.item: one.value for one in given} for name, given in lists.items()}
    told["standards"] = dict(said.standards or {})
    if any(told.values()):
        ids = {name: whose[name] for name in Judgement.model_fields if name in whose}
        found.keep(Judgement, ids.pop("invitation_id"), at=envelope.time, **told, **ids)


def keep_proof(found: Gathered, envelope: Envelope) -> None:
    """What is known of a standard on the side that provides it: the last word."""
    said = envelope.data
    assert isinstance(said, notifications.StandardFact | notifications.MessageEvidenced)
    state = "missed" if isinstance(said, notifications.StandardMissed) else "late" if said.late else "kept"  # type: ignore[union-attr]
    names = ("standard", "person_id", "application_id", "sending_entity_id", "hosting_entity_id")
    found.keep(Proof, envelope.key, state=state, at=envelope.time, **{name: getattr(said, name) for name in names})


def _judge(found: Gathered, party: surveys.Party, customer: UUID, scores: Any, envelope: Envelope) -> None:
    courses = found.facts.people if party is surveys.Party.ep else found.facts.enablers
    for measure, _, score in scores:
        if measure in ("nps", "csat"):
            courses.last(customer, f"{measure}_at", envelope.time, **{measure: score})
        if measure == "nps" and score >= PROMOTER:
            courses.after.add(customer)


FACTS: Mapping[type[Event], Reading] = {
    a.PersonRegistered: sign_up,
    a.EnablerRegistered: register_enabler,
    a.OpportunityPosted: raise_offer,
    parties.ProfileChanged: keep_profile,
    parties.OpportunityChanged: change_offer,
    parties.OpportunityClosed: change_offer,
    parties.OpportunityRemoved: change_offer,
    parties.OpportunityReraised: change_offer,
    scoring.VisitorIdentified: visit,
    scoring.VisitorSeparated: visit,
    scoring.LeadScored: keep_first_score,
    leads.LeadLapsed: lapse,
    leads.LeadWonBack: lapse,
    segments.SegmentChanged: join_segment,
    surveys.SurveyAnswered: keep_answer,
    surveys.StayAnswered: keep_answer,
    notifications.StandardEvidenced: keep_proof,
    notifications.MessageEvidenced: keep_proof,
    notifications.StandardMissed: keep_proof,
}
