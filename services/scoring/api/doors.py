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
Finder = Annotated[Door, allow(R.enabler, R.hosting_manager, *MANAGERS, R.service, R.auditor)]
Shower = Annotated[Door, allow(R.participant, *MANAGERS, R.service)]
FinderShower = Annotated[Door, allow(R.enabler, R.hosting_manager, *MANAGERS, R.service)]
Staff = Annotated[Door, allow(*MANAGERS, R.service, R.auditor)]
BOTH_SIDES = (R.sending_manager, R.hosting_manager, R.national_manager, R.global_manager)
SegmentReader = Annotated[Door, allow(*BOTH_SIDES, R.service, R.auditor)]
Segmenter = Annotated[Door, allow(*BOTH_SIDES)]
SegmentOwner = Annotated[Door, allow(*BOTH_SIDES, changes=True)]
AudienceMaker = Annotated[Door, allow(*MANAGERS)]
AudienceOwner = Annotated[Door, allow(*MANAGERS, changes=True)]
AudienceReader = Annotated[Door, allow(*MANAGERS, R.auditor)]
ContentMaker = Annotated[Door, allow(*BOTH_SIDES)]
ContentOwner = Annotated[Door, allow(*BOTH_SIDES, changes=True)]
ContentReader = Annotated[Door, allow(*BOTH_SIDES, R.service, R.auditor)]
ByLink = Annotated[Door, public("whoever has the signed link was given it by a manager; it expires")]
Page = Annotated[Door, public("a page asks for whoever looks at it; it learns nothing about them")]
BOTH = (*MANAGERS, R.hosting_manager)
HOSTS = (R.hosting_manager, R.national_manager, R.global_manager)
LeadReader = Annotated[Door, allow(*BOTH, R.service, R.auditor)]
LeadKeeper = Annotated[Door, allow(*BOTH, changes=True)]
LeadTeller = Annotated[Door, allow(*BOTH, R.service)]
HostReader = Annotated[Door, allow(*HOSTS, R.service, R.auditor)]
HostKeeper = Annotated[Door, allow(*HOSTS)]
HostChanger = Annotated[Door, allow(*HOSTS, changes=True)]
SHEET_KEEPERS = (R.sending_manager, R.hosting_manager, R.national_manager, R.global_manager)
SheetMaker = Annotated[Door, allow(*SHEET_KEEPERS)]
SheetKeeper = Annotated[Door, allow(*SHEET_KEEPERS, changes=True)]
SheetReader = Annotated[Door, allow(*SHEET_KEEPERS, R.service, R.auditor)]
TemplatePublisher = Annotated[Door, allow(R.national_manager, R.global_manager)]
Unnamed = Annotated[Door, public("a visitor has no account; its id, which only its browser knows, is the proof")]
Passer = Annotated[Door, public("a code is printed for anybody to use, and tells no more than what it is printed on")]
Writer = Annotated[Door, allow(*BOTH_SIDES, R.service)]
Historian = Annotated[Door, allow(R.participant, *BOTH_SIDES, R.service, R.auditor)]
SourceMaker = Annotated[Door, allow(*BOTH_SIDES, R.service)]
SourceReader = Annotated[Door, allow(*BOTH_SIDES, R.service, R.auditor)]
SourceChanger = Annotated[Door, allow(*BOTH_SIDES, R.service, changes=True)]
Suggested = Annotated[Door, allow(*BOTH_SIDES, R.service, R.auditor)]
Doer = Annotated[Door, allow(*BOTH_SIDES, changes=True)]
Ledger = Annotated[Door, allow(R.national_manager, R.global_manager, R.service, R.auditor)]
ShareOwner = Annotated[Door, allow(R.national_manager, R.global_manager, changes=True)]
Student = Annotated[Door, allow(R.national_manager, R.global_manager, R.service)]
StudyReader = Annotated[Door, allow(R.national_manager, R.global_manager, R.service, R.auditor)]
RemarkWriter = Annotated[Door, allow(*BOTH_SIDES, R.service)]
RemarkReader = Annotated[Door, allow(*BOTH_SIDES, R.service, R.auditor)]
RemarkUndoer = Annotated[Door, allow(*BOTH_SIDES, changes=True)]
Merger = Annotated[Door, allow(*MANAGERS)]
MergeReader = Annotated[Door, allow(*MANAGERS, R.service, R.auditor)]
MergeUndoer = Annotated[Door, allow(*MANAGERS, changes=True)]
StudyOwner = Annotated[Door, allow(R.national_manager, R.global_manager, changes=True)]
