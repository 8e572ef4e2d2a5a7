"""A benchmark sheet as the scoring room answers it: ours and a competitor's answers by the template that ships."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from services.scoring.model import Sheet, SheetAnswer, SheetColumn
from services.scoring.policy.sheets.scores import Answer
from services.scoring.schemas import SheetDetail, SheetLine
from services.scoring.sheet_templates import SHIPPED
from services.scoring.views.sheet_boards import Board, columns_out, verdict_out
from services.scoring.views.sheets import cell_out

GO_NO_GO = SHIPPED["go-no-go", 1]
AT = datetime(2026, 5, 2, 9, 30, tzinfo=UTC)
OURS, THEIRS = "++++- ++??+ +++-+ ++++?", "+--++ +-??? ??--+ +-++?"
SIGNS = {"+": Answer.plus, "-": Answer.minus}


def sheet(id_: UUID, entity_id: UUID) -> dict[str, Any]:
    """About a prospect; each answer of ours at its first version, the budget's with a note."""
    row = Sheet(id=id_, template="go-no-go", template_version=1, about="prospect", entity_id=entity_id,
                name="Norrsken Lab", created_by="somebody", created_at=AT, changed_at=AT, version=3)  # fmt: skip
    columns = [SheetColumn(sheet_id=id_, number=0, key="ours", name=None, added_at=AT),
               SheetColumn(sheet_id=id_, number=1, key="a", name="Solar lab", added_at=AT)]  # fmt: skip
    cells = {}
    for column, signs in zip(columns, (OURS, THEIRS), strict=True):
        for one, sign in zip(GO_NO_GO.criteria, signs.replace(" ", ""), strict=True):
            if sign in SIGNS:
                note = "Norrsken" if (column.key, one.id) == ("ours", "budget") else None
                cells[column.key, one.id] = SheetAnswer(
                    sheet_id=id_, column_number=column.number, criterion=one.id, version=1, answer=SIGNS[sign],
                    note=note, by="somebody", at=AT,
                )  # fmt: skip
    there = Board(row, GO_NO_GO, columns, cells)
    return SheetDetail(
        **SheetLine.model_validate(row).model_dump(), as_of=None, columns=columns_out(there),
        cells=[cell_out(key, cell) for (key, _), cell in cells.items()],
        verdict=verdict_out(GO_NO_GO, there.answers), decision=None, outcome=None,
    ).model_dump(mode="json")  # fmt: skip


def template() -> dict[str, Any]:
    """The version of the template that the sheet has."""
    about = {"template": "go-no-go", "version_number": 1, "entity_id": None, "shipped": True, "criteria": 20}
    told = {"title": GO_NO_GO.title["en"], "published_by": None, "published_at": None}
    content = GO_NO_GO.model_dump(mode="json", exclude_none=True)
    return {**about, **told, "content": content, "numbers": GO_NO_GO.numbers}
