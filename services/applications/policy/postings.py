"""What a posting must state, which dates a stay may have, and the digest of the terms that approvals name."""

import hashlib
from datetime import date
from enum import StrEnum

from shared.contracts.applications import Product
from shared.errors import FieldError


def terms_digest(*terms: object) -> str:
    """SHA-256 of what an approval approves: change one of them and the approval no longer names what stands (A3)."""
    return hashlib.sha256("\x1f".join(map(str, terms)).encode()).hexdigest()


class OpportunityStatus(StrEnum):
    """The life of an opportunity: an open one is found and applied to, a removed one kept for what it led to."""

    draft = "draft"
    open = "open"
    closed = "closed"
    removed = "removed"


# S&S 5 and 6: length in weeks (least, most) and least weekly hours of each programme.
WEEKS = {Product.volunteer: (6, 8), Product.teacher: (6, 12), Product.talent: (6, 78)}
HOURS = {Product.volunteer: 25, Product.teacher: 25, Product.talent: 35}


def weeks(start_on: date, end_on: date) -> float:
    """Length of a stay in weeks, both days counted."""
    return ((end_on - start_on).days + 1) / 7


def posting_errors(
    product: Product, start_on: date, end_on: date, weekly_hours: int, stated: dict[str, str]
) -> list[FieldError]:
    """All reasons at once why an opportunity can't be posted: what S&S 2, 4, 5, 6, 10 and 11 demand of it."""
    return stated_errors(product, weekly_hours, stated) + dates_errors(product, start_on, end_on)


def stated_errors(product: Product, weekly_hours: int, stated: dict[str, str]) -> list[FieldError]:
    """What is not stated of all that has to be, and hours that are no week of this programme."""
    errors = [
        FieldError(f"#/{name}", "must be stated before posting") for name, text in stated.items() if not text.strip()
    ]
    if weekly_hours < HOURS[product]:
        errors.append(
            FieldError("#/weekly_hours", f"a {product} internship has at least {HOURS[product]} hours a week")
        )
    return errors


def dates_errors(product: Product, start_on: date, end_on: date) -> list[FieldError]:
    """Why these dates are no stay of this programme; empty when they are."""
    if end_on < start_on:
        return [FieldError("#/end_on", "the end is before the start")]
    least, most = WEEKS[product]
    if not least <= weeks(start_on, end_on) <= most:
        return [FieldError("#/end_on", f"a {product} internship lasts {least} to {most} weeks")]
    return []
