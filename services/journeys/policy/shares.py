"""When a share is fair."""

FAIR = 30  # fewer than this, and a share says more about chance than about people


def share(count: int, n: int) -> float | None:
    """A part of the whole, or None while there are too few to speak of shares."""
    return round(count / n, 4) if n >= FAIR else None
