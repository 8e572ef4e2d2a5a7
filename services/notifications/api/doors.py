"""What the routes of this room share: who may come in, and filters."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from shared.access import Role
from shared.web.door import Door, allow

Anybody = Annotated[Door, allow(*Role)]
Application = Annotated[UUID | None, Query(description="Only of this application")]
