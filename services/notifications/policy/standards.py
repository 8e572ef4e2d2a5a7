"""The exchange standards as data: whose each is, what it is made of, when each part is due, and what proves it."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from services.notifications.policy.plan import EXACT
from shared.access import Role
from shared.contracts.fields import Side


class Phase(StrEnum):
    """When a standard is delivered, in the words of an application's status."""

    approved = "approved"
    realized = "realized"
    completed = "completed"


class Base(StrEnum):
    """What a due date counts from; all are days at the host.

    `departure` is the day of arrival at the host when that is known, else the start; `contract` is the day on which
    the contract was signed, else that of the approval.
    """

    approval = "approval"
    contract = "contract"
    departure = "departure"
    start = "start"
    end = "end"


@dataclass(frozen=True, slots=True)
class Rule:
    """So many calendar days after a base, or after another part was done (until then: after that one is due)."""

    __pydantic_config__ = EXACT
    days: int = 0
    base: Base | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that a standard asks for. Any one of `evidence` proves it, each written as `kind:name`:

    `message:` and `task:` name a touchpoint of the plan, `opened:` and `acknowledged:` the document of one,
    `attended:` a kind of session, `requirement:` what applications records, `dossier:` a fact of the stay.
    `posting` is the posted opportunity, which isn't posted without its statements; `proves` is any touchpoint that the
    plan says proves the standard.
    """

    __pydantic_config__ = EXACT
    code: str
    title: str
    due: Rule
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standard:
    """`number` is a label of one edition of the documents, nothing more; the code is what stays."""

    __pydantic_config__ = EXACT
    code: str
    number: str
    title: str
    delivered_by: tuple[Side, ...]
    phase: Phase
    parts: tuple[Part, ...]
    may_be_missed: bool = False

    def stated_by(self, role: Role) -> bool:
        """Whether a manager of this role speaks for a side that delivers it."""
        return role in {SPEAKERS[side] for side in self.delivered_by}


SPEAKERS = {Side.sending: Role.sending_manager, Side.hosting: Role.hosting_manager}


@dataclass(frozen=True, slots=True)
class Closing:
    """Days that the EP may still answer after a standard's due date, and after the end of the stay."""

    __pydantic_config__ = EXACT
    after_due: int = 14
    after_end: int = 14


@dataclass(frozen=True, slots=True)
class Quality:
    """The flag: at least `least` of all are kept, and what may lack is marked so. `late_counts`: late is kept, too."""

    __pydantic_config__ = EXACT
    least: int
    late_counts: bool = False


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A version of the standards: the EP's list, and the enabler's own."""

    __pydantic_config__ = EXACT
    version: str
    closing: Closing
    quality: Quality
    standards: tuple[Standard, ...]
    enabler: tuple[Standard, ...]

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(standard.code for standard in self.standards)

    def find(self, code: str) -> Standard | None:
        """A standard of either list."""
        return next((one for one in (*self.standards, *self.enabler) if one.code == code), None)


@dataclass(frozen=True, slots=True)
class Days:
    """The days that due dates count from, as they stand now."""

    approval: date
    start: date
    end: date
    contract: date | None = None
    arrival: date | None = None

    def of(self, base: Base) -> date:
        known = {
            Base.approval: self.approval,
            Base.contract: self.contract or self.approval,
            Base.departure: self.arrival or self.start,
            Base.start: self.start,
            Base.end: self.end,
        }
        return known[base]


def part_dues(standard: Standard, days: Days, done: dict[str, date]) -> dict[str, date]:
    """The last day of each part on which it is in time; a chain counts from the day on which its link was done."""
    found: dict[str, date] = {}
    for part in standard.parts:
        if part.due.after is not None:
            origin = done.get(part.due.after, found[part.due.after])
        else:
            assert part.due.base is not None
            origin = days.of(part.due.base)
        found[part.code] = origin + timedelta(days=part.due.days)
    return found


def faults(catalogue: Catalogue) -> list[str]:
    """All that is wrong with a catalogue, each with its place."""
    found = []
    codes = [one.code for one in (*catalogue.standards, *catalogue.enabler)]
    found += [f"the code {code} appears twice" for code in sorted({c for c in codes if codes.count(c) > 1})]
    if not 0 <= catalogue.quality.least <= len(catalogue.standards):
        found.append("quality: least is more than there are standards")
    for one in (*catalogue.standards, *catalogue.enabler):
        found += [f"{one.code}: {fault}" for fault in _faults(one)]
    return found


def _faults(standard: Standard) -> list[str]:
    found = [] if standard.parts else ["parts: there is none"]
    found += [] if standard.delivered_by else ["delivered_by: nobody"]
    seen: set[str] = set()
    for part in standard.parts:
        if (part.due.base is None) == (part.due.after is None):
            found.append(f"{part.code}: due needs either a base or another part")
        if part.due.after is not None and part.due.after not in seen:
            found.append(f"{part.code}: due: {part.due.after} is no earlier part")
        if part.code in seen:
            found.append(f"{part.code}: appears twice")
        found += [f"{part.code}: evidence: {key} is of no known kind" for key in part.evidence if not _known(key)]
        seen.add(part.code)
    return found


NAMED = ("message", "task", "opened", "acknowledged", "attended", "requirement", "dossier")


def _known(key: str) -> bool:
    kind, colon, name = key.partition(":")
    return (kind in NAMED and bool(colon and name)) or key in ("posting", "proves")
