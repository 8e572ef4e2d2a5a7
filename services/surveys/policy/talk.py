"""Who speaks in a quality case, and who may read what."""

from enum import StrEnum

from shared.access import Role
from shared.contracts.surveys import Party
from shared.errors import Forbidden


class Author(StrEnum):
    """The part in which somebody writes; `rule` is the room itself."""

    ep = "ep"
    enabler = "enabler"
    sending = "sending"
    hosting = "hosting"
    national = "national"
    international = "international"
    rule = "rule"


class MessageKind(StrEnum):
    """A message of the conversation; `solution` is the written one, `answer` that of a control board to the others."""

    message = "message"
    solution = "solution"
    answer = "answer"
    contest = "contest"
    reopening = "reopening"


AUTHORS = {
    Role.participant: Author.ep,
    Role.enabler: Author.enabler,
    Role.sending_manager: Author.sending,
    Role.hosting_manager: Author.hosting,
    Role.national_manager: Author.national,
    Role.global_manager: Author.international,
}
CUSTOMERS = {Party.ep: Author.ep, Party.enabler: Author.enabler}


def author_of(role: Role) -> Author:
    if role not in AUTHORS:
        raise Forbidden("Auditors and services read; they are no part of the conversation.")
    return AUTHORS[role]


def is_customer(author: Author) -> bool:
    return author in CUSTOMERS.values()


def reads_notes(role: Role) -> bool:
    """Internal notes are for those who work on the case."""
    return role not in (Role.participant, Role.enabler)


class FileState(StrEnum):
    """`unscanned`: no scanner was set up when it came. Only `clean` files are given out while one is."""

    unscanned = "unscanned"
    waiting = "waiting"
    clean = "clean"
    quarantined = "quarantined"
    erased = "erased"


def is_given_out(state: FileState, scanning: bool) -> bool:
    return state is FileState.clean or (state is FileState.unscanned and not scanning)
