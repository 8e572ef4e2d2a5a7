"""The room on a real port, and a browser in front of it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text

from services.surveys.policy.questionnaire import Questionnaire
from services.surveys.questionnaires import LIBRARY, read
from shared import links
from shared.contracts.surveys import Party
from tests.browsers import browser, served
from tests.surveys.world import World

__all__ = ["browser"]
EVERYTHING = read((Path(__file__).parent / "everything.yaml").read_text("utf-8"), "everything.yaml")


@dataclass
class Site:
    """The answer page at its address."""

    world: World
    base: str

    async def ask(self, questionnaire: Questionnaire = EVERYTHING, language: str = "en") -> str:
        """The personal link of somebody who is asked this now."""
        invitation = await self.world.complete(self.world.another_stay(), language)
        await self.change(
            invitation, questionnaire=questionnaire.id, questionnaire_version=questionnaire.version,
            party=questionnaire.party or Party.ep,
        )  # fmt: skip
        return f"{self.base}/s/{links.survey_token(invitation)}"

    async def change(self, invitation: UUID, **values: object) -> None:
        told = ", ".join(f"{name} = :{name}" for name in values)
        async with self.world.room.runtime.database.engine.begin() as connection:
            await connection.execute(text(f"UPDATE invitation SET {told} WHERE id = :id"), {"id": invitation, **values})


@pytest.fixture
def _everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LIBRARY.all, ("everything", 1), EVERYTHING)  # type: ignore[arg-type]


@pytest.fixture
async def site(world: World, _everything: None) -> AsyncIterator[Site]:
    """The room served on a port of its own."""
    async with served(world.room) as address:
        yield Site(world, address)
