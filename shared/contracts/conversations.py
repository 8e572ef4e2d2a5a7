"""What the scoring room says of conversations: contacts with enablers, notes, who is one with whom, ways in."""

from shared.contracts.envelope import Event, event
from shared.contracts.fields import UUID, Code, PersonalText, Side, datetime


@event("scoring.enabler-met.v1", key="enabler_id")
class EnablerMet(Event):
    """Somebody of ours and an enabler met at this moment (`at`), and it was written down, perhaps long afterwards.
    Listen to show all contacts of an enabler in one place.

    `direction` (in, out) and `outcome` are there when whoever wrote it down told them; `side` is the writer's.
    """

    interaction_id: UUID
    enabler_id: UUID
    hosting_entity_id: UUID
    application_id: UUID | None = None
    channel: Code
    kind: Code
    at: datetime
    source_id: UUID | None
    imported: bool
    direction: Code | None = None
    outcome: Code | None = None
    side: Side | None = None


@event("scoring.note-written.v1", key="note_id")
class NoteWritten(Event):
    """A member of a committee wrote a note about a person or an enabler, for other members alone: never show it to the
    customer. Its words travel apart. `hosting_entity_id` is there when the hosting side may read it."""

    note_id: UUID
    person_id: UUID | None
    enabler_id: UUID | None
    application_id: UUID | None
    hosting_entity_id: UUID | None
    side: Side | None


@event("scoring.remark-words.v1", key="remark_id", personal=True)
class RemarkWords(Event):
    """What somebody of ours wrote in a note, or of a call, a meeting or a message (`remark_id` is the note's id, or the
    interaction's). A tombstone means: forget these words."""

    remark_id: UUID
    subject_id: UUID
    text: PersonalText


class MergeFact(Event):
    """Which merge: `other_id` is taken as the same human as `person_id`. Base of its events."""

    merge_id: UUID
    person_id: UUID
    other_id: UUID


@event("scoring.people-merged.v1", key="merge_id")
class PeopleMerged(MergeFact):
    """Two people who signed up turned out to be one. Listen to show one conversation over both; both ids live on."""


@event("scoring.people-parted.v1", key="merge_id")
class PeopleParted(MergeFact):
    """The merge was wrong, or one of the two was forgotten: they are two again."""


class WayIn(Event):
    """What brought somebody at this moment; each of these is a code. Base of the two events."""

    interaction_id: UUID
    at: datetime
    channel: Code
    source_id: UUID | None
    source_kind: Code | None
    campaign: Code | None
    medium: Code | None


@event("scoring.visitor-came.v1", key="visitor_id")
class VisitorCame(WayIn):
    """A visitor who agreed to be followed came by a labelled link or a code. Listen to tell what brings people; whose
    visitor it is, `visitor-identified` tells. Visits without a label are not said."""

    visitor_id: UUID
    origin: Code | None


@event("scoring.person-came.v1", key="person_id")
class PersonCame(WayIn):
    """A person signed up with the code of a source: a flyer, a class visit, a promoter's link. Listen to tell what
    brings people."""

    person_id: UUID


SAID = (EnablerMet, NoteWritten, RemarkWords, PeopleMerged, PeopleParted, VisitorCame, PersonCame)
