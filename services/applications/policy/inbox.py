"""What waits for whom: the lines of both sides' inbox, who sees which, and until when each should be done."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from services.applications.policy.moves import Status
from services.applications.policy.requirements import Owner
from shared.access import Role


class Waiting(StrEnum):
    """What is to be done."""

    answer = "answer"  # an application, by the hosting side
    sign = "sign"  # an acceptance note, by the EP, whom the sending side calls about it
    approve = "approve"  # by either side
    realize = "realize"  # the first day of work has come and nobody said so
    requirement = "requirement"


class Scope(StrEnum):
    """Whose a line is: a person's, an enabler's, or a committee's of one side."""

    person = "person"
    enabler = "enabler"
    sending = "sending"
    hosting = "hosting"


@dataclass(frozen=True, slots=True)
class Line:
    """Applications of one status, or requirements of one owner, that wait for one scope. `rank` breaks ties of days."""

    rank: int
    kind: Waiting
    scope: Scope
    status: Status | None = None
    owner: Owner | None = None


LINES = (
    Line(0, Waiting.realize, Scope.hosting, Status.approved),
    Line(1, Waiting.approve, Scope.hosting, Status.in_progress),
    Line(2, Waiting.approve, Scope.sending, Status.in_progress),
    Line(3, Waiting.sign, Scope.person, Status.accepted),
    Line(4, Waiting.sign, Scope.sending, Status.accepted),
    Line(5, Waiting.answer, Scope.hosting, Status.open),
    Line(6, Waiting.requirement, Scope.person, owner=Owner.ep),
    Line(7, Waiting.requirement, Scope.sending, owner=Owner.sending),
    Line(8, Waiting.requirement, Scope.hosting, owner=Owner.hosting),
    Line(9, Waiting.requirement, Scope.enabler, owner=Owner.enabler),
)
SCOPES: Mapping[Role, frozenset[Scope]] = {
    Role.participant: frozenset({Scope.person}),
    Role.enabler: frozenset({Scope.enabler}),
    Role.sending_manager: frozenset({Scope.sending}),
    Role.hosting_manager: frozenset({Scope.hosting}),
    Role.national_manager: frozenset({Scope.sending, Scope.hosting}),
    Role.global_manager: frozenset({Scope.sending, Scope.hosting}),
}


def lines_of(role: Role, kind: Waiting | None = None) -> list[Line]:
    """The lines that this role sees."""
    seen = SCOPES.get(role, frozenset())
    return [line for line in LINES if line.scope in seen and kind in (None, line.kind)]


def overdue_since(due_on: date, today: date) -> date | None:
    """The first day on which it was late; None while it is not."""
    return due_on + timedelta(days=1) if due_on < today else None
