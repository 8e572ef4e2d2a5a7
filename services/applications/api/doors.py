"""Who is let in where: the rules that routes share."""

from typing import Annotated

from shared.access import Role
from shared.web.door import Door, allow

R = Role
EVERYBODY = tuple(Role)
Anybody = Annotated[Door, allow(*EVERYBODY)]
Staff = Annotated[
    Door, allow(R.sending_manager, R.hosting_manager, R.national_manager, R.global_manager, R.auditor, R.service)
]

Participant = Annotated[Door, allow(R.participant)]
ParticipantChanges = Annotated[Door, allow(R.participant, changes=True)]
Host = Annotated[Door, allow(R.hosting_manager, changes=True)]
Approver = Annotated[Door, allow(R.sending_manager, R.hosting_manager, changes=True)]
OfferChanges = Annotated[Door, allow(R.hosting_manager, R.enabler, changes=True)]
Concerned = Annotated[Door, allow(R.participant, R.sending_manager, R.hosting_manager, changes=True)]
