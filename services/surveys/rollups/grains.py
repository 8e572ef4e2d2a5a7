"""What cells tell apart, and how facts become cells.

A cell for every combination would be as many cells as answers. So each place has a few grains, each with the dimensions
that are asked for together there; programme and wave are always told apart (`roll_series`), product too. Months serve
whole months, days the rest of a period; below the second level the rest is read from the answers themselves.
"""

from enum import IntEnum


class Grain(IntEnum):
    """Which dimensions a cell has besides its product: month or day, country, language."""

    month = 0
    month_country = 1
    month_language = 2
    month_both = 3
    day_country = 4
    day_language = 5
    day = 6


# level of `roll_places` → its grains
LEVELS = {
    1: (
        Grain.month,
        Grain.month_country,
        Grain.month_language,
        Grain.month_both,
        Grain.day_country,
        Grain.day_language,
    ),
    2: (Grain.month, Grain.month_both, Grain.day),
    3: (Grain.month,),
    4: (Grain.month,),
}
BY_MONTH = (Grain.month, Grain.month_country, Grain.month_language, Grain.month_both)
WITH_COUNTRY = (Grain.month_country, Grain.month_both, Grain.day_country)
WITH_LANGUAGE = (Grain.month_language, Grain.month_both, Grain.day_language)
CUTS, TOLD = ("country", "language"), (WITH_COUNTRY, WITH_LANGUAGE)
KEY = "grain, series, s, h, country, language, start, product"
COUNTS = tuple(f"n{value}" for value in range(11))
SERIES = "kind, about, party, programme, wave"
FACT = f"{SERIES}, sending, hosting, day, product, country, language, value"


def cells_of(grain: Grain, facts: str, keys: str = "s, h") -> str:
    """The cells of a grain; `facts` is a FROM item with series, day, product, country, language, value, n, with `keys`
    and with the level of the place."""
    levels = ", ".join(str(level) for level, grains in LEVELS.items() if grain in grains)
    country, language = (name if grain in told else "''" for name, told in zip(CUTS, TOLD, strict=True))
    start = "date_trunc('month', day::timestamp)::date" if grain in BY_MONTH else "day"
    counts = ", ".join(f"coalesce(sum(n) FILTER (WHERE value = {n}), 0) AS n{n}" for n in range(11))
    # Grouped by number: a name would be that of the fact's own column.
    by = ", ".join(str(place) for place in range(2, 7 + keys.count(",") + 1))
    told = f"{keys}, {country} AS country, {language} AS language, {start} AS start, product, {counts}"
    return (
        f"SELECT {grain.value}::smallint AS grain, series, {told} "  # noqa: S608 (words of ours)
        f"FROM {facts} WHERE level IN ({levels}) GROUP BY {by}"
    )


def folded(facts: str) -> str:
    """The cells of all grains, from facts beside their places with a sign."""
    return "\nUNION ALL ".join(cells_of(grain, facts) for grain in Grain)


def added(table: str, cells: str) -> str:
    """The statement that adds cells to a table of cells."""
    sums = ", ".join(f"{name} = kept.{name} + excluded.{name}" for name in COUNTS)
    return f"""INSERT INTO {table} AS kept ({KEY}, {", ".join(COUNTS)}) {cells}
ON CONFLICT ({KEY}) DO UPDATE SET {sums}"""
