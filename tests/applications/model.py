"""A second opinion on applications, written from the rules and not from the code: plain values, nobody's database."""

from dataclasses import dataclass, field
from datetime import date, timedelta

EP, SE, HE = "participant", "sending_manager", "hosting_manager"
LIVE = ("open", "accepted", "in_progress", "approved", "realized")
SIGNED = ("in_progress", "approved", "realized")
# Move → from where, by whom.
ALLOWED: dict[str, tuple[set[str], set[str]]] = {
    "accept": ({"open"}, {HE}),
    "reject": ({"open", "accepted"}, {HE}),
    "withdraw": ({"open", "accepted", "in_progress"}, {EP}),
    "decline": ({"accepted"}, {EP}),
    "sign": ({"accepted"}, {EP}),
    "break_note": ({"in_progress"}, {SE, HE}),
    "approve": ({"in_progress"}, {SE, HE}),
    "break_approval": ({"approved"}, {EP, SE, HE}),
    "realize": ({"approved"}, {HE}),
    "break_realization": ({"realized"}, {SE, HE}),
    "postpone": ({"approved"}, {HE}),
    "extend": ({"approved", "realized"}, {HE}),
    "finish_early": ({"approved", "realized"}, {HE}),
    "unreject": ({"rejected"}, {HE}),
    "reopen": ({"withdrawn", "declined"}, {EP}),
    "reinstate": ({"approval_broken", "realization_broken"}, {SE, HE}),
}
ENDS = {
    "reject": "rejected",
    "withdraw": "withdrawn",
    "break_note": "withdrawn",
    "decline": "declined",
    "break_approval": "approval_broken",
    "break_realization": "realization_broken",
}
WEEK = timedelta(weeks=1)


@dataclass
class Offer:
    """An opportunity with its one slot."""

    openings: int
    start: date
    end: date
    edition: int = 0


@dataclass
class One:
    """An application."""

    person: int
    offer: Offer
    status: str = "open"
    approved: set[str] = field(default_factory=set)
    edition: int = 0
    start: date = date.min
    end: date = date.min
    ended: int = 0


@dataclass
class Model:
    """Everything there is; each method says the refusal's code, or None when it was done."""

    today: date
    offers: list[Offer]
    ones: list[One] = field(default_factory=list)
    ticks: int = 0

    def submit(self, person: int, offer: Offer) -> str | None:
        if self.today > offer.start:
            return "not-offered"
        if offer.openings < 1:
            return "no-openings"
        if self._again(person, offer):
            return "applied-again"
        self.ones.append(One(person, offer, edition=offer.edition, start=offer.start, end=offer.end))
        return None

    def move(self, name: str, role: str, one: One, stale: bool = False) -> str | None:
        sources, roles = ALLOWED[name]
        if role not in roles:
            return "forbidden"
        if one.status not in sources:
            return "illegal-move"
        if refusal := self._refusal(name, role, one, stale):
            return refusal
        self._do(name, role, one)
        return None

    def _refusal(self, name: str, role: str, one: One, stale: bool) -> str | None:
        match name:
            case "sign":
                other = any(x.person == one.person and x is not one and x.status in SIGNED for x in self.ones)
                return "an-signed" if other else "stale-terms" if stale else None
            case "approve":
                if stale:
                    return "stale-terms"
                if role in one.approved:
                    return "approved-already"
                return "no-openings" if one.approved and one.offer.openings < 1 else None
            case "realize":
                return "not-started" if self.today < one.start else None
            case "postpone" | "extend" | "finish_early":
                start, end = dates(name, one)
                return None if 6 * 7 <= (end - start).days + 1 <= 78 * 7 else "invalid"
            case "unreject" | "reopen" | "reinstate":
                return self._no_return(name, one)
        return None

    def _no_return(self, name: str, one: One) -> str | None:
        if self._again(one.person, one.offer):
            return "applied-again"
        if name == "reinstate":
            if any(x.person == one.person and x.status in SIGNED for x in self.ones):
                return "an-signed"
        elif self.today > one.offer.start:
            return "not-offered"
        return "no-openings" if one.offer.openings < 1 else None

    def _do(self, name: str, role: str, one: One) -> None:
        if name in ENDS:
            if name in ("break_approval", "break_realization"):
                one.offer.openings += 1
            self._end(one, ENDS[name])
        elif name == "accept":
            one.status = "accepted"
        elif name == "sign":
            one.status = "in_progress"
        elif name == "approve":
            one.approved.add(role)
            if len(one.approved) == 2:
                self._approved(one)
        elif name == "realize":
            one.status = "realized"
        elif name in ("postpone", "extend", "finish_early"):
            one.start, one.end = dates(name, one)
        else:
            one.status = "in_progress" if name == "reinstate" else "open"
            one.approved, one.edition = set(), one.offer.edition
            one.start, one.end = one.offer.start, one.offer.end

    def _approved(self, one: One) -> None:
        one.status = "approved"
        one.offer.openings -= 1
        for other in self.ones:
            if other.person == one.person and other is not one and other.status in LIVE:
                self._end(other, "withdrawn")

    def _end(self, one: One, status: str) -> None:
        self.ticks += 1
        one.status, one.ended = status, self.ticks
        if status in ("rejected", "withdrawn", "declined"):
            one.approved = set()

    def edit(self, offer: Offer) -> None:
        """Another job description."""
        offer.edition += 1
        for one in self.ones:
            if one.offer is offer and one.status in ("open", "accepted", "in_progress"):
                one.approved, one.edition = set(), offer.edition

    def wait(self, days: int) -> int:
        """Days pass and the calendar does its work; how many stays completed."""
        self.today += timedelta(days=days)
        over = [one for one in self.ones if one.status == "realized" and one.end < self.today]
        for one in sorted(over, key=lambda one: one.end):
            self._end(one, "completed")
        return len(over)

    def person(self, number: int) -> str:
        """The status of a person."""
        own = [one for one in self.ones if one.person == number]
        live = [one.status for one in own if one.status in LIVE]
        if live:
            return max(live, key=LIVE.index)
        last = max(own, key=lambda one: one.ended, default=None)
        return "completed" if last and last.status == "completed" else "open"

    def _again(self, person: int, offer: Offer) -> bool:
        over = ("rejected", "withdrawn", "declined", "approval_broken", "realization_broken")
        return any(x.person == person and x.offer is offer and x.status not in over for x in self.ones)


def dates(name: str, one: One) -> tuple[date, date]:
    """What the dates of a stay become: each move by one week."""
    later = {"postpone": (WEEK, WEEK), "extend": (timedelta(), WEEK), "finish_early": (timedelta(), -WEEK)}[name]
    return one.start + later[0], one.end + later[1]
