"""Apache Kafka behind the bus port; nothing outside this package imports aiokafka."""

from shared.messaging.kafka.bus import KafkaBus
from shared.messaging.kafka.connection import Connection, quieten

__all__ = ["Connection", "KafkaBus"]

quieten()
