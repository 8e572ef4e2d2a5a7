"""Rules of segments and scopes of callers as conditions on the rows that figures are made of."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select

from services.journeys.model.courses import Course, EnablerCourse
from services.journeys.model.facts import Offer, SegmentMember
from services.journeys.model.people import Application
from services.journeys.policy.funnel import Of
from services.journeys.policy.questions import View, moments
from services.journeys.policy.segments import Rule
from shared.access import Caller, Role
from shared.storage.scope import ENTITY_PATH, visible

Conditions = list[ColumnElement[bool]]
VIEWS = {
    Role.sending_manager: View.sending,
    Role.hosting_manager: View.hosting,
    Role.national_manager: View.both,
}
ROLES = {view: role for role, view in VIEWS.items()} | {View.everything: Role.service}


def view_of(caller: Caller) -> tuple[View, UUID | None]:
    """Whose rows a caller's estimates are made of."""
    view = VIEWS.get(caller.role, View.everything)
    return view, None if view is View.everything else caller.entity


def caller_of(view: View, entity_id: UUID | None) -> Caller:
    """Somebody whose estimates are made of these rows."""
    return Caller("journeys", ROLES[view], entity=entity_id)


def scope(of: Of, caller: Caller) -> ColumnElement[bool]:
    """Whose rows count for this caller: people of the own side, applications of either, enablers of the hosting one."""
    match of:
        case Of.people:
            return visible(caller, person=Course.person_id, sending=Course.sending_entity_id)
        case Of.applications:
            whose = {"sending": Application.sending_entity_id, "hosting": Application.hosting_entity_id}
            return visible(caller, person=Application.person_id, enabler=Application.enabler_id, **whose)
        case Of.enablers:
            return visible(caller, enabler=EnablerCourse.enabler_id, hosting=EnablerCourse.hosting_entity_id)


def narrowed(of: Of, rule: Rule | None) -> Conditions:
    """What the rule asks of a course, an application or the course of an enabler."""
    if rule is None or rule.empty:
        return []
    return {Of.people: _people, Of.applications: _applications, Of.enablers: _enablers}[of](rule)


def fits(person_id: Any, rule: Rule | None) -> Conditions:
    """The rule for any row that names a person."""
    if rule is None or rule.empty:
        return []
    return [exists(select(Course.person_id).where(Course.person_id == person_id, *_people(rule)))]


def _any_of(col: Any, values: Sequence[Any]) -> Conditions:
    return [col.in_([str(value) if not isinstance(value, UUID) else value for value in values])] if values else []


def _below(entities: Sequence[UUID], *columns: Any) -> Conditions:
    """Of these committees, or of one below them."""
    if not entities:
        return []
    path = ENTITY_PATH.c
    inside = select(path.entity_id).where(path.path.overlap(list(entities)))
    return [or_(*(one.in_(inside) for one in columns))]


def _within(col: Any, rule: Rule) -> Conditions:
    since, until = moments(rule.entered_from, rule.entered_to)
    return [*([col >= since] if since else []), *([col < until] if until else [])]


def _member(col: Any, segments: Sequence[UUID]) -> Conditions:
    inside = select(SegmentMember.subject_id).where(SegmentMember.segment_id.in_(list(segments)))  # type: ignore[attr-defined]
    return [col.in_(inside)] if segments else []


def _people(rule: Rule) -> Conditions:
    row = Course
    return [
        *_any_of(row.country, rule.countries), *_any_of(row.product, rule.products),
        *_any_of(row.study_field, rule.fields), *_any_of(row.language, rule.languages),
        *_any_of(row.channel, rule.channels), *_any_of(row.source, rule.sources),
        *_any_of(row.campaign, rule.campaigns), *_below(rule.entities, row.sending_entity_id),
        *_within(row.signed_up_at, rule), *_member(row.person_id, rule.segments),
    ]  # fmt: skip


def _applications(rule: Rule) -> Conditions:
    """Own columns where the application has them, else those of its person."""
    row = Application
    own = {"products", "entities", "countries", "fields", "entered_from", "entered_to"}
    theirs = rule.model_copy(update={name: Rule.model_fields[name].default for name in own})
    offers = select(Offer.opportunity_id)
    found = [*_any_of(row.product, rule.products), *_within(row.submitted_at, rule)]
    found += _below(rule.entities, row.sending_entity_id, row.hosting_entity_id)
    if rule.countries:
        found.append(row.opportunity_id.in_(offers.where(*_any_of(Offer.country, rule.countries))))  # type: ignore[attr-defined]
    if rule.fields:
        found.append(row.opportunity_id.in_(offers.where(*_any_of(Offer.field, rule.fields))))  # type: ignore[attr-defined]
    if not theirs.empty:
        found.append(row.person_id.in_(select(Course.person_id).where(*_people(theirs))))  # type: ignore[attr-defined]
    return found


def _enablers(rule: Rule) -> Conditions:
    row = EnablerCourse
    return [
        *_any_of(row.country, rule.countries), *_any_of(row.product, rule.products), *_any_of(row.field, rule.fields),
        *_any_of(row.channel, rule.channels), *_below(rule.entities, row.hosting_entity_id),
        *_within(row.registered_at, rule), *_member(row.enabler_id, rule.segments),
    ]  # fmt: skip
