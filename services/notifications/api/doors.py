"""What the routes of this room share: who may come in, and filters."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from shared.access import CUSTOMERS, MANAGERS, Role
from shared.web.door import Door, allow, public

Anybody = Annotated[Door, allow(*Role)]
ByLink = Annotated[Door, public("whoever has the link under a message is the one who got it")]
Owner = Annotated[Door, allow(*CUSTOMERS)]
Manager = Annotated[Door, allow(*MANAGERS, Role.service)]
ManagerChanges = Annotated[Door, allow(*MANAGERS, Role.service, changes=True)]
Application = Annotated[UUID | None, Query(description="Only of this application")]
