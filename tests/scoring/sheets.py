"""Sheets by the shipped templates, and small templates made on the spot, for tests."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import httpx

from services.scoring.policy.sheets.scores import Answer
from services.scoring.policy.sheets.templates import OURS, Template
from services.scoring.sheet_templates import SHIPPED, parse

GO_NO_GO, MATURITY = SHIPPED["go-no-go", 1], SHIPPED["digital-maturity", 1]
PLUS, MINUS, OPEN = Answer.plus, Answer.minus, Answer.open
IDS = [one.id for one in GO_NO_GO.criteria]


def small(weights: Iterable[Iterable[int]], **values: Any) -> Template:
    """A template with groups of criteria of these weights: `a1`, `a2` … in group `a`, `b1` … in group `b`."""
    groups = [
        {
            "id": name,
            "title": {"en": name},
            "criteria": [
                {
                    "id": f"{name}{n}",
                    "text": {"en": "?"},
                    "plus": {"en": "yes"},
                    "minus": {"en": "no"},
                    "weight": weight,
                }
                for n, weight in enumerate(inner, 1)
            ],
        }
        for name, inner in zip("abcdefgh", weights, strict=False)
    ]
    levels = [{"code": "no_go", "title": {"en": "no"}}, {"code": "go", "title": {"en": "go"}, "score": 0.2}]
    given = {
        "id": "small",
        "about": ["prospect"],
        "languages": ["en"],
        "title": {"en": "Small"},
        "ours": {"en": "Ours"},
    }
    given |= {"rival": {"en": "Rival"}, "rivals": 3, "known": {"whole": 0.5}, "levels": levels, "groups": groups}
    return parse(given | values)


def answers(signs: str, template: Template = GO_NO_GO) -> dict[str, Answer]:
    """`+`, `-` and `?` in the order of the criteria; blanks are only for the eye."""
    kinds = {"+": PLUS, "-": MINUS, "?": OPEN}
    ids = [one.id for one in template.criteria]
    return dict(zip(ids, [kinds[sign] for sign in signs if sign != " "], strict=True))


def ours(signs: str, template: Template = GO_NO_GO) -> dict[str, dict[str, Answer]]:
    """The columns of a sheet without rivals."""
    return {OURS: answers(signs, template)}


async def made(client: httpx.AsyncClient, **values: Any) -> dict[str, Any]:
    """A sheet made over HTTP; by default about a prospect, with competitors A and B."""
    body = {"template": "go-no-go", "about": "prospect", "name": "Norrsken Lab", "rivals": ["Fjord AB", "Lumen"]}
    reply = await client.post("/v1/sheets", json=body | values)
    assert reply.status_code == 201, reply.text
    found: dict[str, Any] = reply.json()
    return found


async def answered(client: httpx.AsyncClient, sheet_id: str | UUID, signs: str, column: str = OURS) -> dict[str, Any]:
    """All answers of a column at once, given for the first time; open ones are left out."""
    template = MATURITY if len(signs.replace(" ", "")) == 21 else GO_NO_GO
    given = [
        {"column": column, "criterion": name, "answer": str(answer), "version": 0}
        for name, answer in answers(signs, template).items()
        if answer is not OPEN
    ]
    reply = await client.post(f"/v1/sheets/{sheet_id}/answers", json={"answers": given})
    assert reply.status_code == 200, reply.text
    found: dict[str, Any] = reply.json()
    return found
