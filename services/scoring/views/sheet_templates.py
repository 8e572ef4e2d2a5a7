"""Templates that ship and those that managers published: which one counts for an entity, and what a version says."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import func
from sqlmodel import select

from services.scoring.model import SheetTemplate, templates_of
from services.scoring.policy.sheets.templates import FALLBACK, Template
from services.scoring.schemas import TemplateDetail, TemplateOut, TemplatesOut
from services.scoring.sheet_templates import SHIPPED, parse
from shared.errors import NotFound
from shared.storage.scope import ENTITY_PATH
from shared.storage.tx import Uow


async def template_of(uow: Uow, code: str, version: int, path: Sequence[UUID] | None = None) -> Template:
    """What a version says; with a `path`, only if it is for everybody or for one of these entities.

    Without, whoever asks has seen the sheet that has it.
    """
    if (shipped := SHIPPED.get((code, version))) is not None:
        return shipped
    row = await uow.find(SheetTemplate, template=code, version=version)
    if row is None or (path is not None and row.entity_id not in (None, *path)):
        raise NotFound(f"There is no version {version} of {code}.")
    return parse(row.content)


async def in_force(uow: Uow, code: str, entity_id: UUID | None) -> int | None:
    """The version that new sheets of this entity have: the newest of the nearest entity above that published one.

    Then the newest that is for everybody; None when there is no such template.
    """
    path = [] if entity_id is None else await path_of(uow, entity_id)
    newest = select(SheetTemplate.entity_id, func.max(SheetTemplate.version)).where(SheetTemplate.template == code)
    found = dict((await uow.execute(newest.group_by(SheetTemplate.entity_id))).all())  # type: ignore[arg-type]
    for above in reversed(path):
        if above in found:
            return found[above]  # type: ignore[no-any-return]
    shipped = [version for name, version in SHIPPED if name == code]
    return max([*shipped, *([found[None]] if None in found else [])], default=None)


async def path_of(uow: Uow, entity_id: UUID) -> list[UUID]:
    """From the root down to the entity; empty when it isn't known."""
    query = select(ENTITY_PATH.c.path).where(ENTITY_PATH.c.entity_id == entity_id)
    return list(await uow.scalar(query) or [])


async def list_sheet_templates(uow: Uow, code: str | None = None) -> TemplatesOut:
    """All versions that the caller may use, by name, the oldest first."""
    published = await uow.rows(select(SheetTemplate).where(templates_of(uow.caller)))
    every = [*(_shipped(name, version) for name, version in SHIPPED), *map(_published, published)]
    items = [one for one in every if code in (None, one.template)]
    if code is not None and not items:
        raise NotFound(f"There is no template {code}.")
    return TemplatesOut(items=sorted(items, key=lambda one: (one.template, one.version_number)))


async def get_sheet_template(uow: Uow, code: str, version: int) -> TemplateDetail:
    """One version that the caller may use, whole."""
    if (shipped := SHIPPED.get((code, version))) is not None:
        return detail(_shipped(code, version), shipped)
    row = await uow.find(SheetTemplate, templates_of(uow.caller), template=code, version=version)
    if row is None:
        raise NotFound(f"There is no version {version} of {code}, or it is not yours to use.")
    return detail(_published(row), parse(row.content))


def detail(said: TemplateOut, template: Template) -> TemplateDetail:
    """A version with all that it says."""
    content = template.model_dump(mode="json", exclude_none=True)
    return TemplateDetail(**said.model_dump(), content=content, numbers=template.numbers)


def _shipped(code: str, version: int) -> TemplateOut:
    return _told(code, version, SHIPPED[code, version], None)


def _published(row: SheetTemplate) -> TemplateOut:
    return _told(row.template, row.version, parse(row.content), row)


def _told(code: str, version: int, template: Template, row: SheetTemplate | None) -> TemplateOut:
    return TemplateOut(
        template=code, version_number=version, entity_id=row.entity_id if row else None, shipped=row is None,
        title=template.title[FALLBACK], criteria=_count(template.criteria),
        published_by=row.published_by if row else None, published_at=row.published_at if row else None,
    )  # fmt: skip


def _count(items: Iterable[object]) -> int:
    return sum(1 for _ in items)
