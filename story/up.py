"""`sojourn up`: the whole system on this machine, the story on it, and where to look."""

from urllib.parse import urlsplit

from rich.console import Console

from shared.cli.main import use_settings
from shared.contracts.topics import ROOMS
from shared.embedded import board
from shared.embedded.stack import EmbeddedStack, run_stack
from shared.settings import Kernel, kernel
from story.tale import read_tale
from story.telling import tell


def run(*, once: bool, with_story: bool) -> int:
    """Start, tell, show the addresses, and stay (or not); the exit code, 0 only if every step was seen."""
    console, stack = Console(), EmbeddedStack(usual_ports=usual_ports())

    async def body(running: EmbeddedStack) -> int:
        console.print(f"[bold]Ready[/] after {running.seconds['ready']:.0f} s.\n", highlight=False)
        use_settings(running.environment)
        told = not with_story or await tell(read_tale(), Kernel(), console)
        console.print(f"\n{addresses(running.addresses)}\n", highlight=False, soft_wrap=True)
        if once:
            return 0 if told else 1
        console.print("[dim]Ctrl-C stops everything; the data stays.[/]")
        await running.forever()
        return 0

    with board.watching(stack.supervisor, console):
        return run_stack(stack, body)


def usual_ports() -> dict[str, int]:
    """The ports that the settings name, so that addresses are the same on every machine where they are free."""
    found = {room: urlsplit(getattr(kernel(), f"{room}_url")).port for room in ROOMS}
    return {**found, "mail": urlsplit(kernel().mail_url).port}


def addresses(found: dict[str, str]) -> str:
    """Where to look, for people."""
    lines = [("console", f"{found['journeys']}/console", "the whole flow, by role")]
    lines += [("inbox", found["mail"], "every e-mail that was sent")] if "mail" in found else []
    lines += [(room, f"{address}/docs", "OpenAPI") for room, address in found.items() if room != "mail"]
    lines += [("events", f"{found['journeys']}/console/events", "the catalogue")]
    lines += [("AsyncAPI", f"{found['journeys']}/asyncapi.yaml", "the same for machines")]
    return "\n".join(f"{name:<14} {address:<42} {what}" for name, address, what in lines)
