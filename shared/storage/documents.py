"""JSON as the database stores it."""

from typing import Any

import orjson


def dumped(value: Any) -> str:
    """Compact JSON; what is no JSON value (the driver's own UUID above all) becomes its text."""
    return orjson.dumps(value, default=str).decode()


loaded = orjson.loads
