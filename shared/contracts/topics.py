"""The topics: two a room, declared here and created from here."""

from collections.abc import Mapping
from dataclasses import dataclass

ROOMS = ("applications", "surveys", "notifications", "scoring", "journeys")
PARTITIONS = 6


@dataclass(frozen=True, slots=True)
class Topic:
    """`personal` topics are compacted (the last word per subject, a tombstone erases); the others keep all for ever."""

    name: str
    owner: str
    partitions: int = PARTITIONS
    personal: bool = False

    @property
    def config(self) -> Mapping[str, str]:
        if self.personal:
            return {"cleanup.policy": "compact", "delete.retention.ms": "2592000000", "max.message.bytes": "1048588"}
        return {
            "cleanup.policy": "delete",
            "retention.ms": "-1",
            "retention.bytes": "-1",
            "max.message.bytes": "1048588",
        }


TOPICS: Mapping[str, Topic] = {
    topic.name: topic
    for room in ROOMS
    for topic in (Topic(f"{room}.events", room), Topic(f"{room}.personal", room, personal=True))
}
