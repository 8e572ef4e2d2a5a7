"""Prove who one is, move business time, and look whether all is well."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import httpx
import typer
from rich.console import Console
from rich.table import Table

from shared.access import Role
from shared.embedded.holds import Holds
from shared.embedded.stack import find_running
from shared.service import discover
from shared.settings import kernel
from shared.web.issuer import development_issuer

console = Console()


def register(app: typer.Typer) -> None:
    for command in (token, where, clock, doctor, hold, resume):
        app.command()(command)


def token(
    role: Annotated[Role, typer.Option(help="the part that the account plays")],
    subject: Annotated[str, typer.Option(help="the account's name")] = "me",
    party: Annotated[UUID | None, typer.Option(help="the person or the enabler that it acts for")] = None,
    entity: Annotated[UUID | None, typer.Option(help="the entity that a manager works for")] = None,
    minutes: Annotated[int, typer.Option(min=1, max=1440, help="how long it is good for")] = 60,
) -> None:
    """Print an access token of the development issuer; there is none in production mode."""
    issuer = development_issuer(kernel())
    print(issuer.issue_token(role, subject, party=party, entity=entity, lifetime=minutes * 60))


def where(
    name: Annotated[str | None, typer.Argument(help="a room, mail or kafka; print this address alone")] = None,
) -> None:
    """Print the addresses of the running system, as the settings name them."""
    settings = kernel()
    found = {room: getattr(settings, f"{room}_url") for room in discover()}
    found |= {"mail": settings.mail_url, "kafka": settings.kafka_bootstrap}
    if name is None:
        for known, address in found.items():
            print(f"{known:14} {address}")
    elif name in found:
        print(found[name].rstrip("/"))
    else:
        raise ValueError(f"there is no {name!r}; there are {', '.join(found)}")


def clock(
    to: Annotated[datetime | None, typer.Option(help="the moment (UTC) that business time moves to")] = None,
    real: Annotated[bool, typer.Option("--real", help="business time is real time again")] = False,
) -> None:
    """Show business time, or move it in all rooms (development only)."""
    asyncio.run(_clock(to, real))


async def _clock(to: datetime | None, real: bool) -> None:
    settings = kernel()
    body = {"offset_seconds": 0} if real else {"now": moment(to)} if to else None
    bearer = development_issuer(settings).issue_token(Role.global_manager, "operator")
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {bearer}"}, timeout=10) as client:
        for room in discover():
            url = f"{getattr(settings, f'{room}_url')}/development/clock"
            reply = await (client.put(url, json=body) if body else client.get(url))
            if reply.status_code == 404:
                raise RuntimeError(
                    "this system's clock does not move (production mode, or SOJOURN_CLOCK_CONTROL is off)"
                )
            if reply.is_error:
                raise RuntimeError(f"{room} refuses: {reply.json()['detail']}")
            console.print(f"{room:14} {reply.json()['now']}")


def moment(to: datetime) -> str:
    """A moment as the rooms read it; without an offset it is UTC."""
    return (to if to.tzinfo else to.replace(tzinfo=UTC)).isoformat()


def doctor() -> None:
    """Is everything well? Every room's checks, one line each; exit code 1 if something is not."""
    if not asyncio.run(_doctor()):
        raise typer.Exit(1)


async def _doctor() -> bool:
    table = Table("room", "address", "ready", "checks", box=None)
    fine = True
    async with httpx.AsyncClient(timeout=5) as client:
        for room in discover():
            url = getattr(kernel(), f"{room}_url")
            try:
                reply = await client.get(f"{url}/readyz")
                ready, checks = (
                    reply.status_code == 200,
                    ", ".join(f"{k}: {v}" for k, v in reply.json()["checks"].items()),
                )
            except (httpx.HTTPError, ValueError) as error:
                ready, checks = False, f"no answer ({type(error).__name__})"
            fine &= ready
            table.add_row(room, url, "[green]yes" if ready else "[red]no", checks)
    console.print(table)
    return fine


def hold(
    name: Annotated[str, typer.Argument(help="a process of the embedded system, such as journeys-worker")],
) -> None:
    """Stop one process of the embedded system and keep it stopped; the others go on."""
    _ask(name, "held", Holds(kernel().data_dir).ask)


def resume(name: Annotated[str, typer.Argument(help="a process that is held")]) -> None:
    """Start a process again that was held."""
    _ask(name, "ready", Holds(kernel().data_dir).release)


def _ask(name: str, wanted: str, ask: Callable[[str], None], seconds: float = 30.0) -> None:
    """Say the wish and wait until the running system has done it."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if (running := find_running(kernel().data_dir)) is None:
            raise RuntimeError("no embedded system runs on this data folder")
        if name not in running["processes"]:
            raise ValueError(f"there is no process {name!r}; there are {', '.join(running['processes'])}")
        ask(name)
        if running["processes"][name]["state"] == wanted:
            console.print(f"{name:22} {wanted}")
            return
        time.sleep(0.1)
    raise RuntimeError(f"{name} is not {wanted} after {seconds:.0f} s")
