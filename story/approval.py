"""How the story's application gets approved: fee and contract first, then both sides."""

from typing import Any

from story.walk import Walk, same

NEEDED = {"fee_paid": {"amount": "450.00", "currency": "EUR", "reference": "2026-0117"}, "contract_signed": {}}


async def pay(walk: Walk) -> str:
    await record_needed(walk.people["se"], walk.path)
    return "nothing holds up an approval any more"


async def record_needed(manager: Any, path: str) -> None:
    """What has to be done before anything is approved, by the EP manager."""
    for kind, facts in NEEDED.items():
        one = f"{path}/requirements/{kind}"
        done = await manager.change("applications", f"{one}/record", facts, of=one)
        same("state", done["state"], "done")


async def approve_sending(walk: Walk) -> str:
    done = await _approve(walk, "se")
    return f"status {done['status'].replace('_', ' ')}, one approval of two"


async def approve_hosting(walk: Walk) -> str:
    done = await _approve(walk, "he")
    same("status", done["status"], "approved")
    return "a customer: value delivery begins"


async def _approve(walk: Walk, who: str) -> Any:
    body = {"terms": walk.applications["accepted"]["terms"]}
    return await walk.people[who].change("applications", f"{walk.path}/approval", body, of=walk.path)
