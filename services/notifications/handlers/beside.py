"""Facts that lie beside a stay: the session that a message is about, and the fact sheets of both committees."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.dialects.postgresql import insert

from services.notifications.handlers.session_facts import Seated
from services.notifications.model import Delivery, Experience, Person, Quotation
from services.notifications.views.fact_sheets import Sheets
from shared.ids import derived_id
from shared.storage.tx import Uow

SIDES = (("host_facts", "hosting_entity_id"), ("home_facts", "sending_entity_id"))


class Beside:
    """Read once for a batch of deliveries."""

    def __init__(self, seated: Seated, sheets: Sheets) -> None:
        self._seated, self._sheets = seated, sheets

    @classmethod
    async def of(cls, uow: Uow, deliveries: Sequence[Delivery]) -> "Beside":
        seated = await Seated.of(uow, (row.subject for row in deliveries))
        sides = {getattr(row, column) for row in deliveries for _, column in SIDES}
        return cls(seated, await Sheets.of(uow, sides - {None}))

    def facts(self, row: Delivery, person: Person | None, stay: Experience | None) -> dict[str, Any]:
        """`session`, `link`, `invite`; `host_facts` and `home_facts` by section, in the person's language."""
        languages = [person.language] if person is not None and person.language else []
        facts: dict[str, Any] = {}
        for name, column in SIDES:
            if (entity_id := getattr(row, column)) is not None:
                told = self._sheets.told(entity_id, languages)
                facts[name] = {str(one.section): one.text for one in told} or None
        return facts | self._seated.facts(row.subject, person, stay)


async def note_quotations(uow: Uow, deliveries: Sequence[Delivery]) -> None:
    """Keep which version of whose fact sheet lay before who wrote the documents of these deliveries."""
    sheets = await Sheets.of(uow, {getattr(row, column) for row in deliveries for _, column in SIDES} - {None})
    for row in deliveries:
        for _, column in SIDES:
            for entity_id, number in sorted({one.sheet for one in sheets.told(getattr(row, column), [])}):
                id_ = derived_id("quotation", row.id, entity_id, number)
                put = insert(Quotation).values(
                    id=id_, delivery_id=row.id, sheet_id=entity_id, number=number, quoted_at=uow.now
                )
                await uow.execute(put.on_conflict_do_nothing())
