"""What an application needs besides moves: each requirement with its owner, its due date, and what it holds up (A13).

The table is data: a change of it is a new version, and rows that were opened under an older one keep what it said.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from services.applications.policy.moves import LIVE, ORDER, Status
from shared.access import Role
from shared.errors import FieldError

VERSION = "2026-1"


class Owner(StrEnum):
    """Who has to do something, or knows it: a customer or a committee."""

    ep = "ep"
    sending = "sending"
    hosting = "hosting"
    enabler = "enabler"


class Anchor(StrEnum):
    """What a due date counts from; all are days in the host's zone."""

    submission = "submission"
    acceptance = "acceptance"
    signing = "signing"
    approval = "approval"
    start = "start"
    end = "end"


class State(StrEnum):
    """`lapsed`: the application ended before it was done; it opens again when the application does."""

    open = "open"
    done = "done"
    waived = "waived"
    lapsed = "lapsed"


@dataclass(frozen=True, slots=True)
class Due:
    """So many days after an anchor, or after another requirement was done (until then: after it is due)."""

    days: int
    anchor: Anchor | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """A line of the table. `facts` are stated when it is recorded; `by` records it instead of its owner's side."""

    name: str
    opens_at: Status
    owner: Owner
    due: Due
    before: Status | None = None
    facts: tuple[str, ...] = ()
    by: frozenset[Role] | None = None
    step: bool = False  # only when the opportunity's selection process names it
    private: bool = False  # its facts are between the EP and the sending side

    @property
    def recorders(self) -> frozenset[Role]:
        return self.by or RECORDERS[self.owner]


# The side's committee records for its customer too: a company without an account has its opportunity manager.
RECORDERS = {
    Owner.ep: frozenset({Role.participant, Role.sending_manager}),
    Owner.sending: frozenset({Role.sending_manager}),
    Owner.hosting: frozenset({Role.hosting_manager}),
    Owner.enabler: frozenset({Role.enabler, Role.hosting_manager}),
}
HOSTS = frozenset({Role.hosting_manager, Role.enabler})
# Who may waive it, or open it again: the manager of its owner's side.
JUDGES = {
    Owner.ep: Role.sending_manager,
    Owner.sending: Role.sending_manager,
    Owner.hosting: Role.hosting_manager,
    Owner.enabler: Role.hosting_manager,
}


def _step(name: str, owner: Owner, days: int) -> Kind:
    return Kind(name, Status.open, owner, Due(days, Anchor.submission), step=True)


TABLE: tuple[Kind, ...] = (
    Kind("se_interview", Status.open, Owner.sending, Due(7, Anchor.submission)),
    _step("motivation_letter", Owner.ep, 7),
    _step("test", Owner.ep, 7),
    _step("host_interview", Owner.hosting, 14),
    _step("company_interview", Owner.enabler, 14),
    Kind(
        "fee_paid", Status.in_progress, Owner.sending, Due(7, Anchor.signing), Status.approved,
        ("amount", "currency", "reference"), private=True,
    ),
    Kind("contract_signed", Status.in_progress, Owner.sending, Due(7, Anchor.signing), Status.approved),
    # S&S 1: the chain of papers for visa and work permit.
    Kind("he_information", Status.approved, Owner.hosting, Due(7, Anchor.approval)),
    Kind("passport_copy", Status.approved, Owner.ep, Due(7, Anchor.approval)),
    Kind("he_papers", Status.approved, Owner.hosting, Due(14, after="passport_copy")),
    Kind("visa_filing", Status.approved, Owner.ep, Due(14, after="he_papers")),
    # S&S 9 and 13: before departure.
    Kind("insurance", Status.approved, Owner.sending, Due(-1, Anchor.start), facts=("covers_from", "covers_to")),
    Kind(
        "policies_acknowledged", Status.approved, Owner.ep, Due(-1, Anchor.start), facts=("policy_version",),
        by=frozenset({Role.participant}),
    ),
)  # fmt: skip
KINDS: Mapping[str, Kind] = {kind.name: kind for kind in TABLE}
STEPS = frozenset(kind.name for kind in TABLE if kind.step)


def opening(status: Status, selection_process: Iterable[str] = ()) -> list[Kind]:
    """What opens when an application reaches this status. Steps that the table doesn't know are the enabler's."""
    steps = list(dict.fromkeys(selection_process))
    found = [kind for kind in TABLE if kind.opens_at is status and (not kind.step or kind.name in steps)]
    if status is not Status.open:
        return found
    return found + [_step(name, Owner.enabler, 14) for name in steps if name not in KINDS]


def kind_of(name: str) -> Kind:
    """The line of the table; a step that only an opportunity names is its enabler's."""
    return KINDS.get(name) or _step(name, Owner.enabler, 14)


def holds_up(kind: Kind, needed: Iterable[str]) -> Status | None:
    """What is not reached while it is open; what is needed before an approval is the organisation's choice."""
    if kind.name in needed:
        return Status.approved
    return None if kind.before is Status.approved else kind.before


def reaching(status: Status, back: bool) -> list[Status]:
    """The statuses whose requirements open now: this one; for an application that comes back, all up to it."""
    return list(ORDER[: ORDER.index(status) + 1]) if back else [status]


def ends(status: Status) -> bool:
    """Whether what is still open lapses at this status."""
    return status not in LIVE


def due_on(kind: Kind, anchors: Mapping[Anchor, date], others: Mapping[str, date]) -> date:
    """The calendar day until which it should be done. `others`: when another one was done, or else is due."""
    if kind.due.after is None:
        assert kind.due.anchor is not None
        return anchors[kind.due.anchor] + timedelta(days=kind.due.days)
    return others[kind.due.after] + timedelta(days=kind.due.days)


def due_dates(kinds: Sequence[Kind], anchors: Mapping[Anchor, date], done: Mapping[str, date]) -> dict[str, date]:
    """The due date of each of these; chains count from what was done, else from what is due. Order is the table's."""
    found: dict[str, date] = {}
    for kind in kinds:
        known = found | dict(done)
        if kind.due.after is not None and kind.due.after not in known:
            continue
        found[kind.name] = due_on(kind, anchors, known)
    return found


# --- what is stated when one is recorded


def fact_errors(kind: Kind, facts: Mapping[str, Any], start_on: date, end_on: date) -> list[FieldError]:
    """All reasons at once why these facts don't record this requirement."""
    errors = [FieldError(f"#/{name}", f"{kind.name} needs it") for name in kind.facts if facts.get(name) is None]
    stated = [name for name, value in facts.items() if value is not None]
    errors += [FieldError(f"#/{name}", f"is no fact of {kind.name}") for name in stated if name not in kind.facts]
    return errors or cover_errors(facts, start_on, end_on)


def cover_errors(facts: Mapping[str, Any], start_on: date, end_on: date) -> list[FieldError]:
    """S&S 9: an insurance covers the whole stay, from its first day to its last."""
    first, last = (_day(facts.get(name)) for name in ("covers_from", "covers_to"))
    errors = []
    if first is not None and first > start_on:
        errors.append(FieldError("#/covers_from", f"the stay begins on {start_on}"))
    if last is not None and last < end_on:
        errors.append(FieldError("#/covers_to", f"the stay lasts until {end_on}"))
    return errors


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value
