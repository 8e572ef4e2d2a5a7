"""What the pages of sheets show, in plain values; reading changes nothing."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.scoring.policy.sheets.templates import Template
from services.scoring.schemas import ComparisonOut, SheetDetail
from services.scoring.views.sheet_boards import board
from services.scoring.views.sheet_reports import compare_market
from services.scoring.views.sheet_templates import template_of
from services.scoring.views.sheets import sheet_out
from shared.storage.tx import Uow


@dataclass(frozen=True, slots=True)
class SheetShown:
    """A sheet and the version of its template."""

    sheet: SheetDetail
    template: Template
    at: datetime


@dataclass(frozen=True, slots=True)
class ComparisonShown:
    """A market over time and the version of the template that was used last, whose words are shown."""

    comparison: ComparisonOut
    template: Template
    earlier: tuple[Template, ...]


async def sheet_shown(uow: Uow, sheet_id: UUID, as_of: datetime | None) -> SheetShown:
    """A sheet of the caller's scope, as it is or as it stood."""
    there = await board(uow, sheet_id, as_of=as_of)
    return SheetShown(await sheet_out(uow, there, as_of), there.template, as_of or uow.now)


async def comparison_shown(uow: Uow, entity_id: UUID, code: str) -> ComparisonShown:
    """A market of the caller's scope, with the versions of the template that it was assessed by."""
    found = await compare_market(uow, entity_id, code)
    versions = dict.fromkeys(one.template_version for one in reversed(found.measured))
    newest, *earlier = [await template_of(uow, code, version) for version in versions]
    return ComparisonShown(found, newest, tuple(earlier))
