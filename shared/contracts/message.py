"""A message as it lies on a topic: key, bytes and headers, before anybody has read it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """`partition`, `offset` and `timestamp_ms` are -1 until a broker has given them; `value` None is a tombstone."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()
    partition: int = -1
    offset: int = -1
    timestamp_ms: int = -1

    def header(self, name: str) -> bytes | None:
        return next((value for header, value in self.headers if header == name), None)
