"""Who may use which routes of the room."""

from typing import Annotated

from shared.access import CUSTOMERS, Role
from shared.web.door import Door, allow, public

STAFF = (
    Role.sending_manager,
    Role.hosting_manager,
    Role.national_manager,
    Role.global_manager,
    Role.auditor,
    Role.service,
)
OWNERS = (Role.sending_manager, Role.hosting_manager, Role.national_manager, Role.global_manager)
REPORTERS = (Role.participant, Role.enabler, Role.sending_manager, Role.hosting_manager, Role.national_manager)

ByLink = Annotated[Door, public("whoever has the personal link is the person who was asked")]
Everybody = Annotated[Door, public("what is shown to the world")]
Participant = Annotated[Door, allow(Role.participant)]
Teller = Annotated[Door, allow(Role.participant, changes=True)]
Importer = Annotated[Door, allow(Role.global_manager, Role.service)]
Staff = Annotated[Door, allow(*STAFF)]
Concerned = Annotated[Door, allow(Role.participant, *STAFF)]
Reporter = Annotated[Door, allow(*REPORTERS)]
EitherSide = Annotated[Door, allow(Role.sending_manager, Role.hosting_manager, changes=True)]
CaseOwner = Annotated[Door, allow(*OWNERS, changes=True)]
CaseReader = Annotated[Door, allow(Role.participant, Role.enabler, *STAFF)]
CaseParty = Annotated[Door, allow(Role.participant, Role.enabler, *OWNERS, changes=True)]
Talker = Annotated[Door, allow(Role.participant, Role.enabler, *OWNERS)]
OfficeKeeper = Annotated[Door, allow(*OWNERS, changes=True)]
Publisher = Annotated[Door, allow(Role.national_manager, Role.global_manager)]
ABOVE = (Role.national_manager, Role.global_manager)
ProgrammeReader = Annotated[Door, allow(*ABOVE, Role.auditor, Role.service)]
ProgrammeOwner = Annotated[Door, allow(*ABOVE, changes=True)]
AboutEnabler = Annotated[Door, allow(Role.enabler, *STAFF)]
Customer = Annotated[Door, allow(*CUSTOMERS)]
EitherOrStaff = Annotated[Door, allow(Role.participant, Role.enabler, *STAFF)]
Resender = Annotated[Door, allow(*OWNERS, changes=True)]
ByPreview = Annotated[Door, public("whoever has the preview link may look: it shows questions and nobody's answers")]
