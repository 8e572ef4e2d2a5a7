"""Write down what was said with a customer or what others should know; say who is one with whom."""

from dataclasses import dataclass
from typing import Annotated, Self
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from services.scoring.commands.interactions import PERSON
from services.scoring.policy.interactions import Channel, Direction
from services.scoring.policy.remarks import LONGEST, Outcome, RemarkKind, fault_in
from shared.web.schemas import Body, Moment

CALL = {"kind": "call", "direction": "out", "outcome": "interested", "at": "2026-02-02T09:00:00Z"}
CALL |= {"words": "Would like to go to Uppsala in March."}


class RemarkBody(Body):
    """A note, or a call, a meeting or a message with its words. Left out, `at` is now and `channel` the usual one."""

    model_config = ConfigDict(json_schema_extra={"examples": [CALL, {"kind": "note", "words": "Call after 17:00."}]})
    kind: RemarkKind
    at: Moment | None = None
    channel: Channel | None = None
    direction: Direction | None = None
    outcome: Outcome | None = None
    words: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST)] | None = None
    application_id: UUID | None = Field(
        None, description="What it was about; the hosting side names one of its own to write of an EP"
    )

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if fault := fault_in(self.kind, self.direction, self.outcome, self.channel, self.words):
            raise ValueError(fault)
        return self


@dataclass(frozen=True, slots=True)
class WriteRemark:
    subject_id: UUID
    body: RemarkBody


@dataclass(frozen=True, slots=True)
class BlankRemark:
    remark_id: UUID


class OtherPerson(Body):
    """Who is the same human."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"other_id": PERSON}]})
    other_id: UUID = Field(description="A person who signed up as well")


@dataclass(frozen=True, slots=True)
class MergePeople:
    person_id: UUID
    other_id: UUID


@dataclass(frozen=True, slots=True)
class PartPeople:
    merge_id: UUID
