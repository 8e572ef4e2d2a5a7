"""The settings table, `docs/settings.md`."""

from collections.abc import Iterator, Sequence

from pydantic_core import PydanticUndefined
from pydantic_settings import BaseSettings

from shared.service import Service
from shared.settings import Kernel, RoomSettings

HEAD = """# Settings

Made by `sojourn docs`. From the environment, a `.env` file, or files named like the variable in the folder that
`SOJOURN_SECRETS_DIR` names (for secrets). `make run` needs none of them.
"""


def pages(services: Sequence[Service]) -> dict[str, str]:
    lines = [HEAD, "## All processes\n", *_table(Kernel)]
    lines += ["\n## Every room (`<ROOM>` is its name in capitals)\n", *_table(RoomSettings, "SOJOURN_<ROOM>_")]
    for service in services:
        own = [name for name in service.settings.model_fields if name not in RoomSettings.model_fields]
        lines += [f"\n## {service.title}\n", *_table(service.settings, only=["port", *own])]
    return {"docs/settings.md": "\n".join(lines) + "\n"}


def _table(kind: type[BaseSettings], prefix: str | None = None, only: Sequence[str] | None = None) -> Iterator[str]:
    prefix = prefix or kind.model_config.get("env_prefix", "")
    yield "| variable | default | what it is |\n| --- | --- | --- |"
    for name, field in kind.model_fields.items():
        if only is None or name in only:
            default = "**needed**" if field.default is PydanticUndefined else f"`{_shown(field.default)}`"
            yield f"| `{prefix}{name.upper()}` | {default} | {field.description or ''} |"


def _shown(value: object) -> str:
    return "" if value is None or value == [] else str(getattr(value, "value", value))
