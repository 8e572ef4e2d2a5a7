"""What all tables of the room have in common."""

from sqlalchemy.orm import registry

from shared.storage.rows import Stored


class Table(Stored, registry=registry()):
    """The room's own registry: its tables clash with no other room's."""
