"""What people and things are called: copies of personal topics, where a tombstone leaves no row."""

from services.journeys.handlers.gathered import Gathered
from services.journeys.model import Comment, Entity, Label, PersonName
from services.journeys.policy import folded
from shared.contracts import applications as facts
from shared.contracts.envelope import Envelope
from shared.contracts.surveys import SurveyComment


def place_entity(found: Gathered, envelope: Envelope) -> None:
    """Where a committee stands in the tree: the scope of its managers."""
    entity = envelope.data
    assert isinstance(entity, facts.EntityRegistered)
    found.paths[entity.entity_id] = entity.path
    found.keep(Entity, entity.entity_id, kind=entity.kind, country=entity.country)


def name_person(found: Gathered, envelope: Envelope) -> None:
    """A person's name, as it is now; a tombstone forgets it."""
    person = envelope.data
    assert person is None or isinstance(person, facts.PersonDetails)
    found.touched.add(envelope.key)
    if person is None:
        found.forget(PersonName, envelope.key)
        return
    names = {"given_name": person.given_name, "family_name": person.family_name}
    found.keep(PersonName, envelope.key, **names, searched=folded(" ".join(names.values())))


def name_entity(found: Gathered, envelope: Envelope) -> None:
    _label(found, envelope, "entity", getattr(envelope.data, "name", None))


def name_enabler(found: Gathered, envelope: Envelope) -> None:
    _label(found, envelope, "enabler", getattr(envelope.data, "name", None))


def name_opportunity(found: Gathered, envelope: Envelope) -> None:
    _label(found, envelope, "opportunity", getattr(envelope.data, "title", None))


def quote_comment(found: Gathered, envelope: Envelope) -> None:
    """What somebody wrote in a survey, in their words."""
    comment = envelope.data
    if comment is None:
        found.forget(Comment, envelope.key)
        return
    assert isinstance(comment, SurveyComment)
    found.keep(Comment, envelope.key, person_id=comment.person_id, text=comment.comment)


def _label(found: Gathered, envelope: Envelope, kind: str, text: str | None) -> None:
    if text is None:
        found.forget(Label, envelope.key)
    else:
        found.keep(Label, envelope.key, kind=kind, text=text)
