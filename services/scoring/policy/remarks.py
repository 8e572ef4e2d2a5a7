"""Remarks: what somebody of ours writes down of a customer, and what a call, a meeting or a message came to."""

from enum import StrEnum

from services.scoring.policy.interactions import Channel, Direction, Kind

LONGEST = 4000


class RemarkKind(StrEnum):
    """What is written down. A note is for members alone; the others say that there was a contact."""

    note = "note"
    call = "call"
    meeting = "meeting"
    message = "message"


class Outcome(StrEnum):
    """What came of it."""

    reached = "reached"
    interested = "interested"
    not_interested = "not_interested"
    call_back = "call_back"
    not_reached = "not_reached"
    voicemail = "voicemail"
    wrong_number = "wrong_number"


UNREACHED = frozenset({Outcome.not_reached, Outcome.voicemail, Outcome.wrong_number})
USUAL = {RemarkKind.call: Channel.phone, RemarkKind.meeting: Channel.in_person, RemarkKind.message: Channel.email}


def kind_of(kind: RemarkKind, outcome: Outcome | None) -> Kind | None:
    """The interaction that a remark stands for. A call that reached nobody is an attempt: it stops no clock."""
    if kind is RemarkKind.note:
        return None
    return Kind.attempt if kind is RemarkKind.call and outcome in UNREACHED else Kind(kind)


def fault_in(
    kind: RemarkKind, direction: Direction | None, outcome: Outcome | None, channel: Channel | None, words: str | None
) -> str | None:
    """Why these don't go together; None when they do."""
    if kind is RemarkKind.note:
        if direction or outcome or channel:
            return "a note has no channel, no direction and no outcome"
        return None if words else "a note has words"
    if outcome in UNREACHED and kind is not RemarkKind.call:
        return f"only a call ends as {outcome}"
    if outcome in UNREACHED and direction is Direction.inward:
        return "who called us has reached us"
    return None
