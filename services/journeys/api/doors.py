"""Who may use which routes of the room."""

from typing import Annotated

from shared.access import MANAGERS, Role
from shared.web.door import Door, allow

Anybody = Annotated[Door, allow(*Role)]
Manager = Annotated[Door, allow(*MANAGERS)]
Owner = Annotated[Door, allow(*MANAGERS, changes=True)]
Staff = Annotated[Door, allow(*MANAGERS, Role.auditor, Role.service)]
