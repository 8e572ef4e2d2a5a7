"""What the routes of this room share: who may come in, and filters."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from shared.access import MANAGERS, Role
from shared.web.door import Door, allow

Anybody = Annotated[Door, allow(*Role)]
Manager = Annotated[Door, allow(*MANAGERS, Role.service)]
ManagerChanges = Annotated[Door, allow(*MANAGERS, Role.service, changes=True)]
Application = Annotated[UUID | None, Query(description="Only of this application")]
