"""Events with sensible defaults: a test names only what it is about."""

from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from shared.contracts import applications as facts
from shared.contracts.fields import Product
from shared.contracts.surveys import CaseFact, GivenScore, Party, SurveyAnswered, SurveyFact
from shared.ids import new_id

Asked = TypeVar("Asked", bound=SurveyFact)
Of = TypeVar("Of", bound=CaseFact)

SENDING, HOSTING, WORLD = new_id(), new_id(), new_id()
START, END = date(2026, 3, 2), date(2026, 5, 24)
TERMS = "ab" * 32


def entity(entity_id: UUID = HOSTING, **values: Any) -> facts.EntityRegistered:
    given = {"path": [WORLD, entity_id], "kind": "local", "country": "SE", "zone": "Europe/Stockholm"}
    return facts.EntityRegistered(entity_id=entity_id, **{**given, **values})


def entity_details(entity_id: UUID = HOSTING, **values: Any) -> facts.EntityDetails:
    given = {"name": "Uppsala", "email": "uppsala@sojourn.example", "phone": "+46700000001"}
    return facts.EntityDetails(entity_id=entity_id, **{**given, **values})


def person(person_id: UUID, **values: Any) -> facts.PersonRegistered:
    given = {"sending_entity_id": SENDING, "country": "RO", "language": "ro", "zone": "Europe/Bucharest"}
    return facts.PersonRegistered(person_id=person_id, **{**given, **values})


def person_details(person_id: UUID, **values: Any) -> facts.PersonDetails:
    given = {"given_name": "Ioana", "family_name": "Șerban", "email": "ioana@sojourn.example", "phone": "+40721000000"}
    return facts.PersonDetails(person_id=person_id, **{**given, "language": "ro", **values})


def enabler_details(enabler_id: UUID, **values: Any) -> facts.EnablerDetails:
    given = {"name": "Norrsken Lab", "contact_name": "Maja Lind", "email": "maja@norrsken.example", "phone": None}
    return facts.EnablerDetails(enabler_id=enabler_id, **{**given, "language": "sv", **values})


def opportunity(opportunity_id: UUID, **values: Any) -> facts.OpportunityPosted:
    given = {"enabler_id": new_id(), "hosting_entity_id": HOSTING, "product": Product.talent, "country": "SE"}
    given |= {"zone": "Europe/Stockholm", "weekly_hours": 38}
    return facts.OpportunityPosted(opportunity_id=opportunity_id, **{**given, **values})


def opportunity_details(opportunity_id: UUID, **values: Any) -> facts.OpportunityDetails:
    given = {"title": "Data intern", "description": "Clean and chart energy data.", "city": "Uppsala"}
    return facts.OpportunityDetails(opportunity_id=opportunity_id, **{**given, **values})


def about(**values: Any) -> dict[str, Any]:
    """The ids of one application; keep the result and give it to every event of that application."""
    ids = {name: new_id() for name in ("application_id", "person_id", "opportunity_id", "enabler_id")}
    return {**ids, "sending_entity_id": SENDING, "hosting_entity_id": HOSTING, **values}


def experience(**values: Any) -> dict[str, Any]:
    """The same with the dates of a stay in Sweden, 2 March to 24 May 2026."""
    dates = {"product": Product.talent, "start_on": START, "end_on": END, "zone": "Europe/Stockholm", "country": "SE"}
    return {**about(), **dates, **values}


def approved(stay: dict[str, Any], **values: Any) -> facts.ApplicationApproved:
    return facts.ApplicationApproved(**{**stay, "terms": TERMS, **values})


def dossier(application_id: UUID, person_id: UUID, **values: Any) -> facts.ExperienceDossier:
    names = [n for n in facts.ExperienceDossier.model_fields if n not in {"application_id", "person_id"}]
    return facts.ExperienceDossier(
        application_id=application_id, person_id=person_id, **{**dict.fromkeys(names), **values}
    )


def survey(kind: type[Asked], stay: dict[str, Any], **values: Any) -> Asked:
    """A fact of the EP's survey after this stay."""
    ids = {name: stay.get(name) for name in SurveyFact.model_fields}
    occasion = str(stay["application_id"])
    kinds = {"party": Party.ep, "programme": "after-completion", "questionnaire": "after-completion"}
    return kind(**{**ids, **kinds, "occasion": occasion, "invitation_id": new_id(), **values})


def answered(stay: dict[str, Any], scores: dict[str, int] | None = None, **values: Any) -> SurveyAnswered:
    """What the EP answered after this stay: metric → score of the experience."""
    given = [GivenScore(metric=metric, about="experience", score=score) for metric, score in (scores or {}).items()]
    rest = {"standards": {}, "expectations": [], "perceptions": []}
    return survey(SurveyAnswered, stay, **{"scores": given, **rest, **values})


def case(kind: type[Of], stay: dict[str, Any], **values: Any) -> Of:
    """A fact of the quality case of this stay."""
    ids = {name: stay.get(name) for name in CaseFact.model_fields}
    kinds = {"party": Party.ep, "cause": "detractor", "standard": None}
    return kind(**{**ids, **kinds, "case_id": new_id(), **values})
