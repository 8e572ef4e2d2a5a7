"""All families of working pages, and their lines of the navigation."""

from collections.abc import Iterator
from dataclasses import dataclass

from services.journeys.console.session import HOME
from services.journeys.console.texts import N_
from services.journeys.console.work import (
    applications,
    audiences,
    care,
    finding,
    house,
    inquiries,
    leads,
    letters,
    models,
    opportunities,
    papers,
    register,
    segments,
    sheets,
    voice,
)
from services.journeys.console.work.declare import E, Family
from shared.access import Role

FAMILIES: tuple[Family, ...] = (
    applications.FAMILY,
    opportunities.FAMILY,
    *register.FAMILIES,
    *leads.FAMILIES,
    *sheets.FAMILIES,
    *segments.FAMILIES,
    *audiences.FAMILIES,
    *models.FAMILIES,
    *care.FAMILIES,
    papers.FAMILY,
    *finding.FAMILIES,
    *voice.FAMILIES,
    *inquiries.FAMILIES,
    letters.FAMILY,
    *house.FAMILIES,
)


@dataclass(frozen=True, slots=True)
class Line:
    """A page as the navigation lists it; without a section it is reached from other pages only."""

    address: str
    title: str
    roles: tuple[Role, ...]
    section: str | None
    icon: str
    filters: bool = False


def lines() -> Iterator[Line]:
    """Every list and every page of one thing."""
    for family in FAMILIES:
        for view in family.views:
            roles, filters = _sorted(view.roles), bool(view.filters)
            yield Line(f"{HOME}/{view.code}", view.title, roles, view.section, view.icon, filters)
        if family.path:
            yield Line(f"{HOME}/{family.code}/{{id}}", family.title, _sorted(family.roles), None, "journeys")
    yield Line(f"{HOME}/committee", N_("My committee"), (E,), "work", "phone")


def _sorted(roles: frozenset[Role]) -> tuple[Role, ...]:
    return tuple(sorted(roles))
