"""How far the story is, and what its steps share: e-mails, touchpoints, comparisons."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from story.tale import Tale
from story.world import Account, NotSeen, World


@dataclass
class Walk:
    """How far the story is: who is there and what was made."""

    tale: Tale
    world: World
    start: date = date.min
    end: date = date.min
    email: str = ""
    entities: dict[str, UUID] = field(default_factory=dict)
    people: dict[str, Account] = field(default_factory=dict)
    opportunities: dict[str, Any] = field(default_factory=dict)
    applications: dict[str, Any] = field(default_factory=dict)
    person_id: str = ""
    visitor_id: str = field(default_factory=lambda: str(uuid4()))
    link: str = ""

    @property
    def path(self) -> str:
        """The application that the story is about."""
        return f"/v1/applications/{self.applications['accepted']['id']}"

    @property
    def host_zone(self) -> str:
        return str(self.tale.opportunities.both["zone"])

    def at(self, day: date, clock: time) -> datetime:
        """A wall time in the host's zone."""
        return datetime.combine(day, clock, ZoneInfo(self.host_zone))


async def everything(account: Account, path: str) -> list[dict[str, Any]]:
    """All items of a list of the applications room, page after page."""
    items, cursor = [], None
    while True:
        page = await account.get("applications", path, limit=200, **({"cursor": cursor} if cursor else {}))
        items += page["items"]
        if (cursor := page["next"]) is None:
            return items


async def mails_of(walk: Walk, code: str) -> list[dict[str, Any]]:
    """The e-mails of a touchpoint in the inbox: those whose Message-ID its deliveries name."""
    application = walk.applications["accepted"]["id"]
    page = await walk.people["he"].get("notifications", "/v1/deliveries", application_id=application, limit=200)
    ids = {item["message_id"] for item in page["items"] if item["touchpoint"] == code}
    lines = [line for line in await walk.world.mails(walk.email) if line["message_id"].strip("<>").split("@")[0] in ids]
    return [await walk.world.mail(line["id"]) for line in lines]


async def mail_of(walk: Walk, touchpoint: str, attachments: int = 1) -> dict[str, Any]:
    """The one e-mail of a touchpoint, as soon as it is there; NotSeen when there are two."""

    async def arrived() -> Any:
        return await mails_of(walk, touchpoint)

    mails = await walk.world.until(f"the e-mail {touchpoint}", arrived)
    same(f"number of e-mails {touchpoint}", len(mails), 1)
    if len(mails[0]["attachments"]) < attachments:
        raise NotSeen(f"the e-mail {touchpoint} has no document attached")
    return mails[0]


async def touchpoint_of(walk: Walk, code: str) -> Any:
    application = walk.applications["accepted"]["id"]
    page = await walk.people["he"].get("notifications", "/v1/touchpoints", application_id=application, limit=200)
    found = [item for item in page["items"] if item["code"] == code]
    if len(found) != 1:
        raise NotSeen(f"there are {len(found)} touchpoints {code}")
    return found[0]


async def sent_touchpoint(walk: Walk, code: str) -> Any:
    found = await touchpoint_of(walk, code)
    return found if found["state"] == "sent" else None


def same(what: str, seen: object, expected: object) -> None:
    if seen != expected:
        raise NotSeen(f"{what} is {seen}, not {expected}")


def cause_of(point: dict[str, Any]) -> str:
    return str(point["cause"]).rpartition(".v")[0].rpartition(".")[2].replace("-", " ") or str(point["cause"])


def main_reason(point: dict[str, Any]) -> str:
    reasons = sorted(point["reasons"], key=lambda reason: -abs(reason["log_odds"]))
    return "; ".join(reason["text"] for reason in reasons[:2]) or "no reasons yet"


def thinned(lines: list[str], most: int = 8) -> list[str]:
    if len(lines) <= most:
        return lines
    return [*lines[: most // 2], f"… {len(lines) - most} more …", *lines[-(most - most // 2) :]]


def in_short(moment: str) -> str:
    return f"{datetime.fromisoformat(moment).astimezone(UTC):%-d %B %Y %H:%M}"
