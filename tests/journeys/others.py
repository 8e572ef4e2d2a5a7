"""The other rooms' APIs as the console sees them: canned answers in their shape, rooms that are away or slow.

With `examples` on, what nobody canned is answered with the example of the room's own API document.
"""

import asyncio
import json
import re
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import httpx

from tests.journeys import benchmark
from tests.journeys.world import CLUJ, World


class Others:
    """`away` names rooms that refuse connections, `slow` those that hang, `refuses` status codes by room, or
    the problem that it answers with."""

    PORTS: ClassVar = {8101: "applications", 8102: "surveys", 8103: "notifications", 8104: "scoring"}

    def __init__(self, world: World) -> None:
        self.world = world
        self.away: set[str] = set()
        self.slow: set[str] = set()
        self.refuses: dict[str, int | dict[str, Any]] = {}
        self.examples = False
        self.asked: list[httpx.Request] = []
        self.answers = canned(world)

    async def answer(self, request: httpx.Request) -> httpx.Response:
        room = self.PORTS[request.url.port or 0]
        self.asked.append(request)
        if room in self.away:
            raise httpx.ConnectError("refused", request=request)
        if room in self.slow:
            await asyncio.sleep(30)
        if no := self.refuses.get(room):
            problem = no if isinstance(no, dict) else {"status": no, "title": "no"}
            return httpx.Response(problem["status"], json=problem)
        found = self.answers.get(request.url.path)
        if found is None and self.examples:
            found = example(room, request.method, request.url.path)
            if "cursor" in request.url.params and isinstance(found, dict) and "next" in found:
                found = found | {"next": None}  # a list of examples ends on its second page
        if isinstance(found, bytes):
            named = {"content-type": "application/pdf", "content-disposition": 'attachment; filename="paper.pdf"'}
            return httpx.Response(200, content=found, headers=named)
        return httpx.Response(404, json={}) if found is None else httpx.Response(200, json=found)

    def client(self, app: Any) -> Any:
        """What stands in for `http_client`: journeys is the real app, the others are canned."""

        @asynccontextmanager
        async def opened() -> Any:
            real = httpx.ASGITransport(app=app, raise_app_exceptions=False)
            mounts = {"http://127.0.0.1:8105": real}
            async with httpx.AsyncClient(transport=httpx.MockTransport(self.answer), mounts=mounts) as client:
                yield client

        return opened


@cache
def document(room: str) -> list[tuple[str, re.Pattern[str], Any]]:
    """Method, path and example of each operation of a room that has one; those without a parameter first."""
    text = (Path(__file__).parents[2] / "docs" / "openapi" / f"{room}.json").read_text(encoding="utf-8")
    found = []
    for path, operations in json.loads(text, object_hook=_zoned)["paths"].items():
        for method, operation in operations.items():
            replies = operation.get("responses", {}) if isinstance(operation, dict) else {}
            kinds = [
                reply.get("content", {}).get("application/json", {}) for code, reply in replies.items() if code < "3"
            ]
            shown = next((kind for kind in kinds if "example" in kind or "examples" in kind), None)
            if shown is not None:
                pattern = re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path))
                found.append((path.count("{"), method.upper(), pattern, _example_in(shown)))
    return [line[1:] for line in sorted(found, key=lambda line: line[0])]


def _zoned(part: dict[str, Any]) -> dict[str, Any]:
    """An example's zone of any text is a real one."""
    return part | {"zone": "Europe/Stockholm"} if part.get("zone") == "text" else part


def _example_in(shown: dict[str, Any]) -> Any:
    return shown["example"] if "example" in shown else next(iter(shown["examples"].values()))["value"]


def example(room: str, method: str, path: str) -> Any:
    """What the API document says that a request is answered with; None for what isn't in it."""
    return next((said for verb, at, said in document(room) if verb == method and at.fullmatch(path)), None)


def canned(world: World) -> dict[str, Any]:
    person, stay, other = (
        str(id_) for id_ in (world.person_id, world.stay["application_id"], world.other["application_id"])
    )
    scores = [{"metric": metric, "about": "experience", "score": score} for metric, score in (("nps", 4), ("ces2", 3))]
    given = {"scores": scores, "comment": "Nobody met me."}
    return {
        f"/v1/people/{person}/score-history": page(
            change("2026-01-05T09:03:00Z", 0.24, "applications.person-registered.v1"),
            change(
                "2026-01-09T09:02:00Z", 0.31, "applications.application-submitted.v1",
                ("opportunities_viewed", 0.62, "viewed 5 opportunities in the last 14 days (+0.62)"),
                ("rejected_candidate_side", -0.35, "1 rejection for the candidate's own reasons (−0.35)"),
            ),
        ),
        "/v1/applications": page(application(stay, "completed"), application(other, "rejected")),
        "/v1/touchpoints": page(
            touchpoint("pickup-information", "Pick-up information", sent_at="2026-01-20T10:02:00Z"),
            touchpoint("departure-document", "Departure document", sent_at="2026-05-10T07:00:00Z", document_id=person),
            touchpoint("first-day-reminder", "Reminder of the first day of work", state="skipped", reason="too_late"),
            touchpoint("re-integration", "Re-integration", state="waiting", due_at="2026-06-07T08:00:00Z"),
        ),
        "/v1/tasks": page(example("notifications", "GET", "/v1/tasks")["items"][0] | {"due_on": "2026-05-28"}),
        "/v1/invitations": page(invitation(person)),
        f"/v1/invitations/{person}": invitation(person)
        | {"answer": {"answered_at": "2026-05-25T09:01:00Z", **given}},
        "/v1/cases": page(case()),
        "/v1/choices": {
            "classes": {"care": True, "promotion": False}, "channels": {"email": True, "sms": False},
            "stopped": ["hard_bounce"],
        },
        f"/v1/sheets/{stay}": benchmark.sheet(world.stay["application_id"], CLUJ),
        "/v1/sheet-templates/go-no-go/versions/1": benchmark.template(),
        f"/v1/experiences/{stay}/standards": example("notifications", "GET", f"/v1/experiences/{stay}/standards")
        | {"zone": "Europe/Stockholm"},
    }  # fmt: skip


def page(*items: Any) -> dict[str, Any]:
    return {"items": list(items), "next": None, "as_of": "2026-05-26T00:00:00Z"}


def change(at: str, score: float, cause: str, *reasons: tuple[str, float, str]) -> dict[str, Any]:
    listed = [{"code": code, "log_odds": odds, "text": text} for code, odds, text in reasons]
    figures = {"score": score, "base_log_odds": -1.1527, "model": "rules-1"}
    return {"at": at, "reasons": listed, "cause": cause, "outcome": None, **figures}


def application(id_: str, status: str) -> dict[str, Any]:
    dates = {"start_on": "2026-03-02", "end_on": "2026-05-24", "submitted_at": "2026-01-09T09:00:00Z"}
    reason = "timeline" if status == "rejected" else None
    seen = {"sending_approved": True, "hosting_approved": True}
    return {"id": id_, "status": status, "reason": reason, "country": "SE", **dates, **seen}


def touchpoint(code: str, title: str, **values: Any) -> dict[str, Any]:
    blank = {"state": "sent", "reason": None, "waiting_for": [], "sent_at": None, "document_id": None}
    blank |= {"audience": "ep"}
    due = {"due_at": "2026-02-27T08:00:00Z", "zone": "Europe/Stockholm"}
    return {"code": code, "title": title, **blank, **due, **values}


def invitation(id_: str) -> dict[str, Any]:
    when = {"invited_at": "2026-05-25T09:00:00Z", "expires_at": "2026-07-24T09:00:00Z"}
    shown = example("surveys", "GET", "/v1/invitations")["items"][0]
    return {**shown, "id": id_, "questionnaire": "after-completion", "state": "answered", **when}


def case() -> dict[str, Any]:
    seen = {"sending_acknowledged_at": "2026-05-25T12:00:00Z", "hosting_acknowledged_at": None, "outcome": None}
    when = {"opened_at": "2026-05-25T09:04:00Z", "acknowledge_by": "2026-05-27T09:04:00Z", "overdue": False}
    shown = example("surveys", "GET", "/v1/cases")["items"][0]
    return {**shown, "cause": "detractor", "state": "open", "owner": "hosting", **seen, **when}
