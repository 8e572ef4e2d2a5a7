"""Who may come in at the scoring room's doors."""

from typing import Annotated

from shared.access import Role
from shared.web.door import Door, allow, public

R = Role
MANAGERS = (R.sending_manager, R.national_manager, R.global_manager)
Stranger = Annotated[Door, public("a visitor has no account yet, and can only tell of its own anonymous visits")]
Recorder = Annotated[Door, allow(*MANAGERS, R.service)]
Identifier = Annotated[Door, allow(R.participant, *MANAGERS, R.service)]
Reader = Annotated[Door, allow(R.participant, *MANAGERS, R.service, R.auditor)]
Staff = Annotated[Door, allow(*MANAGERS, R.service, R.auditor)]
