"""The life of an opportunity as a table of moves, and what must hold before it opens (S&S 2, 4, 5, 6, 10, 11)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from services.applications.policy.postings import OpportunityStatus, dates_errors, stated_errors
from shared.errors import Conflict, FieldError


@dataclass(frozen=True, slots=True)
class OfferMove:
    """A line of the table: from where, to where."""

    sources: tuple[OpportunityStatus, ...]
    target: OpportunityStatus


DRAFT, OPEN, CLOSED, REMOVED = OpportunityStatus
OFFER_MOVES: dict[str, OfferMove] = {
    "open": OfferMove((DRAFT,), OPEN),
    "close": OfferMove((OPEN,), CLOSED),
    "remove": OfferMove((DRAFT, OPEN, CLOSED), REMOVED),
}
STATED = ("title", "description", "city", "pay", "accommodation", "arrival")
TERMS = frozenset({"title", "description", "weekly_hours", "pay", "accommodation", "start_on", "end_on"})
WORDS = frozenset({"title", "description", "city"})
FIXED = ("product", "country", "zone")


class Dates(NamedTuple):
    """The dates of a slot: first and last day, and the last day on which one may apply."""

    start_on: date
    end_on: date
    close_on: date


def possible_offer_moves(status: OpportunityStatus) -> list[str]:
    return [name for name, move in OFFER_MOVES.items() if status in move.sources]


def check_offer_move(name: str, status: OpportunityStatus) -> OfferMove:
    """The move, or a refusal that says what is possible instead."""
    move = OFFER_MOVES[name]
    if status not in move.sources:
        allowed = " or ".join(source.value for source in move.sources)
        raise Conflict(
            f"The opportunity is {status.value}; only one that is {allowed} can be moved by “{name}”.",
            code="illegal-move",
            extra={"status": status.value, "possible_moves": possible_offer_moves(status)},
        )
    return move


def check_changeable(status: OpportunityStatus) -> None:
    """A removed opportunity stays as it was."""
    if status == REMOVED:
        raise Conflict("The opportunity was removed; it stays as it was.", code="removed")


def offer_errors(offer: Mapping[str, Any]) -> list[FieldError]:
    """What the standards miss in the texts and the hours of an offer; all reasons at once."""
    return stated_errors(offer["product"], offer["weekly_hours"], {name: offer[name] for name in STATED})


def slots_errors(product: Any, slots: Sequence[Dates], today: date | None, at: str = "#/slots/{}") -> list[FieldError]:
    """What is wrong with the dates of these slots, each under its pointer; `today` (the host's) as well, if given."""
    return [
        FieldError(f"{at.format(number)}/{error.pointer.removeprefix('#/')}", error.detail)
        for number, dates in enumerate(slots)
        for error in _slot_errors(product, dates, today)
    ]


def _slot_errors(product: Any, dates: Dates, today: date | None) -> Iterable[FieldError]:
    yield from dates_errors(product, dates.start_on, dates.end_on)
    if dates.close_on > dates.start_on:
        yield FieldError("#/close_on", "one can't apply after the first day")
    if today is not None and dates.close_on < today:
        yield FieldError("#/close_on" if dates.close_on != dates.start_on else "#/start_on", "lies in the past")


def order_errors(slots: Sequence[Dates]) -> list[FieldError]:
    """What is wrong with the dates of a draft: it may be unfinished, but no stay ends before it begins."""
    return [
        FieldError(f"#/slots/{number}/end_on", "the end is before the start")
        for number, dates in enumerate(slots)
        if dates.end_on < dates.start_on
    ]


def first_slot(slots: Sequence[Dates], today: date) -> Dates:
    """The slot whose dates an opportunity shows: its first that takes applications, else its last."""
    ordered = sorted(slots)
    return next((slot for slot in ordered if slot.close_on >= today), ordered[-1])


def years_later(dates: Dates, today: date) -> Dates:
    """The same stay, as long, in the first year in which one can still apply for it; never earlier than a year on."""
    for years in range(1, 300):
        start_on = _in_year(dates.start_on, dates.start_on.year + years)
        moved = start_on - dates.start_on
        if dates.close_on + moved >= today:
            break
    return Dates(start_on, dates.end_on + moved, dates.close_on + moved)


def _in_year(day: date, year: int) -> date:
    try:
        return day.replace(year=year)
    except ValueError:  # 29 February
        return day.replace(year=year, day=28)
