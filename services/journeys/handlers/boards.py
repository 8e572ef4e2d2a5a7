"""What the boards keep of events that the conversation hears too."""

from collections.abc import Callable, Mapping
from typing import Any

from services.journeys.handlers.gathered import Gathered, Values
from services.journeys.model import Asking, BothSides, CaseClock, PulseResult, StandardsBook
from shared.contracts import cases, surveys
from shared.contracts.envelope import Envelope, Event
from shared.contracts.notifications import StandardsClosed
from shared.contracts.surveys import Party, StayFact, SurveyFact

EXPERIENCE = "experience"
NAMES = {"nps": "nps", "ces2": "ces"}
SIDES = {"sending_entity_id", "hosting_entity_id"}


def keep_asked(found: Gathered, envelope: Envelope) -> None:
    """Somebody was asked; a reminder asks nobody anew."""
    found.keep(Asking, envelope.key, asked_at=envelope.time, **_asked(envelope))


def keep_answer(found: Gathered, envelope: Envelope) -> None:
    """An answer came: for the response, and for its side of the experience that it is about."""
    found.keep(Asking, envelope.key, answered_at=envelope.time, **_asked(envelope))
    said = envelope.data
    assert isinstance(said, SurveyFact | StayFact)
    scores = _scores(said)
    if said.application_id is None or not scores:
        return
    side = str(said.party)
    mark = (envelope.time, str(envelope.key))
    held = found.rows[BothSides].get(said.application_id, {})
    if held.get(f"{side}_at") and (held[f"{side}_at"], str(held[f"{side}_invitation_id"])) > mark:
        return
    values = {"nps": None, "ces": None, **scores, "at": envelope.time, "invitation_id": envelope.key}
    ids = said.model_dump(include={"person_id", *SIDES, *(["enabler_id"] if side == Party.enabler else [])})
    found.keep(BothSides, said.application_id, **{f"{side}_{name}": value for name, value in values.items()}, **ids)


def keep_pulse(found: Gathered, envelope: Envelope) -> None:
    """What a team said, as published."""
    said = envelope.data
    assert isinstance(said, surveys.PulsePublished)
    values = said.model_dump(exclude={"result_id"})
    found.keep(PulseResult, said.result_id, closed_on=envelope.effective_on, **values)


def keep_book(found: Gathered, envelope: Envelope) -> None:
    """The figure of an experience's standards."""
    said = envelope.data
    assert isinstance(said, StandardsClosed)
    values = said.model_dump(include={*SIDES, "asked", "kept", "flag"})
    found.keep(StandardsBook, said.application_id, closed_at=envelope.time, **values)


def begin_clock(found: Gathered, envelope: Envelope) -> None:
    """A case was opened."""
    _clock(found, envelope, opened_at=envelope.time, in_time=None)


def begin_clock_anew(found: Gathered, envelope: Envelope) -> None:
    """It goes on: both sides are to see it once more."""
    _clock(found, envelope, in_time=None)


def stop_clock(found: Gathered, envelope: Envelope) -> None:
    """All entities concerned have seen it."""
    said = envelope.data
    assert isinstance(said, cases.QualityCaseAcknowledged)
    _clock(found, envelope, in_time=said.in_time)


def _clock(found: Gathered, envelope: Envelope, **values: Any) -> None:
    assert envelope.data is not None
    said = envelope.data.model_dump(include={*SIDES, "acknowledge_by"})
    found.keep(CaseClock, envelope.key, **said, **values)


def _asked(envelope: Envelope) -> Values:
    said = envelope.data
    assert isinstance(said, SurveyFact | StayFact)
    return {"party": said.party, **said.model_dump(include=SIDES)}


def _scores(said: Event) -> Values:
    """The scores of the experience itself, by the name of their column."""
    if isinstance(said, surveys.SurveyAnswered):
        given = [(str(one.metric), one.score) for one in said.scores if one.about == EXPERIENCE]
    else:
        assert isinstance(said, surveys.StayAnswered)
        given = [(str(metric), score) for metric, score in said.scores.items()]
    return {NAMES[metric]: score for metric, score in given if metric in NAMES}


BOARDS: Mapping[type[Event], Callable[[Gathered, Envelope], Any]] = {
    surveys.SurveyInvited: keep_asked,
    surveys.StayAsked: keep_asked,
    surveys.SurveyAnswered: keep_answer,
    surveys.StayAnswered: keep_answer,
    surveys.PulsePublished: keep_pulse,
    StandardsClosed: keep_book,
    surveys.QualityCaseOpened: begin_clock,
    surveys.StayCaseOpened: begin_clock,
    cases.QualityCaseReopened: begin_clock_anew,
    cases.QualityCaseAcknowledged: stop_clock,
}
