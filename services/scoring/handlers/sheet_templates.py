"""Publishing templates: checked whole, numbered here, and never changed afterwards."""

from sqlalchemy import text
from sqlmodel import func, select

from services.scoring.commands import PublishTemplate
from services.scoring.model import SheetTemplate
from services.scoring.policy.sheets.templates import Template
from services.scoring.schemas import TemplateDetail
from services.scoring.sheet_templates import FIRST_PUBLISHED, SHIPPED, Unsound, parse
from services.scoring.views.sheet_templates import get_sheet_template
from shared.access import Role
from shared.ids import derived_id
from shared.storage.tx import Uow
from shared.web.written import content_of, refused

MOST_FAULTS = 50
ONE_AFTER_THE_OTHER = text("LOCK TABLE sheet_template IN SHARE ROW EXCLUSIVE MODE")


async def publish_template(uow: Uow, command: PublishTemplate) -> TemplateDetail:
    """The next version, for new sheets of the caller's entity and below; a global manager's is for everybody."""
    field, content = content_of(command.yaml, command.content)
    try:
        new = parse(content)
    except Unsound as unsound:
        raise refused(field, unsound.faults[:MOST_FAULTS]) from None
    await uow.execute(ONE_AFTER_THE_OTHER)
    newest = await uow.scalar(select(func.max(SheetTemplate.version)).where(SheetTemplate.template == new.id))
    if kinds := await _other_kinds(uow, new):
        raise refused(field, [(("about",), f"{new.id} is about {kinds} already: name this template otherwise")])
    owner = None if uow.caller.role is Role.global_manager else uow.caller.entity
    row = SheetTemplate(
        template=new.id, version=(newest or FIRST_PUBLISHED - 1) + 1, entity_id=owner, content=content,
        published_by=uow.caller.subject, published_at=uow.now,
    )  # fmt: skip
    uow.add(row)
    uow.note("publish_template", derived_id("sheet_template", new.id, row.version), after={"version": row.version})
    await uow.flush()
    return await get_sheet_template(uow, new.id, row.version)


async def _other_kinds(uow: Uow, new: Template) -> str | None:
    """What earlier versions are about, where that is something else: they could not be compared."""
    rows = await uow.rows(select(SheetTemplate).where(SheetTemplate.template == new.id))
    earlier = [*(one for (code, _), one in SHIPPED.items() if code == new.id), *(parse(row.content) for row in rows)]
    return next((", ".join(one.about) for one in earlier if set(one.about) != set(new.about)), None)
