"""What may be chosen, from the codes that have words."""

from services.journeys.console.work.declare import Pair
from services.journeys.console.work_codes import CODES


def options(*codes: str) -> tuple[Pair, ...]:
    """Codes and their words, as they are offered in a form or a filter."""
    return tuple((code, CODES[code]) for code in codes)
