"""Every contract: no personal data among the facts, schemas that only grow, examples that hold, documents in step."""

import copy
import gzip
import json
from datetime import date, datetime, time
from enum import Enum
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin
from uuid import UUID

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AfterValidator, BaseModel, StringConstraints

from shared import docs
from shared.contracts.compat import breaks
from shared.contracts.envelope import CATALOGUE, ContractError, Envelope, Event, from_message, to_message
from shared.contracts.topics import ROOMS, TOPICS
from shared.docs import asyncapi
from shared.docs.schemas import FOLDER, refuse_breaks, schema_of
from shared.ids import new_id
from shared.service import Service

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "shared" / "contracts" / "examples"
SERVICES: list[Service] = docs.services()
TYPES = sorted(CATALOGUE)
NOBODY_YET = {f"notifications.session-{step}.v1" for step in ("opened", "changed", "cancelled")}
NOBODY_YET |= {"notifications.fact-sheet-published.v1"}  # asked for at the API by who quotes it
NOBODY_YET |= {"scoring.audience-changed.v1"}  # for who runs campaigns outside
NOBODY_YET |= {"scoring.benchmark-decided.v1"}
NOBODY_YET |= {"journeys.target-set.v1"}
NOBODY_YET |= {"scoring.champion-changed.v1", "scoring.model-drifted.v1"}  # for who runs the room: an alert, a log
NOBODY_YET |= {"journeys.journey-designed.v1"}
PLAIN = (UUID, date, datetime, time, int, float, bool, NoneType)


def _free_text(annotation: Any, metadata: tuple[Any, ...] = ()) -> bool:
    """Whether a value of this type could be words: a text that neither a pattern nor a known list holds."""
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *more = get_args(annotation)
        return _free_text(inner, (*metadata, *more))
    if origin in (Union, UnionType, list, dict):
        return any(_free_text(part) for part in get_args(annotation))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return any(_free_text(field.annotation, tuple(field.metadata)) for field in annotation.model_fields.values())
    if isinstance(annotation, type) and issubclass(annotation, (Enum, *PLAIN)):
        return False
    held = any(isinstance(m, AfterValidator) or (isinstance(m, StringConstraints) and m.pattern) for m in metadata)
    return not held


@pytest.mark.parametrize("type_", TYPES)
def test_facts_carry_no_words_and_words_travel_on_the_personal_topic(type_: str) -> None:
    event = CATALOGUE[type_]
    words = {n for n, f in event.model_fields.items() if _free_text(f.annotation, tuple(f.metadata))}
    if event.PERSONAL:
        assert event.TOPIC.endswith(".personal")
        assert TOPICS[event.TOPIC].personal
    else:
        assert words == set()


def test_the_search_for_words_finds_words() -> None:
    class Leaky(BaseModel):
        note: str
        notes: list[str] | None
        inner: dict[str, int]

    assert all(_free_text(field.annotation) for field in Leaky.model_fields.values())


@pytest.mark.parametrize("type_", TYPES)
def test_a_contract_says_what_happened_and_who_it_is_about(type_: str) -> None:
    event = CATALOGUE[type_]
    assert event.__doc__
    assert len(event.__doc__) > 20
    assert event.model_fields[event.KEY].annotation is UUID
    assert type_.partition(".")[0] in ROOMS


def test_every_event_is_said_by_its_room_and_by_no_other() -> None:
    said = [event for service in SERVICES for event in service.says]
    assert sorted(event.TYPE for event in said) == TYPES


def test_every_event_is_heard_by_somebody() -> None:
    heard = {event.TYPE for service in SERVICES for event in service.hears if not event.TYPE.startswith(service.name)}
    assert set(TYPES) - heard == NOBODY_YET


@pytest.mark.parametrize("type_", TYPES)
def test_three_examples_or_more_hold(type_: str) -> None:
    examples = json.loads((EXAMPLES / f"{type_}.json").read_text(encoding="utf-8"))
    assert len(examples) >= 3
    assert len({json.dumps(example, sort_keys=True) for example in examples}) == len(examples)
    checker = jsonschema.Draft202012Validator(schema_of(type_), format_checker=jsonschema.FormatChecker())
    for example in examples:
        checker.validate(example)
        event = CATALOGUE[type_].model_validate(example)
        assert _arrived(event).data == event


def _arrived(event: Event) -> Envelope:
    now = datetime.fromisoformat("2026-05-10T07:00:00+00:00")
    envelope = Envelope(
        new_id(), event.TYPE, "/sojourn/test", event.key, now, now.date(), 1, new_id(), None, None, event
    )
    return from_message(to_message(envelope, event.TOPIC))


@pytest.mark.parametrize("type_", TYPES)
def test_unknown_fields_are_ignored_and_broken_ones_are_not(type_: str) -> None:
    event = CATALOGUE[type_]
    example = json.loads((EXAMPLES / f"{type_}.json").read_text(encoding="utf-8"))[0]
    assert event.model_validate(example | {"from_the_future": 1}) == event.model_validate(example)
    assert event.model_config.get("extra") == "ignore"
    with pytest.raises(ValueError, match=event.KEY):
        event.model_validate(example | {event.KEY: "nobody"})


def test_an_event_on_the_wrong_topic_is_refused() -> None:
    type_ = TYPES[0]
    event = CATALOGUE[type_].model_validate(json.loads((EXAMPLES / f"{type_}.json").read_text())[0])
    now = datetime.fromisoformat("2026-05-10T07:00:00+00:00")
    envelope = Envelope(new_id(), type_, "/x", event.key, now, now.date(), 1, new_id(), None, None, event)
    with pytest.raises(ContractError) as error:
        from_message(to_message(envelope, "surveys.events"))
    assert error.value.reason == "wrong-topic"


# --- growth


def test_no_contract_breaks_its_published_schema() -> None:
    refuse_breaks(ROOT)


@pytest.mark.parametrize("type_", TYPES)
def test_a_schema_may_gain_an_optional_field_and_nothing_else(type_: str) -> None:
    published = schema_of(type_)
    grown = copy.deepcopy(published)
    grown["properties"]["new_one"] = {"type": "string"}
    assert breaks(published, grown) == []
    grown["required"] = [*grown.get("required", []), "new_one"]
    assert breaks(published, grown) == ["#/new_one is required now"]
    assert breaks(grown, published) != []


@given(st.sampled_from(TYPES), st.data())
def test_a_changed_or_removed_field_is_a_break(type_: str, data: st.DataObject) -> None:
    published = schema_of(type_)
    changed = copy.deepcopy(published)
    field = data.draw(st.sampled_from(sorted(changed["properties"])))
    if data.draw(st.booleans()):
        del changed["properties"][field]
    else:
        changed["properties"][field] = {"type": "boolean", "const": True}
    assert breaks(published, changed) != []


def test_an_enum_that_lost_or_won_a_value_is_a_break() -> None:
    published = schema_of("applications.application-rejected.v1")
    changed = copy.deepcopy(published)
    changed["$defs"]["RejectionReason"]["enum"].append("bad_weather")
    assert breaks(published, changed) != []


# --- documents


def test_generated_documents_are_in_step_with_the_code() -> None:
    assert docs.write(ROOT, check=True) == [], "run `make docs`"


def test_each_schema_is_published() -> None:
    assert sorted(file.stem for file in (ROOT / FOLDER).glob("*.json")) == TYPES


def test_the_asyncapi_document_keeps_the_specification() -> None:
    specification = json.loads(gzip.decompress(Path(__file__).with_name("asyncapi-3.0.0.schema.json.gz").read_bytes()))
    document = yaml.safe_load((ROOT / "docs" / "asyncapi.yaml").read_text(encoding="utf-8"))
    validator = jsonschema.Draft7Validator(specification)
    errors = [f"{'/'.join(map(str, e.absolute_path))}: {e.message[:200]}" for e in validator.iter_errors(document)]
    assert errors == []


def test_references_of_the_asyncapi_document_lead_somewhere() -> None:
    document = asyncapi.document(SERVICES)

    def look(part: Any) -> None:
        if isinstance(part, dict):
            if "$ref" in part:
                found: Any = document
                for step in part["$ref"].removeprefix("#/").split("/"):
                    found = found[step]
            for inner in part.values():
                look(inner)
        elif isinstance(part, list):
            for inner in part:
                look(inner)

    look(document)
    assert {m["name"] for m in document["components"]["messages"].values()} == set(TYPES)
