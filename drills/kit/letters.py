"""What became of the e-mails: what the notifications room says of each, and what the mail server took."""

from collections import Counter
from dataclasses import dataclass

import httpx

from drills.kit.site import Site

ROOM = "notifications"
# What went out in a digest has no e-mail of its own.
DELIVERIES = "SELECT message_id, state, reason, uncertain FROM delivery WHERE folded_into IS NULL"
SILENT = """
    SELECT count(*) FROM touchpoint
    WHERE due_at <= now() AND state IN ('waiting', 'due') AND kind = 'message' AND reason IS NULL
    AND NOT EXISTS (SELECT FROM delivery WHERE touchpoint_id = touchpoint.id AND reason IS NOT NULL)
"""


@dataclass(frozen=True, slots=True)
class Letters:
    """`deliveries` by state as the room has them; the others count e-mails.

    `repeated` were taken twice because a sender died between the server's 250 and its own commit: the room says of
    them that it doesn't know and sends them again under the same Message-ID. `doubled` were taken twice without that.
    `lost` count as sent, and the server has never seen them. `without_outcome` were due, and nothing tells why they
    didn't leave.
    """

    deliveries: Counter[str]
    repeated: int
    doubled: int
    lost: int
    without_outcome: int

    def figures(self) -> dict[str, int]:
        return {
            "mails_sent": self.deliveries["sent"],
            "mails_waiting": self.deliveries["pending"],
            "mails_unknown": self.deliveries["unknown"],
            "mails_repeated": self.repeated,
            "mails_doubled": self.doubled,
            "mails_lost": self.lost,
            "mails_without_outcome": self.without_outcome,
        }


async def letters(site: Site) -> Letters:
    """Compare the two sides, after the site has settled."""
    rows = await site.rows(ROOM, DELIVERIES)
    found = await taken(site)
    uncertain = {row["message_id"] for row in rows if row["uncertain"]}
    twice = {message for message, count in found.items() if count > 1}
    sent = {row["message_id"] for row in rows if row["state"] == "sent"}
    ((silent,),) = await site.rows(ROOM, SILENT)
    states = Counter(row["state"] for row in rows)
    return Letters(states, len(twice & uncertain), len(twice - uncertain), len(sent - found.keys()), silent)


async def taken(site: Site) -> Counter[str]:
    """How often the mail server took each Message-ID."""
    found: Counter[str] = Counter()
    async with httpx.AsyncClient(base_url=site.system.addresses["mail"], timeout=10) as client:
        after: str | None = None
        while True:
            page = (await client.get("/messages", params={"after": after} if after else {})).json()
            if not page["items"]:
                return found
            found.update(item["message_id"].strip("<>").partition("@")[0] for item in page["items"])
            after = page["next"]
