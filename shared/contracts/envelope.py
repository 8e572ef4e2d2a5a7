"""The envelope round every event: CloudEvents 1.0 in binary mode, and the catalogue of event classes."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import ClassVar, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationError

from shared.contracts.message import Message

E = TypeVar("E", bound=type["Event"])
CATALOGUE: dict[str, type["Event"]] = {}
_TYPE = re.compile(r"^(?P<room>[a-z]+)\.(?P<name>[a-z]+(-[a-z]+)*)\.v(?P<version>[1-9]\d*)$")


class ContractError(Exception):
    """A message that is not what its contract says; `reason` is a stable slug, the text tells an operator more."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason, self.detail = reason, detail


class Event(BaseModel):
    """A fact in the past tense. Unknown fields are ignored, so that a newer producer never breaks an older reader."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    TYPE: ClassVar[str]
    TOPIC: ClassVar[str]
    KEY: ClassVar[str]
    PERSONAL: ClassVar[bool] = False

    @property
    def key(self) -> UUID:
        """The aggregate that the event belongs to: its partition key and the owner of its sequence."""
        return getattr(self, self.KEY)


def event(type_: str, *, key: str, personal: bool = False) -> Callable[[E], E]:
    """Put a class into the catalogue as `<room>.<name>.v<n>`; `key` names the field that is its aggregate id."""
    match = _TYPE.match(type_)
    if not match:
        raise ValueError(f"{type_!r} is not of the form <room>.<past-tense-name>.v<n>")

    def register(cls: E) -> E:
        if type_ in CATALOGUE:
            raise ValueError(f"{type_} is declared twice")
        if key not in cls.model_fields:
            raise ValueError(f"{type_}: its key {key!r} is not one of its fields")
        cls.TYPE, cls.KEY, cls.PERSONAL = type_, key, personal
        cls.TOPIC = f"{match['room']}.{'personal' if personal else 'events'}"
        CATALOGUE[type_] = cls
        return cls

    return register


def family(type_: str) -> str:
    """The type without its version: `applications.person-registered` of `applications.person-registered.v1`."""
    return type_.rpartition(".")[0]


@dataclass(frozen=True, slots=True)
class Head:
    """What the headers alone tell; enough to count a sequence without reading the data."""

    id: UUID
    type: str
    source: str
    key: UUID
    time: datetime
    effective_on: date
    sequence: int
    correlation_id: UUID
    causation_id: UUID | None
    traceparent: str | None


@dataclass(frozen=True, slots=True)
class Envelope(Head):
    """An event with its head. `data` is None for a tombstone: everything known of that key is to be forgotten."""

    data: Event | None


_NEEDED = {"ce_id", "ce_type", "ce_sequence", "ce_subject"}
_parts = attrgetter(*Head.__slots__)


def headers_of(head: Head) -> dict[str, str]:
    """CloudEvents attributes as header strings (Kafka protocol binding, binary mode)."""
    headers = {
        "ce_specversion": "1.0",
        "ce_id": str(head.id),
        "ce_type": head.type,
        "ce_source": head.source,
        "ce_subject": str(head.key),
        "ce_time": head.time.isoformat(),
        "ce_sequence": str(head.sequence),
        "ce_effectiveon": head.effective_on.isoformat(),
        "ce_correlationid": str(head.correlation_id),
    }
    if head.causation_id:
        headers["ce_causationid"] = str(head.causation_id)
    if head.traceparent:
        headers["ce_traceparent"] = head.traceparent
    return headers


def to_message(envelope: Envelope, topic: str) -> Message:
    """The message that says this envelope on `topic`."""
    value = None if envelope.data is None else envelope.data.model_dump_json().encode()
    return message_of(topic, envelope.key, headers_of(envelope), value)


def message_of(topic: str, key: UUID, headers: Mapping[str, str], value: bytes | None) -> Message:
    """A message from parts that are stored already (the outbox row)."""
    lines = [(name, text.encode()) for name, text in headers.items()]
    if value is not None:
        lines.append(("content-type", b"application/json"))
    return Message(topic, str(key).encode(), value, tuple(lines))


def read_headers(message: Message) -> Head:
    """The head of a message; ContractError `no-envelope` or `bad-envelope` when it is absent or garbled."""
    try:
        headers = {name: value.decode() for name, value in message.headers if name.startswith("ce_")}
        if not headers.keys() >= _NEEDED:
            raise ContractError("no-envelope", f"CloudEvents headers are missing; there are {sorted(headers)}")
        return _head(headers, message)
    except (ValueError, KeyError, UnicodeDecodeError) as error:
        raise ContractError("bad-envelope", f"CloudEvents headers can't be read: {error}") from error


def _head(headers: dict[str, str], message: Message) -> Head:
    key = UUID(headers["ce_subject"])
    if message.key != str(key).encode():
        raise ValueError(f"the record's key {message.key!r} is not the subject {key}")
    time = datetime.fromisoformat(headers["ce_time"])
    if time.tzinfo is None or (sequence := int(headers["ce_sequence"])) < 1:
        raise ValueError("time needs a zone and sequence starts at 1")
    cause = headers.get("ce_causationid")
    return Head(
        UUID(headers["ce_id"]), headers["ce_type"], headers.get("ce_source", ""), key, time,
        date.fromisoformat(headers["ce_effectiveon"]), sequence, UUID(headers["ce_correlationid"]),
        UUID(cause) if cause else None, headers.get("ce_traceparent"),
    )  # fmt: skip


def from_message(message: Message) -> Envelope:
    """Read a message of a known type; ContractError `unknown-type`, `wrong-topic`, `bad-data` with what is wrong."""
    return open_envelope(read_headers(message), message)


def open_envelope(head: Head, message: Message) -> Envelope:
    """The same when the head is read already."""
    contract = CATALOGUE.get(head.type)
    if contract is None:
        raise ContractError("unknown-type", f"{head.type} is in no contract")
    if message.topic != contract.TOPIC:
        raise ContractError("wrong-topic", f"{head.type} belongs on {contract.TOPIC}, not on {message.topic}")
    return Envelope(*_parts(head), data=_data(contract, head, message.value))


def _data(contract: type[Event], head: Head, value: bytes | None) -> Event | None:
    if value is None:
        if contract.PERSONAL:
            return None
        raise ContractError("bad-data", f"{head.type} carries no data and only personal topics have tombstones")
    try:
        data = contract.model_validate_json(value)
    except ValidationError as error:
        problems = "; ".join(f"{'/'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()[:5])
        raise ContractError("bad-data", f"{head.type}: {problems}") from None
    if data.key != head.key:
        raise ContractError("bad-data", f"{head.type}: {contract.KEY} {data.key} is not the subject {head.key}")
    return data
