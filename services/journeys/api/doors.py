"""Who may use which routes of the room."""

from typing import Annotated

from shared.access import MANAGERS, Role
from shared.web.door import Door, allow

Anybody = Annotated[Door, allow(*Role)]
Staff = Annotated[Door, allow(*MANAGERS, Role.auditor, Role.service)]
