"""Which settings each process of the embedded system gets: what the user gave, and what was chosen for the rest."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from dotenv import dotenv_values

from shared.embedded.checks import LOOPBACK, CannotStart, Ports, write_text

PREFIX = "SOJOURN_"
SERVERS = ("kafka", "postgres", "smtp", "mail")


def given_settings(environ: Mapping[str, str], folder: Path) -> dict[str, str]:
    """The environment, over the `.env` file."""
    file = {name: value for name, value in dotenv_values(folder / ".env").items() if value is not None}
    return {**file, **environ}


def port_names(rooms: Sequence[str]) -> list[str]:
    return [*rooms, *(f"{room}_worker" for room in rooms), *SERVERS]


def configured_ports(given: Mapping[str, str], rooms: Sequence[str]) -> dict[str, tuple[str, int]]:
    """Name → (setting, port) of what the user fixed; an outer mail server's port is not ours to open."""
    fixed = {}
    for name in port_names(rooms):
        setting = f"{PREFIX}{name.upper()}_PORT"
        if given.get(setting) and not (name == "smtp" and "SOJOURN_SMTP_HOST" in given):
            fixed[name] = (setting, _port(setting, given[setting]))
    return fixed


def _port(setting: str, value: str) -> int:
    if value.isascii() and value.isdigit() and 0 < int(value) < 65536:
        return int(value)
    raise CannotStart(f"{setting} is {value!r}; a port is a number from 1 to 65535")


class Wiring:
    """The settings of one start. `kafka` and `database` are None where the server is embedded."""

    def __init__(
        self, data: Path, rooms: Sequence[str], given: Mapping[str, str], usual_ports: Mapping[str, int] | None = None,
        brokers: int = 1,
    ) -> None:  # fmt: skip
        if given.get("SOJOURN_MODE", "development") != "development":
            raise CannotStart("the embedded system is for development only, and SOJOURN_MODE says otherwise")
        self.data, self.rooms, self.given = data, list(rooms), dict(given)
        self.kafka = given.get("SOJOURN_KAFKA_BOOTSTRAP") or None
        self.database = given.get("SOJOURN_DATABASE_URL") or None
        self.outer_mail = bool(given.get("SOJOURN_SMTP_HOST"))
        ports = Ports(data / "ports.json", configured_ports(given, rooms), usual_ports)
        self.brokers = ["kafka"] if brokers == 1 else [f"kafka-{node}" for node in range(1, brokers + 1)]
        self.controllers = [f"{name}-controller" for name in self.brokers]
        brokers = [name for name in self.brokers if name != "kafka"]
        self.ports = ports.take([*port_names(rooms), *brokers, *self.controllers])

    def address(self, name: str) -> str:
        return f"http://{LOOPBACK}:{self.ports[name]}"

    def broker(self, name: str) -> str:
        return f"{LOOPBACK}:{self.ports[name]}"

    def addresses(self) -> dict[str, str]:
        """What a person or a program may call from outside."""
        mail = {} if self.outer_mail else {"mail": self.address("mail")}
        return {room: self.address(room) for room in self.rooms} | mail

    def common(self) -> dict[str, str]:
        """The kernel's settings, the same for all processes."""
        keys = self.data / "keys"
        chosen = {
            "MODE": "development",
            "DATA_DIR": str(self.data),
            "CLOCK_CONTROL": "true",
            "DEVELOPMENT_KEY_FILE": str(keys / "development-issuer.json"),
            "LINK_KEY": secret(keys / "link-key"),
            "SMTP_HOST": LOOPBACK,
            "SMTP_PORT": str(self.ports["smtp"]),
            "MAIL_URL": self.address("mail"),
        } | {f"{room.upper()}_URL": self.address(room) for room in self.rooms}
        if self.outer_mail:
            del chosen["SMTP_PORT"]
        fixed = {"DATA_DIR": str(self.data), "KAFKA_BOOTSTRAP": self.kafka or ",".join(map(self.broker, self.brokers))}
        if not self.kafka and len(self.brokers) > 1:
            fixed["KAFKA_REPLICATION"] = str(len(self.brokers))
        ours = {PREFIX + name: value for name, value in chosen.items()}
        return {**ours, **self.given, **{PREFIX + name: value for name, value in fixed.items()}}

    def of_room(self, room: str, server: str) -> dict[str, str]:
        """The room's own settings; `server` is the database server's URL."""
        own = {
            "DATABASE_URL": in_database(server, f"sojourn_{room}"),
            "HOST": LOOPBACK,
            "PORT": str(self.ports[room]),
            "WORKER_PORT": str(self.ports[f"{room}_worker"]),
        }
        if room == "notifications" and not self.outer_mail:
            own |= self._inbound()
        return {f"{PREFIX}{room.upper()}_{name}": value for name, value in own.items()}

    def _inbound(self) -> dict[str, str]:
        """Answers and bounces come back to the development mail server: the room reads them in its folder."""
        given = f"{PREFIX}NOTIFICATIONS_INBOUND_MAILBOX" in self.given
        return {} if given else {"INBOUND_MAILBOX": f"folder:{self.data / 'mail'}"}


def in_database(server: str, name: str) -> str:
    """The server's URL with another database."""
    return urlsplit(server)._replace(path=f"/{name}").geturl()


def secret(file: Path) -> str:
    """Random, made on the first start, readable by its owner only."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_text(file, secrets.token_urlsafe(32), mode=0o600)
    return file.read_text().strip()
